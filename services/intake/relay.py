"""From the record to the topic: at once when the broker answers, in order of acceptance, and never lost.

The record is the outbox. What is accepted waits in a bounded queue; what does not fit, and what a process
left behind, is read from the database. A request that nobody answered for on the lifecycle topic is published
again: end to end, so that even a broker that lost its log loses no request. Emergencies have a queue of their
own and wait for one batch of others at most, whatever has piled up and wherever.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import structlog

from services.intake.metrics import REPUBLISHED, UNRETURNED, WAITING
from services.intake.pages_of import pages_of
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from shared.clock import Clock
from shared.contracts.cloudevents import Record, record_of
from shared.contracts.requests import RequestReceived
from shared.contracts.topics import EMERGENCIES, REQUESTS
from shared.ids import derived_id
from shared.messaging import Publisher

SOURCE = "/istek/intake"

_BATCH = 500
# The instants of acceptance are taken before the insert, so a later record may carry an earlier one.
_DISORDER = timedelta(seconds=5)

_log = structlog.get_logger(__name__)


@dataclass
class _Lane:
    """What waits for one topic.

    Attributes:
        left_in_store_since: from this instant on the store holds requests that are not in the queue.
    """

    emergency: bool
    queue: deque[RequestRecord] = field(default_factory=deque)
    left_in_store_since: datetime | None = None


class Relay:
    """Publishes accepted requests; one loop, so that the order of acceptance is kept within each topic."""

    def __init__(
        self,
        store: IntakeStore,
        publisher: Publisher,
        *,
        clock: Clock,
        capacity: int,
        watch_every: timedelta,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._capacity = capacity
        self._watch_every = watch_every
        self._urgent = _Lane(emergency=True)
        self._ordinary = _Lane(emergency=False)
        self._lanes = (self._urgent, self._ordinary)
        self._recovered = False
        self._next_watch: datetime | None = None
        self._news = asyncio.Event()
        WAITING.set_function(self._waiting)

    def offer(self, record: RequestRecord) -> None:
        """Take over a request that is durable. Never waits: beyond the capacity it stays in the store."""
        lane = self._urgent if record.emergency else self._ordinary
        if lane.left_in_store_since is None and len(lane.queue) < self._capacity:
            lane.queue.append(record)
        elif lane.left_in_store_since is None:
            lane.left_in_store_since = record.recorded_at
            _log.warning("relay_full", capacity=self._capacity, emergencies=lane.emergency)
        self._news.set()

    async def run(self) -> None:
        """Publish until cancelled.

        Raises:
            UnavailableError: broker or database is away; call again, nothing is forgotten.
        """
        while True:
            if not self._recovered:
                await self._recover()
            await self._drain()
            if lane := self._left_in_store():
                await self._catch_up(lane)
            elif self._watch_is_due():
                await self._watch()
            else:
                await self._wait()

    async def _drain(self) -> None:
        # Looked at anew after each batch, so that emergencies overtake whatever has piled up.
        while lane := next((lane for lane in self._lanes if lane.queue), None):
            await self._publish_batch(lane)

    async def _publish_batch(self, lane: _Lane) -> None:
        batch = list(islice(lane.queue, _BATCH))
        await self._publish(batch)
        for _ in batch:
            lane.queue.popleft()

    async def _catch_up(self, lane: _Lane) -> None:
        """Publish what did not fit into a queue, from the store."""
        since = lane.left_in_store_since
        assert since is not None  # noqa: S101 - the caller looked
        # From here on what is accepted is queued again, so the pages read below overlap with the queue.
        lane.left_in_store_since = None
        try:
            await self._publish_stored(lane, since - _DISORDER)
        except BaseException:
            lane.left_in_store_since = since
            raise

    async def _recover(self) -> None:
        """Publish what the process before may have left behind and the watch does not see yet."""
        since = self._store.unwatched_since(self._clock())
        for lane in self._lanes:
            await self._publish_stored(lane, since)
        self._recovered = True

    async def _publish_stored(self, lane: _Lane, since: datetime) -> None:
        stored = self._store.accepted_since(since, emergency=lane.emergency)
        async for page in pages_of(stored, _BATCH):
            while lane is self._ordinary and self._urgent.queue:
                await self._publish_batch(self._urgent)
            await self._publish(await self._store.not_returned(page))

    async def _watch(self) -> None:
        """Publish again some of what did not come back."""
        page = await self._store.stragglers(self._clock(), _BATCH)
        await self._publish(page)
        REPUBLISHED.inc(len(page))
        if not page:
            UNRETURNED.set(await self._store.straggler_count())
            self._next_watch = self._clock() + self._watch_every

    async def _publish(self, records: Sequence[RequestRecord]) -> None:
        await self._publisher.send_all([_to_record(r) for r in records])

    def _waiting(self) -> int:
        return sum(len(lane.queue) for lane in self._lanes)

    def _left_in_store(self) -> _Lane | None:
        return next((lane for lane in self._lanes if lane.left_in_store_since is not None), None)

    def _watch_is_due(self) -> bool:
        return self._next_watch is None or self._clock() >= self._next_watch

    async def _wait(self) -> None:
        """Return when there is news, or a look at the stragglers is due."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds_to_watch()):
                await self._news.wait()

    def _seconds_to_watch(self) -> float:
        if self._next_watch is None:
            return 0.0
        return max(0.0, (self._next_watch - self._clock()).total_seconds())


def _to_record(record: RequestRecord) -> Record:
    return record_of(
        EMERGENCIES if record.emergency else REQUESTS,
        id=derived_id(record.request_id, "received"),
        source=SOURCE,
        type=RequestReceived.ce_type,
        time=record.recorded_at,
        subject=record.request_id,
        value=record.event.encode(),
        traceparent=record.traceparent,
    )
