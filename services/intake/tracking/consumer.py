"""Keeps the timeline of every request, and by it knows which requests the router has."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

from services.intake.records import TimelineEntry
from services.intake.spoken import without_words
from services.intake.store import IntakeStore
from shared.contracts.cloudevents import read_event
from shared.contracts.lifecycle import AnswerGiven, LifecycleEvent
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.topics import LIFECYCLE as LIFECYCLE_TOPIC
from shared.messaging import Lane, RawRecord

LANE: Final = Lane(service="intake", group="intake", topics=(LIFECYCLE_TOPIC,))


class TimelineHandler:
    """Writes down a batch of lifecycle events at once; each is remembered once, however often it comes."""

    def __init__(
        self,
        store: IntakeStore,
        forgotten: Callable[[Iterable[UUID]], Awaitable[frozenset[UUID]]],
        settle_files: Callable[[AnswerGiven], Awaitable[None]],
    ) -> None:
        """Take what it works with.

        Args:
            store: where the events are remembered.
            forgotten: returns those of the requests whose applicants' words may not be kept.
            settle_files: lets the files that an answer names belong to its request.
        """
        self._store = store
        self._forgotten = forgotten
        self._settle_files = settle_files

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Record the whole batch and return how many events it held.

        Raises:
            UnreadableEventError: a record is no lifecycle event.
            UnavailableError: the database is away.
        """
        events = [_event(record) for record in records]
        silent = [without_words(event) for event in events]
        # Few events carry words, so that hardly a batch has to ask.
        speaking = {_whole(e) for e, without in zip(events, silent, strict=True) if e != without}
        forgotten = await self._forgotten(speaking) if speaking else frozenset()
        kept = [s if _whole(e) in forgotten else e for e, s in zip(events, silent, strict=True)]
        for event in kept:
            # Before the answer is there to be seen, so that it is never seen without its files.
            if isinstance(event, AnswerGiven) and event.attachments:
                await self._settle_files(event)
        await self._store.add_to_timeline([_entry(event) for event in kept])
        return len(kept)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Return: all there is to do is done for the whole batch."""


def _event(record: RawRecord) -> LifecycleEvent:
    return read_event(record.value, record.headers, LIFECYCLE_BY_TYPE).data


def _whole(event: LifecycleEvent) -> UUID:
    """Return the request that the applicant knows."""
    return event.summary.part_of or event.request_id


def _entry(event: LifecycleEvent) -> TimelineEntry:
    return TimelineEntry(
        _whole(event),
        event.sequence,
        event.ce_type,
        event.model_dump_json(exclude_none=True),
        matter=event.request_id if event.summary.part_of else None,
    )
