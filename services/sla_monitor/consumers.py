"""What lifecycle events and delivery outcomes do to the clocks, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from services.sla_monitor.domain.business_calendar import BusinessCalendar, OutsideCalendarError
from services.sla_monitor.domain.clocks import (
    AnswerOutcome,
    Matter,
    RequestClock,
    Stage,
    may_run_again,
    missing_sequences,
    pauses_in,
)
from services.sla_monitor.domain.deadlines import derive_deadlines
from services.sla_monitor.domain.ladder import plan
from services.sla_monitor.domain.policies import NoPolicyError, PolicySet
from services.sla_monitor.metrics import SEQUENCE_GAPS
from services.sla_monitor.store import ClockStore, Known
from shared.contracts.base import Contract
from shared.contracts.cloudevents import UnreadableEventError, read_event
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.notifications import (
    NotificationConcluded,
    NotificationConcludedV1,
    NotificationConcludedV2,
)
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.topics import LIFECYCLE as LIFECYCLE_TOPIC
from shared.contracts.topics import OUTCOMES as OUTCOMES_TOPIC
from shared.messaging import Lane, RawRecord
from shared.messaging.dead_letters import source_of
from shared.outcomes import PoisonError

SERVICE = "sla_monitor"
LIFECYCLE_LANE = Lane(service=SERVICE, group=SERVICE, topics=(LIFECYCLE_TOPIC,))
OUTCOMES_LANE = Lane(service=SERVICE, group=f"{SERVICE}-outcomes", topics=(OUTCOMES_TOPIC,))

_OUTCOME_TYPES = {
    model.ce_type: model
    for model in (NotificationConcluded, NotificationConcludedV2, NotificationConcludedV1)
}
_log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Contract)


@dataclass
class _Batch(Generic[E]):
    """A batch, read: what could be made of it, and why of the rest not, by the record's place."""

    events: list[tuple[str, E]] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)


class _BatchHandler:
    """All is done in the preparation; what is left per record is to park those that no work can use."""

    async def handle(self, record: RawRecord, prepared: Mapping[str, str]) -> None:
        """Refuse a record that the preparation could not use.

        Raises:
            PoisonError: the record is no event this service reads, or no policy covers its request.
        """
        if reason := prepared.get(source_of(record)):
            raise PoisonError(reason)


class LifecycleHandler(_BatchHandler):
    """Opens clocks with the first event heard of a request, and stops them when nothing is left to answer."""

    def __init__(self, store: ClockStore, policies: PolicySet, calendar: BusinessCalendar) -> None:
        self._store = store
        self._policies = policies
        self._calendar = calendar

    async def prepare(self, records: Sequence[RawRecord]) -> Mapping[str, str]:
        """Bring the clocks up to these events; return the unusable records, each with the reason."""
        batch = _read(records, LIFECYCLE_BY_TYPE)
        stages = _stages_by_request(event for _, event in batch.events)
        newest = {str(e.request_id): e for _, e in sorted(batch.events, key=lambda read: read[1].sequence)}
        # A request whose first event is here is taken for new: on the main path that saves a query.
        known = await self._store.known(i for i, seen in stages.items() if 1 not in seen)
        clocks: dict[str, RequestClock] = {}
        for source, event in batch.events:
            request_id = str(event.request_id)
            if request_id not in known and request_id not in clocks:
                try:
                    clocks[request_id] = self._clock(newest[request_id], stages[request_id])
                except (NoPolicyError, OutsideCalendarError) as error:
                    batch.unusable[source] = str(error)
        opened = await self._store.open(clocks.values())
        known |= await self._store.known(clocks.keys() - opened)
        told = {i: {**before.stages, **stages[i]} for i, before in known.items()}
        # Before the stages: once these are known, an event that comes again changes nothing any more.
        await self._store.reclassify(
            self._clock(newest[i], told[i], before)
            for i, before in known.items()
            if _says_otherwise(newest[i], before) or pauses_in(told[i]) != pauses_in(before.stages)
        )
        await self._store.add(
            {
                request_id: [stages[request_id][n] for n in stages[request_id].keys() - before.sequences]
                for request_id, before in known.items()
            }
        )
        resumed = await self._store.resume(
            i for i, before in known.items() if may_run_again(before.sequences, stages[i])
        )
        await self._store.reclassify(
            self._clock(newest[i], told[i], known[i])
            for i in resumed
            if newest[i].sequence >= max(known[i].sequences, default=0)
        )
        # An answer may have been delivered before this clock was opened: whoever comes second joins both.
        await self._store.add(await self._store.outcomes_of(opened))
        for request_id in opened | known.keys():
            before = known.get(request_id)
            heard = before.sequences if before else frozenset()
            _notice_gaps(request_id, heard, frozenset(stages[request_id]))
        return batch.unusable

    def _clock(
        self, event: LifecycleEvent, stages: Mapping[int, Stage], before: Known | None = None
    ) -> RequestClock:
        """Return the clock that ``event`` and these stages show; what an old event says counts no more."""
        about = event.summary
        if before and not _is_news(event, before):
            about = about.model_copy(update={"subject": before.subject, "priority": before.priority})
        deadlines = derive_deadlines(
            about.regime,
            about.priority,
            about.received_at,
            self._policies,
            self._calendar,
            pauses=pauses_in(stages),
        )
        return RequestClock(
            request_id=str(event.request_id),
            matter=Matter(
                receipt_number=about.receipt_number,
                channel=about.channel,
                kind=about.kind,
                regime=about.regime,
                priority=about.priority,
                subject=about.subject,
                neighbourhood=about.neighbourhood,
                received_at=about.received_at,
            ),
            deadlines=deadlines,
            rungs=plan(deadlines, self._policies.ladders),
            stages=stages,
        )


