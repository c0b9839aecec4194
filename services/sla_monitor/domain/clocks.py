"""The clocks of one request as a set of facts.

Events repeat, and an answer's delivery may be heard of before the answer. Every fact therefore has a key
of its own, and applying facts in any order, any number of times, gives the same clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from services.sla_monitor.domain.deadlines import Deadlines
from services.sla_monitor.domain.ladder import PlannedRung
from services.sla_monitor.domain.pauses import Pause, pauses_of
from shared.contracts.vocabulary import Channel, Kind, Priority, Regime, State

StopReason = Literal["answer_delivered", "forwarded", "not_examined", "withdrawn", "closed"]

_STOPPING_STATES: Mapping[State, StopReason] = {
    State.FORWARDED: "forwarded",
    State.NOT_EXAMINED: "not_examined",
    State.WITHDRAWN: "withdrawn",
    State.CLOSED: "closed",
}
_BACK = frozenset({State.TRIAGE, State.REOPENED})
"""States in which an answer is owed again, whatever stopped the clocks before."""
_UNCLAIMED = frozenset({State.TRIAGE, State.ASSIGNED, State.REOPENED})
"""States in which no directorate has taken the request as its own, or not since it came back."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What the request is about, as far as a list of clocks shows it. Holds no personal data."""

    receipt_number: str
    channel: Channel
    kind: Kind
    regime: Regime
    priority: Priority
    subject: str
    neighbourhood: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """A lifecycle event as far as clocks care: where the request stood after it, and with whom."""

    sequence: int
    state: State
    at: datetime
    department: str | None = None

    @property
    def unclaimed(self) -> bool:
        """Whether no directorate has it as its own; a question is the desk's or that of who has it."""
        asked_by_the_desk = self.state is State.AWAITING_APPLICANT and self.department is None
        return asked_by_the_desk or self.state in _UNCLAIMED


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """How telling the final answer ended, by the id of the message."""

    message: str
    delivered: bool
    medium: str
    at: datetime


Fact = Stage | AnswerOutcome


@dataclass(frozen=True, slots=True)
class Stop:
    """Why and when the clocks stopped."""

    reason: StopReason
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestClock:
    """Both clocks of a request.

    Attributes:
        request_id: whose clocks.
        matter: what the request is about.
        deadlines: what they count to.
        rungs: the escalations to come, in order of time.
        reached: how many of them are raised already.
        stages: the lifecycle events seen, by sequence.
        outcomes: the outcomes of final answers seen, by message.
    """

    request_id: str
    matter: Matter
    deadlines: Deadlines
    rungs: tuple[PlannedRung, ...]
    reached: int = 0
    stages: Mapping[int, Stage] = field(default_factory=dict)
    outcomes: Mapping[str, AnswerOutcome] = field(default_factory=dict)

    @property
    def stop(self) -> Stop | None:
        """What stopped the clocks first, or None while they run.

        A request that comes back to triage, as after an objection, takes back what earlier states stopped.
        One whose applicant says that it is not solved takes back the answer, too.
        """
        back = max((n for n, stage in self.stages.items() if stage.state in _BACK), default=0)
        stages = (stage for n, stage in self.stages.items() if n > back)
        facts: tuple[Fact, ...] = (*stages, *self._outcomes_in_force)
        stops = [stop for fact in facts if (stop := stop_of(fact))]
        return min(stops, key=lambda stop: (stop.at, stop.reason), default=None)

    @property
    def _outcomes_in_force(self) -> tuple[AnswerOutcome, ...]:
        """The outcomes of answers given since the request came back last, or of all if it never did.

        Which answer a message told of is read from the time: one that ends after the next answer tells of it.
        """
        returned = max((n for n, stage in self.stages.items() if stage.state is State.REOPENED), default=0)
        if not returned:
            return tuple(self.outcomes.values())
        answers = (s.at for n, s in self.stages.items() if n > returned and s.state is State.ANSWERED)
        answered = min(answers, default=None)
        return tuple(o for o in self.outcomes.values() if answered and o.at >= answered)

    @property
    def latest(self) -> Stage | None:
        """The newest lifecycle event seen."""
        return self.stages[max(self.stages)] if self.stages else None

    @property
    def department(self) -> str | None:
        """The directorate that holds the request, as the newest event that names one says."""
        named = (self.stages[n].department for n in sorted(self.stages, reverse=True))
        return next((slug for slug in named if slug), None)

    @property
    def unclaimed(self) -> bool:
        """Whether no directorate has taken the request as its own yet."""
        return self.latest is None or self.latest.unclaimed

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """When it was the applicant's turn."""
        return pauses_in(self.stages)

    @property
    def paused(self) -> bool:
        """Whether the internal target stands still because the applicant is waited for."""
        return self.stop is None and any(pause.until is None for pause in self.pauses)

    @property
    def answer_undelivered(self) -> bool:
        """Whether a final answer could not be delivered and no other was: the clocks still run."""
        outcomes = self._outcomes_in_force
        return bool(outcomes) and not any(outcome.delivered for outcome in outcomes)


def apply(clock: RequestClock, fact: Fact) -> RequestClock:
    """Return the clock with one more fact. A fact known already changes nothing."""
    if isinstance(fact, Stage):
        return replace(clock, stages={**clock.stages, fact.sequence: fact})
    return replace(clock, outcomes={**clock.outcomes, fact.message: fact})


def stop_of(fact: Fact) -> Stop | None:
    """Return the stop that a fact brings, or None.

    Only a final answer that reached the applicant stops the clocks, or a state that leaves the municipality
    nothing to answer. An answer given and not yet delivered does not.
    """
    if isinstance(fact, AnswerOutcome):
        return Stop("answer_delivered", fact.at) if fact.delivered else None
    reason = _STOPPING_STATES.get(fact.state)
    return Stop(reason, fact.at) if reason else None


def pauses_in(stages: Mapping[int, Stage]) -> tuple[Pause, ...]:
    """Return when, by these lifecycle events, it was the applicant's turn."""
    return pauses_of({n: (stage.state, stage.at) for n, stage in stages.items()})


def may_run_again(known: frozenset[int], heard: Mapping[int, Stage]) -> bool:
    """Return whether these events may have taken back what stopped the clocks, or stopped what had been.

    Args:
        known: numbers of the lifecycle events known before.
        heard: the events heard now, by number.
    """
    came_back = any(stage.state in _BACK and n > 1 for n, stage in heard.items())
    came_late = any(n < max(known, default=0) for n in heard.keys() - known)
    return came_back or came_late


def missing_sequences(known: frozenset[int]) -> frozenset[int]:
    """Return the sequence numbers below the highest one known that were never seen."""
    return frozenset(range(1, max(known, default=0))) - known
