"""All MongoDB use of the calls that are owed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.intake.calls.paging import PAGE_SIZE, Page, Part
from services.intake.calls.records import Attempt, Call, CallState, Reason
from shared.storage import Database, Document


class CallStore:
    """The calls (``calls``). Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._calls = database.collection("calls")

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._calls.ensure_index([("state", 1), ("due_at", 1)], name="by_due")
        await self._calls.ensure_index([("request_id", 1)], name="by_request")

    async def owe(self, calls: Sequence[Call]) -> None:
        """Remember calls, each once, however often its event comes."""
        await self._calls.insert_new([{"_id": call.id} | _members(call) for call in calls])

    async def get(self, call_id: str) -> Call | None:
        """Return the call with this id."""
        document = await self._calls.get(call_id)
        return _call(document) if document else None

    async def listed(self, part: Part, now: datetime, page: Page | None) -> list[Call]:
        """Return one page of a part of the list, those that are due for longest first.

        Args:
            part: of the list.
            now: what divides what is due from what is due later.
            page: where it begins; None at the beginning of the part.
        """
        found = await self._calls.find(
            _query(part, now, page), sort=(("due_at", 1), ("_id", 1)), limit=PAGE_SIZE
        )
        return [_call(document) for document in found]

    async def count(self, part: Part, now: datetime, page: Page | None) -> int:
        """Return how many calls a part of the list has from ``page`` on."""
        return await self._calls.count(_query(part, now, page))

    async def of_request(self, request_id: UUID) -> list[Call]:
        """Return all calls about a request."""
        return [_call(d) for d in await self._calls.find({"request_id": str(request_id)})]

    async def change(self, before: Call, after: Call) -> bool:
        """Replace a call by what became of it; False if somebody was faster."""
        unchanged: Document = {"state": before.state.value, "attempts": _members(before)["attempts"]}
        return bool(
            await self._calls.update_by_id(
                {before.id: {"$set": _members(after)}}, only={before.id: unchanged}
            )
        )

    async def end(self, calls: Iterable[Call]) -> None:
        """Note of calls that nothing is left to say."""
        over: Document = {"$set": {"state": CallState.OVER.value}}
        ended = {call.id: call.state.value for call in calls}
        await self._calls.update_by_id(
            dict.fromkeys(ended, over), only={i: {"state": state} for i, state in ended.items()}
        )


def _query(part: Part, now: datetime, page: Page | None) -> Document:
    parts: dict[Part, Document] = {
        Part.DUE: {"state": CallState.OPEN.value, "due_at": {"$lte": now}},
        Part.LATER: {"state": CallState.OPEN.value, "due_at": {"$gt": now}},
        Part.UNREACHED: {"state": CallState.UNREACHED.value},
    }
    if page is None:
        return parts[part]
    same: Document = {"due_at": page.due_at, "_id": {"$gt": page.call_id}}
    return {"$and": [parts[part], {"$or": [{"due_at": {"$gt": page.due_at}}, same]}]}


def _members(call: Call) -> Document:
    return {
        "request_id": str(call.request_id),
        "matter": str(call.matter),
        "sequence": call.sequence,
        "reason": call.reason.value,
        "since": call.since,
        "due_at": call.due_at,
        "state": call.state.value,
        "attempts": [{"at": a.at, "by": a.by, "reached": a.reached} for a in call.attempts],
    }


def _call(document: Document) -> Call:
    attempts: list[tuple[datetime, str, bool]] = [
        (a["at"], a["by"], a["reached"]) for a in document["attempts"]
    ]
    return Call(
        UUID(document["request_id"]),
        UUID(document["matter"]),
        document["sequence"],
        Reason(document["reason"]),
        document["since"],
        document["due_at"],
        CallState(document["state"]),
        tuple(Attempt(*attempt) for attempt in attempts),
    )
