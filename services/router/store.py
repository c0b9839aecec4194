"""The router's memory: an append-only history per request, and what is derived from it.

A history is a run of documents ``<request id>:<sequence>``. Inserting the next number is the compare-and-set:
of two writers who read the same history one succeeds, the other finds the number taken.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from services.router.domain.alike import codes_of
from services.router.domain.cases import Case, Sealed, fold
from services.router.openings import Openings
from shared.contracts.commands import CommandRefused
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority, State
from shared.storage import Backlog, Database, Document, Sort

T = TypeVar("T")

FIRST = 1
_PAGE = 200
_MOST_NEARBY = 500
_BY_PRESSURE = tuple(Priority)
# Any text. Not every database of this protocol sees that who asks for one text asks for what `$exists`.
_ADDED = {"joins": {"$gt": ""}}


class RouterStore:
    """All of the router's use of its database."""

    def __init__(self, database: Database) -> None:
        self._events = database.collection("events")
        self._openings = Openings(database.collection("openings"), self._events)
        self._refusals = database.collection("refusals")
        self._triage = database.collection("triage")
        self._acts = database.collection("desk_acts")
        self._acts_published = database.collection("desk_acts_published")
        self._act_backlog = Backlog(
            facts=self._acts, done=self._acts_published, ledger=database.collection("desk_acts_stragglers")
        )

    async def ensure_indexes(self) -> None:
        """Create the indexes the queries below rely on."""
        await self._events.ensure_index([("request_id", 1)], name="by_request")
        await self._events.ensure_index([("joins", 1)], name="by_known_request", partial=_ADDED)
        await self._openings.ensure_indexes()
        await self._triage.ensure_index([("since", 1)], name="by_since")
        await self._triage.ensure_index([("pressure", 1), ("since", 1)], name="by_pressure")
        await self._act_backlog.ensure_indexes()

    async def decided(self, request_ids: Iterable[UUID]) -> set[UUID]:
        """Return which of the requests have a history."""
        found = await self._events.get_many((event_id(r, FIRST) for r in request_ids), fields=["_id"])
        return {_request_of(i) for i in found}

    async def cases(self, request_ids: Iterable[UUID]) -> dict[UUID, Case]:
        """Return the requests that have a history, each with all of it, in one query."""
        wanted = [str(r) for r in request_ids]
        if not wanted:
            return {}
        histories: dict[UUID, list[Sealed]] = {}
        for document in await self._events.find({"request_id": {"$in": wanted}}):
            histories.setdefault(UUID(document["request_id"]), []).append(_sealed(document))
        return {request_id: fold(events) for request_id, events in histories.items()}

    async def announce(self, requests: Sequence[RequestReceived], now: datetime) -> None:
        """Record that the requests' first events, recorded at ``now``, are about to be appended.

        By this they are found by time and place. What is announced and not appended is not found.
        """
        await self._openings.announce([(event_id(r.request_id, FIRST), r.place) for r in requests], now)

    async def append(self, events: Sequence[Sealed], now: datetime) -> set[UUID]:
        """Append one event to each of several histories; requests that it opens were announced before.

        Returns:
            The ids of the events that were written. For the others somebody else took the number first.
        """
        new = await self._events.insert_new([_document(e, now) for e in events])
        return {e.ce_id for e in events if _place(e) in new}

    async def refusals(self, command_ids: Iterable[UUID]) -> dict[UUID, CommandRefused]:
        """Return those of the commands that were refused before."""
        found = await self._refusals.get_many(str(c) for c in command_ids)
        return {UUID(i): CommandRefused.model_validate_json(d["value"]) for i, d in found.items()}

    async def refuse(self, refusals: Sequence[CommandRefused]) -> None:
        """Record refusals; one that is there already stays as it was."""
        await self._refusals.insert_new(
            [{"_id": str(r.command_id), "value": r.model_dump_json(exclude_none=True)} for r in refusals]
        )

    async def enter_triage(self, cases: Sequence[Case]) -> None:
        """Put those that are at the desk on its work list, each by the decision that left it to a person.

        One that is left to a person again, as after an objection or a reply, stands there anew, whatever
        became of its first entry. It has waited since it came to the desk.
        """
        await self._triage.insert_new(
            [
                {
                    "_id": _place(by),
                    "since": _occurred_at(case.at_the_desk[0]),
                    "pressure": _BY_PRESSURE.index(case.decision.priority),
                }
                for case in cases
                if (by := case.left_to_a_person)
            ]
        )

    async def triage(self, limit: int, after: datetime | None = None) -> list[Case]:
        """Return requests that wait for a person, longest wait first.

        Args:
            limit: how many at most.
            after: only those that have waited since after this instant.
        """
        query: Document = {"since": {"$gt": after}} if after else {}
        return await self._waiting(query, (("since", 1), ("_id", 1)), limit)

    async def most_pressing(self, limit: int) -> list[Case]:
        """Return requests that wait for a person, the most pressing first, of equal ones the longest wait."""
        return await self._waiting({}, (("pressure", 1), ("since", 1), ("_id", 1)), limit)

    async def count_waiting(self) -> int:
        """Return how many requests wait for a person, with those that left the list unread since."""
        return await self._triage.count({})

    async def count_sent_directly(self, since: datetime) -> int:
        """Return how many requests the router sent on by itself since an instant."""
        opened = self._openings.since(since, fields=["state", "part_of"])
        return len([d async for d in opened if "part_of" not in d and d["state"] != State.TRIAGE])

    async def alike(self, case: Case, since: datetime) -> list[Case]:
        """Return the requests of the same category that were decided near ``case`` since an instant.

        Where a request is never changes, while a person may correct its category. So those nearby are found
        by their first events, and of these the ones that some decision gave the category.
        """
        near = self._openings.near(case.request.place, since, fields=["request_id"])
        same = {
            "request_id": {"$in": [d["request_id"] async for d in _first(near, _MOST_NEARBY)]},
            "code": {"$in": sorted(codes_of(case))},
        }
        rows = await self._events.find(same, fields=["request_id"])
        return list((await self.cases({UUID(d["request_id"]) for d in rows})).values())

    async def added_to(self, request_id: UUID) -> list[Case]:
        """Return the requests whose applicants were added to this one and did not withdraw, oldest first."""
        rows = await self._events.find({"joins": str(request_id)}, sort=(), fields=["request_id"])
        cases = await self.cases({UUID(d["request_id"]) for d in rows})
        added = [c for c in cases.values() if c.joined == request_id and c.state is not State.WITHDRAWN]
        return sorted(added, key=lambda c: (c.request.received_at, c.request.receipt_number))

    async def _waiting(self, query: Document, sort: Sort, limit: int) -> list[Case]:
        """Return waiting requests in the order of the work list, and tidy away what has left it."""
        rows = await self._triage.find(query, sort=sort, limit=limit)
        cases = await self.cases({_request_of(r["_id"]) for r in rows})
        waiting = {_place(by): case for case in cases.values() if (by := case.left_to_a_person)}
        left = [r["_id"] for r in rows if r["_id"] not in waiting]
        if left:
            await self._triage.remove({"_id": {"$in": left}})
        return [waiting[r["_id"]] for r in rows if r["_id"] in waiting]

    async def announce_act(self, event: Sealed, now: datetime) -> None:
        """Record that a person is about to cause ``event``, so that its publishing cannot be forgotten."""
        await self._acts.insert_new([{"_id": str(event.ce_id), "event": _place(event), "recorded_at": now}])

    async def act_published(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """Record that the events of people's acts were published, or never came to be."""
        await self._acts_published.insert_new([{"_id": str(e), "recorded_at": now} for e in event_ids])

    async def unpublished_acts(self, now: datetime) -> dict[UUID, Sealed | None]:
        """Return people's acts that were not published in time, each with its event if that was written."""
        acts = await self._act_backlog.unfinished(now)
        events = await self._events.get_many(a["event"] for a in acts)
        found: dict[UUID, Sealed | None] = {}
        for act in acts:
            document = events.get(act["event"])
            mine = document is not None and document["ce_id"] == act["_id"]
            found[UUID(act["_id"])] = _sealed(document) if document is not None and mine else None
        return found

    async def acts(self) -> AsyncIterator[tuple[Case, Sealed]]:
        """Yield the event of each person's act at the desk with the request's history, oldest act first."""
        page: list[Document] = []
        async for act in self._acts.stream({}, sort=(("recorded_at", 1),)):
            page.append(act)
            if len(page) == _PAGE:
                for found in await self._events_of(page):
                    yield found
                page = []
        for found in await self._events_of(page):
            yield found

    async def openings(self, since: datetime) -> AsyncIterator[Sealed]:
        """Yield the first event of each request that was decided since an instant, oldest first."""
        async for document in self._openings.since(since):
            yield _sealed(document)

    async def last_cases(self, count: int) -> AsyncIterator[Case]:
        """Yield the requests that were decided last, newest first, without linked sub-requests."""
        opened = self._openings.newest(fields=["request_id", "part_of"])
        whole = (UUID(d["request_id"]) async for d in opened if "part_of" not in d)
        wanted = [request_id async for request_id in _first(whole, count)]
        for start in range(0, len(wanted), _PAGE):
            cases = await self.cases(page := wanted[start : start + _PAGE])
            for request_id in page:
                yield cases[request_id]

    async def states(self) -> AsyncIterator[tuple[str, str]]:
        """Yield every request's id and state; linked sub-requests stand with the request they belong to."""
        last: Document | None = None
        own: Document = {"part_of": {"$exists": False}}
        async for document in self._events.stream(own, fields=["request_id", "state"]):
            if last is not None and last["request_id"] != document["request_id"]:
                yield last["request_id"], last["state"]
            last = document
        if last is not None:
            yield last["request_id"], last["state"]

    async def chain(self) -> AsyncIterator[str]:
        """Yield every stored event's JSON, by request and sequence."""
        async for document in self._events.stream({}, fields=["value"]):
            yield document["value"]

    async def _events_of(self, acts: Sequence[Document]) -> list[tuple[Case, Sealed]]:
        """Return the events that acts led to; an act that another one forestalled has none."""
        cases = await self.cases({_request_of(act["event"]) for act in acts})
        return [
            (case, event)
            for act in acts
            if (case := cases.get(_request_of(act["event"])))
            for event in case.history
            if str(event.ce_id) == act["_id"]
        ]


async def _first(found: AsyncIterator[T], count: int) -> AsyncIterator[T]:
    """Yield the first ``count``, or as many as there are."""
    async for one in found:
        yield one
        count -= 1
        if count <= 0:
            return


def event_id(request_id: UUID | str, sequence: int) -> str:
    """Return the key of an event's document; its text order is the history's order."""
    return f"{request_id}:{sequence:06d}"


def _request_of(event: str) -> UUID:
    return UUID(event.partition(":")[0])


def _occurred_at(event: Sealed) -> datetime:
    return datetime.fromisoformat(event.data["occurred_at"])


def _place(event: Sealed) -> str:
    return event_id(event.data["request_id"], event.sequence)


def _document(event: Sealed, now: datetime) -> Document:
    document: dict[str, Any] = {
        "_id": _place(event),
        "request_id": event.data["request_id"],
        "state": event.data["state"],
        "ce_id": str(event.ce_id),
        "ce_type": event.ce_type,
        "value": event.value.decode(),
        "recorded_at": now,
    }
    if part_of := event.data["summary"].get("part_of"):
        document["part_of"] = part_of
    if decision := event.data.get("decision"):
        document["code"] = decision["chosen"]["category_code"]
        joining = decision.get("joining", {})
        if joining.get("joined"):
            document["joins"] = joining["request_id"]
    if event.request is not None:
        document["request"] = event.request.model_dump_json(exclude_none=True)
    return document


def _sealed(document: Document) -> Sealed:
    request = document.get("request")
    return Sealed(
        ce_id=UUID(document["ce_id"]),
        ce_type=document["ce_type"],
        data=json.loads(document["value"]),
        value=document["value"].encode(),
        request=RequestReceived.model_validate_json(request) if request else None,
    )
