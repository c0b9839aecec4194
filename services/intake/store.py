"""All of intake's MongoDB use but the vault's, which is in `vault/store.py`.

Collections: ``requests`` (accepted; nothing in it changes but what the vault holds there), ``timeline``
(lifecycle events, insert-only but for the words of who was erased), ``returned`` (requests the router has
answered for), ``watch`` (ledger of those it has not), ``counters`` (receipt numbers). Inserting a request's
id is what makes it accepted, once.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.records import RequestRecord, TimelineEntry
from services.intake.vault.documents import sealed_fields
from services.intake.vault.sealing import Sealed
from shared.contracts.vocabulary import Channel
from shared.storage import Backlog, Database, Document, GroupCommit

_CLOCK_SKEW = timedelta(seconds=60)

Taken = tuple[RequestRecord, Sealed | None]
"""A request, and what is confidential about it, if anything is."""


class IntakeStore:
    """Intake's memory. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database, *, watch_grace: timedelta) -> None:
        self._requests = database.collection("requests")
        self._timeline = database.collection("timeline")
        self._returned = database.collection("returned")
        self._counters = database.collection("counters")
        self._accepting = GroupCommit(self._requests)
        self._watch_grace = watch_grace
        self._watch = Backlog(
            facts=self._requests,
            done=self._returned,
            ledger=database.collection("watch"),
            grace=watch_grace,
            first_wait=watch_grace,
            longest_wait=timedelta(hours=1),
        )

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._watch.ensure_indexes()
        await self._requests.ensure_index([("receipt_number", 1)], name="by_receipt_number", unique=True)

    async def accept(self, take: Callable[[], Taken]) -> RequestRecord | None:
        """Return a request once it is durable; None if its id or its receipt number was there already.

        Args:
            take: returns the request and what is confidential about it, which is the vault's from now on.
                Called when it is written, in a row with others; what it raises, this raises.
        """
        taken: list[RequestRecord] = []

        def document() -> Document:
            record, sealed = take()
            taken.append(record)
            return _document(record) | (sealed_fields(sealed) if sealed else {})

        return taken[0] if await self._accepting.insert(document) else None

    async def request(self, request_id: UUID) -> RequestRecord | None:
        """Return the accepted request with this id."""
        document = await self._requests.get(str(request_id))
        return _record(document) if document else None

    async def has(self, request_id: UUID) -> bool:
        """Return whether the request with this id was accepted."""
        return bool(await self._requests.get_many([str(request_id)], fields=["_id"]))

    async def requests(self, request_ids: Iterable[UUID]) -> dict[UUID, RequestRecord]:
        """Return the accepted requests among these ids, by id."""
        found = await self._requests.get_many(str(request_id) for request_id in request_ids)
        return {UUID(id_): _record(document) for id_, document in found.items()}

    async def request_by_number(self, receipt_number: str) -> RequestRecord | None:
        """Return the accepted request with this receipt number."""
        found = await self._requests.find({"receipt_number": receipt_number}, sort=(), limit=1)
        return _record(found[0]) if found else None

    async def accepted_since(self, instant: datetime, *, emergency: bool) -> AsyncIterator[RequestRecord]:
        """Yield the emergencies, or all others, accepted at or after ``instant``, in order of acceptance."""
        window = {"recorded_at": {"$gte": instant}, "emergency": emergency}
        async for document in self._requests.stream(window, sort=(("recorded_at", 1), ("_id", 1))):
            yield _record(document)

    async def accepted_ids(self) -> AsyncIterator[str]:
        """Yield the id of every accepted request."""
        async for document in self._requests.stream({}, fields=["_id"]):
            yield document["_id"]

    async def reserve_numbers(self, year: int, count: int) -> int:
        """Reserve the next ``count`` sequence numbers of a year and return the last of them."""
        return await self._counters.increment(f"receipts-{year}", "last", count)

    async def add_to_timeline(self, entries: Sequence[TimelineEntry]) -> None:
        """Remember lifecycle events, each once, and that the router has these requests."""
        await self._timeline.insert_new([_timeline_document(e) for e in entries])
        own = {str(e.request_id) for e in entries if e.matter is None}
        await self._returned.insert_new([{"_id": i} for i in own])

    async def timeline(self, request_id: UUID) -> list[TimelineEntry]:
        """Return a request's lifecycle events in order, then those of its linked matters, one by one."""
        # The ids of one request's events stand together between ":" and the next character, ";".
        ids = {"$gte": f"{request_id}:", "$lt": f"{request_id};"}
        return [_timeline_entry(d) for d in await self._timeline.find({"_id": ids})]

    async def reword(self, entries: Iterable[TimelineEntry]) -> None:
        """Let these facts, which are remembered already, be told as they are told here."""
        documents = [_timeline_document(entry) for entry in entries]
        await self._timeline.update_by_id({d["_id"]: {"$set": {"event": d["event"]}} for d in documents})

    async def stragglers(self, now: datetime, limit: int) -> list[RequestRecord]:
        """Return requests that did not come back within the grace time and are due for another try."""
        return [_record(d) for d in await self._watch.unfinished(now, limit=limit)]

    async def straggler_count(self) -> int:
        """Return how many requests did not come back so far."""
        return await self._watch.size()

    async def not_returned(self, records: Iterable[RequestRecord]) -> list[RequestRecord]:
        """Return those of ``records`` that the router has not answered for."""
        by_id = {str(r.request_id): r for r in records}
        returned = await self._returned.get_many(by_id, fields=["_id"])
        return [record for request_id, record in by_id.items() if request_id not in returned]

    def unwatched_since(self, now: datetime) -> datetime:
        """Return the instant after which `stragglers` does not look yet."""
        return now - self._watch_grace - _CLOCK_SKEW


def _document(record: RequestRecord) -> Document:
    return {
        "_id": str(record.request_id),
        "receipt_number": record.receipt_number,
        "channel": record.channel.value,
        "fingerprint": record.fingerprint,
        "recorded_at": record.recorded_at,
        "received_at": record.received_at,
        "emergency": record.emergency,
        "event": record.event,
        "traceparent": record.traceparent,
    }


def _record(document: Document) -> RequestRecord:
    return RequestRecord(
        request_id=UUID(document["_id"]),
        receipt_number=document["receipt_number"],
        channel=Channel(document["channel"]),
        fingerprint=document["fingerprint"],
        recorded_at=document["recorded_at"],
        # Until the counter could state a day, both were one.
        received_at=document.get("received_at") or document["recorded_at"],
        emergency=document["emergency"],
        event=document["event"],
        traceparent=document["traceparent"],
    )


def _timeline_document(entry: TimelineEntry) -> Document:
    # A matter's name begins with a letter, which comes after every figure: linked matters follow the request.
    place = f"matter-{entry.matter}:" if entry.matter else ""
    return {
        "_id": f"{entry.request_id}:{place}{entry.sequence:06d}",
        "type": entry.type,
        "event": entry.event,
    }


def _timeline_entry(document: Document) -> TimelineEntry:
    request_id, *matter, sequence = document["_id"].split(":")
    return TimelineEntry(
        UUID(request_id),
        int(sequence),
        document["type"],
        document["event"],
        matter=UUID(matter[0].removeprefix("matter-")) if matter else None,
    )
