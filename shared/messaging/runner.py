"""Runs one batch of a lane: prepared whole, then keys side by side, each key's records in order.

A lane may have a large batch run in a few shares, side by side: while the database or the broker is at work
on one, the processor is at work on another.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Generic

import structlog

from shared.contracts.cloudevents import UnreadableEventError, header
from shared.messaging.dead_letters import Breaker, DeadLetters, source_of
from shared.messaging.lane import Handler, Lane, Prepared, RawRecord
from shared.outcomes import PoisonError, UnavailableError
from shared.telemetry.metrics import BATCH_SECONDS, LINE_STOPPED, RECORDS
from shared.telemetry.tracing import span

_log = structlog.get_logger(__name__)


class BatchRunner(Generic[Prepared]):
    """Settles batches: returns only when every record is done or parked, so that it may be committed."""

    def __init__(self, lane: Lane, handler: Handler[Prepared], dead_letters: DeadLetters) -> None:
        self._lane = lane
        self._handler = handler
        self._dead_letters = dead_letters
        self._breaker = Breaker(lane.breaker)
        self.last_settled = time.monotonic()
        self.waiting = False

    async def run(self, records: Sequence[RawRecord]) -> None:
        """Settle every record of the batch.

        Raises:
            UnavailableError: something is away; commit nothing and bring the batch again. Raised after the
                lane's outage pause, because the framework redelivers at once.
        """
        started = time.monotonic()
        try:
            await self._settle(records)
        except UnavailableError as outage:
            self._stopped(str(outage))
            await asyncio.sleep(self._lane.outage_pause)
            raise
        self._going()
        BATCH_SECONDS.labels(self._lane.group).observe(time.monotonic() - started)

    async def _settle(self, records: Sequence[RawRecord]) -> None:
        gate = asyncio.Semaphore(self._lane.concurrency)
        outages: list[UnavailableError] = []

        async def work_through(queue: list[RawRecord], prepared: tuple[Prepared] | None) -> None:
            async with gate:
                for record in queue:
                    if outages:
                        return
                    try:
                        await self._settle_one(record, prepared)
                    except UnavailableError as outage:
                        outages.append(outage)

        async def run_share(queues: list[list[RawRecord]]) -> None:
            try:
                prepared = await self._prepare([record for queue in queues for record in queue])
            except UnavailableError as outage:
                outages.append(outage)
                return
            async with asyncio.TaskGroup() as group:
                for queue in queues:
                    group.create_task(work_through(queue, prepared))

        async with asyncio.TaskGroup() as group:
            for queues in _shares(_by_key(records), self._lane.share or len(records)):
                group.create_task(run_share(queues))
        if outages:
            raise outages[0]

    async def _prepare(self, records: Sequence[RawRecord]) -> tuple[Prepared] | None:
        """Prepare the batch, or return None if one record spoils it: then each is prepared alone."""
        try:
            return (await self._handler.prepare(records),)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - whichever record it was fails again alone, and is parked
            _log.warning("batch_spoiled", group=self._lane.group, records=len(records), error=_brief(error))
            return None

    async def _settle_one(self, record: RawRecord, prepared: tuple[Prepared] | None) -> None:
        try:
            with span(self._lane.group, parent=_traceparent(record)):
                attempts = await self._attempt(record, prepared)
        except _ParkError as parking:
            await self._park(record, parking)
        else:
            self._breaker.succeeded()
            RECORDS.labels(self._lane.group, record.topic, "done").inc()
            if attempts > 1:
                _log.info("record_done_late", source=source_of(record), attempts=attempts)

    async def _attempt(self, record: RawRecord, prepared: tuple[Prepared] | None) -> int:
        for attempt in range(1, self._lane.attempts + 1):
            try:
                if prepared is None:
                    prepared = (await self._handler.prepare((record,)),)
                await self._handler.handle(record, prepared[0])
            except UnavailableError:
                raise
            except PoisonError as poison:
                raise _ParkError(str(poison), attempt) from poison
            except Exception as error:
                if attempt == self._lane.attempts:
                    _log.exception("record_failed", source=source_of(record), attempts=attempt)
                    raise _ParkError(_brief(error), attempt) from error
                prepared = None
                await asyncio.sleep(self._lane.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            else:
                return attempt
        raise AssertionError("a lane tries at least once")

    async def _park(self, record: RawRecord, parking: "_ParkError") -> None:
        if self._dead_letters.holds(record):
            return
        if self._breaker.open:
            raise UnavailableError(f"{self._lane.breaker} records in a row were parked: the fault is ours")
        await self._dead_letters.park(record, parking.reason, parking.attempts)
        self._breaker.parked()
        RECORDS.labels(self._lane.group, record.topic, "parked").inc()
        _log.warning("record_parked", source=source_of(record), group=self._lane.group, reason=parking.reason)

    def _stopped(self, why: str) -> None:
        if not self.waiting:
            _log.warning("line_stopped", group=self._lane.group, reason=why)
        self.waiting = True
        LINE_STOPPED.labels(self._lane.group).set(1)

    def _going(self) -> None:
        if self.waiting:
            _log.info("line_goes_on", group=self._lane.group)
        self.waiting = False
        self.last_settled = time.monotonic()
        LINE_STOPPED.labels(self._lane.group).set(0)


class _ParkError(Exception):
    def __init__(self, reason: str, attempts: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.attempts = attempts


def _by_key(records: Sequence[RawRecord]) -> list[list[RawRecord]]:
    """Return the records in queues, each to be worked through in order. Without a key there is no order."""
    queues: dict[tuple[str, int, bytes | int], list[RawRecord]] = {}
    for r in records:
        queues.setdefault((r.topic, r.partition, r.offset if r.key is None else r.key), []).append(r)
    return list(queues.values())


def _shares(queues: list[list[RawRecord]], least: int) -> list[list[list[RawRecord]]]:
    """Return the queues in shares of ``least`` records or a few more; the last may have less."""
    shares: list[list[list[RawRecord]]] = []
    room = 0
    for queue in queues:
        if room <= 0:
            shares.append([])
            room = least
        shares[-1].append(queue)
        room -= len(queue)
    return shares


def _traceparent(record: RawRecord) -> str | None:
    try:
        return header(record.headers, "traceparent")
    except UnreadableEventError:
        return None


def _brief(error: BaseException) -> str:
    """Return an error as type and place, without its text, which may quote personal data."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}{place}"