class OutcomesHandler(_BatchHandler):
    """Stops the clocks of requests whose final answer reached the applicant."""

    def __init__(self, store: ClockStore) -> None:
        self._store = store

    async def prepare(self, records: Sequence[RawRecord]) -> Mapping[str, str]:
        """Bring the clocks up to these outcomes; return the unusable records, each with the reason."""
        batch = _read(records, _OUTCOME_TYPES)
        answers = [
            (
                str(event.request_id),
                AnswerOutcome(
                    message=str(event.message_id),
                    delivered=event.outcome == "delivered",
                    medium=event.medium,
                    at=event.concluded_at,
                ),
            )
            for _, event in batch.events
            if event.purpose == "final_answer"
        ]
        # First keep them, then look for the clocks: one that is opened meanwhile finds them.
        await self._store.record_outcomes(answers)
        by_request: dict[str, list[AnswerOutcome]] = {}
        for request_id, outcome in answers:
            by_request.setdefault(request_id, []).append(outcome)
        await self._store.add(by_request)
        # The delivery of an answer that solved nothing may be heard of only after the request came back.
        await self._store.resume(by_request)
        return batch.unusable


def _read(records: Sequence[RawRecord], known: Mapping[str, type[E]]) -> _Batch[E]:
    batch: _Batch[E] = _Batch()
    for record in records:
        try:
            event = read_event(record.value, record.headers, known)
        except UnreadableEventError as error:
            batch.unusable[source_of(record)] = str(error)
        else:
            batch.events.append((source_of(record), event.data))
    return batch


def _is_news(event: LifecycleEvent, before: Known) -> bool:
    return event.sequence >= max(before.sequences, default=0)


def _says_otherwise(event: LifecycleEvent, before: Known) -> bool:
    """Return whether a person has classified the request anew, as when it leaves triage."""
    return _is_news(event, before) and (event.summary.subject, event.summary.priority) != (
        before.subject,
        before.priority,
    )


def _stages_by_request(events: Iterable[LifecycleEvent]) -> dict[str, dict[int, Stage]]:
    stages: dict[str, dict[int, Stage]] = {}
    for event in events:
        stage = Stage(event.sequence, event.state, event.occurred_at, getattr(event, "department", None))
        stages.setdefault(str(event.request_id), {})[event.sequence] = stage
    return stages


def _notice_gaps(request_id: str, known: frozenset[int], heard: frozenset[int]) -> None:
    missing = missing_sequences(known | heard) - missing_sequences(known)
    if missing:
        SEQUENCE_GAPS.inc(len(missing))
        _log.warning("sequence_gap", request_id=request_id, missing=sorted(missing))
