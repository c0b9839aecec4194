"""From the record to the topic: at once when the broker answers, in order of acceptance, and never lost.

The record is the outbox. What is accepted waits in a bounded queue; what does not fit, and what a process
left behind, is read from the database. A request that nobody answered for on the lifecycle topic is published
again: end to end, so that even a broker that lost its log loses no request.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
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
        self._urgent: deque[RequestRecord] = deque()
        self._ordinary: deque[RequestRecord] = deque()
        self._left_in_store_since: datetime | None = None
        self._recovered = False
        self._next_watch: datetime | None = None
        self._news = asyncio.Event()
        WAITING.set_function(self._waiting)

    def offer(self, record: RequestRecord) -> None:
        """Take over a request that is durable. Never waits: beyond the capacity it stays in the store."""
        queue = self._urgent if record.emergency else self._ordinary
        if self._left_in_store_since is None and len(queue) < self._capacity:
            queue.append(record)
        elif self._left_in_store_since is None:
            self._left_in_store_since = record.recorded_at
            _log.warning("relay_full", capacity=self._capacity)
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
            if self._left_in_store_since is not None:
                await self._catch_up()
            elif self._watch_is_due():
                await self._watch()
            await self._wait()

    async def _drain(self) -> None:
        # Looked at anew after each batch, so that emergencies overtake whatever has piled up.
        while queue := self._urgent or self._ordinary:
            batch = list(islice(queue, _BATCH))
            await self._publish(batch)
            for _ in batch:
                queue.popleft()

    async def _catch_up(self) -> None:
        """Publish what did not fit into the queue, from the store."""
        since = self._left_in_store_since
        assert since is not None  # noqa: S101 - the caller looked
        # From here on what is accepted is queued again, so the pages read below overlap with the queue.
        self._left_in_store_since = None
        try:
            async for page in pages_of(self._store.accepted_since(since - _DISORDER), _BATCH):
                await self._publish(page)
        except BaseException:
            self._left_in_store_since = since
            raise

    async def _recover(self) -> None:
        """Publish what the process before may have left behind and the watch does not see yet."""
        since = self._store.unwatched_since(self._clock())
        async for page in pages_of(self._store.accepted_since(since), _BATCH):
            await self._publish(await self._store.not_returned(page))
        self._recovered = True

    async def _watch(self) -> None:
        """Publish again what did not come back."""
        while page := await self._store.stragglers(self._clock(), _BATCH):
            await self._publish(page)
            REPUBLISHED.inc(len(page))
        UNRETURNED.set(await self._store.straggler_count())
        self._next_watch = self._clock() + self._watch_every

    async def _publish(self, records: Sequence[RequestRecord]) -> None:
        await self._publisher.send_all([_to_record(r) for r in records])

    def _waiting(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    def _watch_is_due(self) -> bool:
        return self._next_watch is None or self._clock() >= self._next_watch

    async def _wait(self) -> None:
        """Return when there is news, or a look at the stragglers is due."""
        if self._left_in_store_since is None and not self._waiting():
            self._news.clear()
            try:
                async with asyncio.timeout(self._seconds_to_watch()):
                    await self._news.wait()
            except TimeoutError:
                return

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
