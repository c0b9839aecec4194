"""Keeps the timeline of every request, and by it knows which requests the router has."""

from collections.abc import Sequence
from typing import Final

from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from shared.contracts.cloudevents import read_event
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.registry import LIFECYCLE
from shared.contracts.topics import LIFECYCLE as LIFECYCLE_TOPIC
from shared.messaging import Lane, RawRecord

LANE: Final = Lane(service="intake", group="intake", topics=(LIFECYCLE_TOPIC,))

_KNOWN: Final = {model.ce_type: model for model in LIFECYCLE}


class TimelineHandler:
    """Writes down a batch of lifecycle events at once; each is remembered once, however often it comes."""

    def __init__(self, store: IntakeStore) -> None:
        self._store = store

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Record the whole batch and return how many events it held.

        Raises:
            UnreadableEventError: a record is no lifecycle event.
            UnavailableError: the database is away.
        """
        entries = [_entry(record) for record in records]
        await self._store.add_to_timeline(entries)
        return len(entries)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Return: all there is to do is done for the whole batch."""


def _entry(record: RawRecord) -> TimelineEntry:
    data: LifecycleEvent = read_event(record.value, record.headers, _KNOWN).data
    whole = data.summary.part_of
    return TimelineEntry(
        whole or data.request_id,
        data.sequence,
        data.ce_type,
        data.model_dump_json(exclude_none=True),
        matter=data.request_id if whole else None,
    )
