"""The public list: which requests of public space there are, kept by the lifecycle topic.

Collection ``open311_listing``, one small document for each request that is, or was, public. What is shown of
it is read from the request itself; this only finds it. A lane of its own keeps it: the list may be late or
fail without the tracking page noticing, and it can be built again from the topic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.open311.facts import Facts, after
from shared.contracts.cloudevents import read_event
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.topics import LIFECYCLE as LIFECYCLE_TOPIC
from shared.contracts.vocabulary import State
from shared.messaging import Lane, RawRecord
from shared.storage import Database, Document

LANE: Final = Lane(service="intake", group="intake-open311", topics=(LIFECYCLE_TOPIC,))


@dataclass(frozen=True, slots=True)
class Search:
    """What a client looks for.

    Attributes:
        since: earliest instant of the request.
        until: latest.
        codes: of these services; None for all.
        closed: closed or open alone; None for both.
        skip: how many to leave out, newest first.
        limit: how many to return.
    """

    since: datetime
    until: datetime
    codes: tuple[str, ...] | None = None
    closed: bool | None = None
    skip: int = 0
    limit: int = 1000


class Listing:
    """Finds what is public. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._listed = database.collection("open311_listing")

    async def ensure_indexes(self) -> None:
        """Create the index this relies on."""
        await self._listed.ensure_index(
            [("requested_at", -1), ("_id", 1)], name="public_by_time", partial={"public": True}
        )

    async def find(self, search: Search) -> list[tuple[UUID, Facts]]:
        """Return what was found, newest first."""
        query: Document = {
            "public": True,
            "requested_at": {"$gte": search.since, "$lte": search.until},
        }
        if search.codes is not None:
            query["service_code"] = {"$in": list(search.codes)}
        if search.closed is not None:
            query["closed"] = search.closed
        found = await self._listed.find(
            query, sort=(("requested_at", -1), ("_id", 1)), limit=search.skip + search.limit
        )
        return [(UUID(d["_id"]), _facts(d)) for d in found[search.skip :]]

    async def note(self, events: Sequence[LifecycleEvent]) -> None:
        """Remember events, in order within each request; what was seen before changes nothing."""
        own = [event for event in events if event.summary.part_of is None]
        known = await self._listed.get_many({str(event.request_id) for event in own})
        changed = _changed(known, own)
        new = await self._listed.insert_new([d for i, d in changed.items() if i not in known])
        await self._listed.update_by_id(
            {i: {"$set": d} for i, d in changed.items() if i not in new},
            only={i: {"sequence": {"$lt": d["sequence"]}} for i, d in changed.items()},
        )


class ListingHandler:
    """Keeps the list by batches of lifecycle events."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Note the whole batch and return how many events it held.

        Raises:
            UnreadableEventError: a record is no lifecycle event.
            UnavailableError: the database is away.
        """
        events = [read_event(r.value, r.headers, LIFECYCLE_BY_TYPE).data for r in records]
        await self._listing.note(events)
        return len(events)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Return: all there is to do is done for the whole batch."""


def _changed(known: Mapping[str, Document], events: Sequence[LifecycleEvent]) -> dict[str, Document]:
    """Return the documents as they are after ``events``. What never was public gets none."""
    changed: dict[str, Document] = {}
    for event in events:
        id_ = str(event.request_id)
        before = changed.get(id_) or known.get(id_)
        if before and event.sequence <= before["sequence"]:
            continue
        facts = after(_facts(before) if before else Facts(event.state, event.occurred_at), event)
        if before or facts.public:
            changed[id_] = _document(event, facts)
    return changed


def _document(event: LifecycleEvent, facts: Facts) -> Document:
    return {
        "_id": str(event.request_id),
        "sequence": event.sequence,
        "requested_at": event.summary.received_at,
        "state": facts.state.value,
        "updated_at": facts.updated_at,
        "service_code": facts.service_code,
        "agency": facts.agency,
        "public": facts.public,
        "closed": facts.closed,
    }


def _facts(document: Document) -> Facts:
    return Facts(
        State(document["state"]),
        document["updated_at"],
        document["service_code"],
        document["agency"],
        document["public"],
    )
