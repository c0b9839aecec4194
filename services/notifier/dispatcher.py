"""Brings the messages of one medium to an end, each in its own time.

Every medium has a dispatcher of its own, so that a gateway that hangs holds up nobody else's messages.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from services.notifier.domain.results import Deferred, Result
from services.notifier.domain.retry import RetryPolicy
from services.notifier.metrics import DEFERRED, OUTAGES
from services.notifier.sending import Attempt
from services.notifier.store import PendingMessage
from shared.contracts.vocabulary import Medium
from shared.outcomes import UnavailableError
from shared.telemetry.tracing import span

Conclude = Callable[[PendingMessage, Result, int], Awaitable[None]]
"""Records that a message ended with a result after so many attempts; may raise `UnavailableError`."""

_OUTAGE_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 15.0)
_RECORD_AGAIN_S = 1.0
_FINISH_S = 12.0
"""At the end a message in the gateway's hands gets this long to come out of them."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Job:
    pending: PendingMessage
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of a medium have not ended, and since when the oldest waits."""

    count: int
    oldest: datetime | None


class Dispatcher:
    """Workers over queues, one queue each, messages of one request always in the same.

    An outage costs a message nothing: the worker pauses, puts it back and goes on. A message that is put off
    alone comes back by the policy. The count of attempts lives in memory; after a crash it starts again.

    Args:
        medium: whose messages these are.
        attempt: makes one attempt.
        conclude: records the end.
        policy: when a message that was put off is tried again.
        workers: messages in the gateway's hands at once.
        capacity: messages held in memory; the others wait in the database.
        outage_pauses_s: seconds a worker waits after each outage in a row; the last repeats.
    """

    def __init__(
        self,
        *,
        medium: Medium,
        attempt: Attempt,
        conclude: Conclude,
        policy: RetryPolicy,
        workers: int,
        capacity: int = 5_000,
        outage_pauses_s: tuple[float, ...] = _OUTAGE_PAUSES_S,
    ) -> None:
        self.medium = medium
        self._attempt = attempt
        self._conclude = conclude
        self._policy = policy
        self._capacity = capacity
        self._outage_pauses_s = outage_pauses_s
        self._queues: list[asyncio.Queue[_Job]] = [asyncio.Queue() for _ in range(workers)]
        self._held: dict[UUID, datetime] = {}
        self._left: dict[UUID, datetime] = {}

    def offer(self, pending: PendingMessage) -> bool:
        """Take a message, and return False if there is no room: it must be offered again later.

        A message that is held already is not taken twice.
        """
        id_ = pending.message.id
        if id_ in self._held:
            return True
        if len(self._held) >= self._capacity:
            self._left[id_] = pending.recorded_at
            return False
        self._left.pop(id_, None)
        self._held[id_] = pending.recorded_at
        self._queue_of(pending).put_nowait(_Job(pending))
        return True

    def holds(self, message_id: UUID) -> bool:
        """Return True if the message is in this dispatcher's hands."""
        return message_id in self._held

    def waiting(self) -> Waiting:
        """Return what has not ended, held here or left in the database for want of room."""
        since = [*self._held.values(), *self._left.values()]
        return Waiting(len(since), min(since, default=None))

    async def run(self) -> None:
        """Work for ever. When cancelled, what a gateway has in hand is brought to its end first."""
        async with asyncio.TaskGroup() as group:
            for queue in self._queues:
                group.create_task(self._work(queue))

    async def _work(self, queue: asyncio.Queue[_Job]) -> None:
        outages = 0
        while True:
            job = await queue.get()
            if await _to_its_end(self._settle(job)):
                outages = 0
                continue
            queue.put_nowait(job)
            pause = self._outage_pauses_s[min(outages, len(self._outage_pauses_s) - 1)]
            outages += 1
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter

    async def _settle(self, job: _Job) -> bool:
        """Make one attempt and return False if something that it needs is away."""
        message = job.pending.message
        with span(f"notifier.{self.medium}", parent=job.pending.traceparent):
            try:
                result = await self._attempt(message)
            except UnavailableError as outage:
                OUTAGES.labels(self.medium).inc()
                _log.warning("gateway_away", medium=self.medium, reason=str(outage))
                return False
            except Exception as error:  # noqa: BLE001 - our fault, not the message's: it is put off
                _log.exception("attempt_failed", message_id=str(message.id))
                result = Deferred(f"internal error: {type(error).__name__}")
            job.attempts += 1
            if not (isinstance(result, Deferred) and self._put_off(job, result)):
                await self._end(job, result)
        return True

    def _put_off(self, job: _Job, result: Deferred) -> bool:
        wait = self._policy.wait_after(job.attempts, random.random())  # noqa: S311 - jitter
        if wait is None:
            return False
        DEFERRED.labels(self.medium).inc()
        _log.info(
            "message_put_off",
            message_id=str(job.pending.message.id),
            attempts=job.attempts,
            wait_s=round(wait / timedelta(seconds=1)),
            reason=result.reason,
        )
        queue = self._queue_of(job.pending)
        asyncio.get_running_loop().call_later(wait.total_seconds(), queue.put_nowait, job)
        return True

    async def _end(self, job: _Job, result: Result) -> None:
        while True:
            try:
                await self._conclude(job.pending, result, job.attempts)
            except UnavailableError as outage:
                # The applicant has the message already: forgetting it here would send it again.
                _log.warning("outcome_waits", message_id=str(job.pending.message.id), reason=str(outage))
                await asyncio.sleep(_RECORD_AGAIN_S)
            else:
                del self._held[job.pending.message.id]
                return

    def _queue_of(self, pending: PendingMessage) -> asyncio.Queue[_Job]:
        return self._queues[pending.message.request_id.int % len(self._queues)]


async def _to_its_end(work: Coroutine[Any, Any, bool]) -> bool:
    """Await ``work``; when cancelled, let it end within `_FINISH_S` before going."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_FINISH_S)
        task.cancel()
        raise
