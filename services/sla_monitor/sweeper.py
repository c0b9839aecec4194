"""Raises the escalations whose time has come.

A sweep asks an index for open clocks with a rung that is due, so its cost follows what is due and not what is
open. It records the escalations, moves the clocks on, publishes, and records that it did. Each step may be
repeated: an escalation's id follows from its clock and rung, so a crash between any two steps, or a second
monitor at the same work, leads neither to a loss nor to a second effect.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.sla_monitor.documents import Document
from services.sla_monitor.domain.clocks import RequestClock
from services.sla_monitor.domain.ladder import PlannedRung, due_rungs
from services.sla_monitor.metrics import ESCALATIONS, SWEEP_SECONDS
from services.sla_monitor.store import ClockStore, EscalationStore
from shared.clock import Clock
from shared.contracts.cloudevents import Record, record_of
from shared.contracts.escalations import EscalationRaised
from shared.contracts.topics import ESCALATIONS as ESCALATIONS_TOPIC
from shared.ids import derived_id
from shared.loops import again_and_again
from shared.messaging import Publisher

SOURCE = "/sla_monitor"

_BATCH = 200
_log = structlog.get_logger(__name__)


class Sweeper:
    """Finds due rungs and tells operations, as long as the service runs.

    Args:
        clocks: the clocks.
        escalations: what was raised.
        publisher: the way to operations.
        clock: the present instant.
        every_s: pause between two sweeps that found little.
    """

    def __init__(
        self,
        clocks: ClockStore,
        escalations: EscalationStore,
        publisher: Publisher,
        *,
        clock: Clock,
        every_s: float,
    ) -> None:
        self._clocks = clocks
        self._escalations = escalations
        self._publisher = publisher
        self._clock = clock
        self._every_s = every_s
        self.last_sweep: datetime | None = None

    async def run(self) -> None:
        """Sweep for ever, without a pause while there is a full batch to do."""
        while True:
            if await self.sweep() < _BATCH:
                await asyncio.sleep(self._every_s)

    async def sweep(self) -> int:
        """Raise what is due and return how many clocks had something due, a batch at most.

        Raises:
            UnavailableError: database or broker is away. What was recorded is published later.
        """
        started = time.monotonic()
        now = self._clock()
        due = await self._clocks.due_rungs(now, _BATCH)
        if due:
            await self._raise_rungs(due, now)
        self.last_sweep = now
        SWEEP_SECONDS.observe(time.monotonic() - started)
        return len(due)

    async def republish(self) -> None:
        """Publish for ever what was recorded and, the process or the broker having gone, not published."""
        await again_and_again(self._publish_stragglers, every_s=self._every_s)

    async def _publish_stragglers(self) -> None:
        stragglers = await self._escalations.unpublished(self._clock())
        if stragglers:
            _log.warning("escalations_published_late", count=len(stragglers))
            await self._publish(stragglers)

    async def _raise_rungs(self, clocks: Sequence[RequestClock], now: datetime) -> None:
        documents: list[Document] = []
        advanced: list[tuple[RequestClock, int]] = []
        for clock in clocks:
            rungs = due_rungs(clock.rungs, clock.reached, now)
            documents += [escalation_document(clock, rung, now) for rung in rungs]
            advanced.append((clock, clock.reached + len(rungs)))
        new = await self._escalations.record(documents)
        await self._clocks.advance(advanced)
        await self._publish([document for document in documents if document["_id"] in new])

    async def _publish(self, escalations: Sequence[Document]) -> None:
        await self._publisher.send_all([_record(document) for document in escalations])
        await self._escalations.published(document["_id"] for document in escalations)
        _count(escalations)


def escalation_document(clock: RequestClock, rung: PlannedRung, now: datetime) -> Document:
    """Return the escalation of one rung of one clock, ready to be recorded. Its id follows from these two."""
    deadline = clock.deadlines.legal if rung.clock == "legal" else clock.deadlines.internal
    event = EscalationRaised(
        request_id=UUID(clock.request_id),
        receipt_number=clock.matter.receipt_number,
        clock=rung.clock,
        policy=deadline.policy,
        step=rung.step,
        told=rung.told,
        department=clock.department,
        subject=clock.matter.subject,
        neighbourhood=clock.matter.neighbourhood,
        priority=clock.matter.priority,
        due_at=deadline.due_at,
        raised_at=now,
    )
    return {
        "_id": str(derived_id(clock.request_id, f"escalation/{rung.clock}/{rung.step}")),
        "request_id": clock.request_id,
        "recorded_at": now,
        "event": event.model_dump(mode="json", exclude_none=True),
    }


def _record(document: Document) -> Record:
    return record_of(
        ESCALATIONS_TOPIC,
        id=document["_id"],
        source=SOURCE,
        type=EscalationRaised.ce_type,
        time=document["recorded_at"],
        subject=document["request_id"],
        value=document["event"],
    )


def _count(escalations: Iterable[Document]) -> None:
    for document in escalations:
        ESCALATIONS.labels(document["event"]["clock"], document["event"]["told"]).inc()
