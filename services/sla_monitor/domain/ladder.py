"""When which rung of the escalation ladder is reached, for both clocks of a request."""

from dataclasses import dataclass
from datetime import datetime

from services.sla_monitor.domain.deadlines import Deadline, Deadlines
from services.sla_monitor.domain.policies import Ladder, Ladders
from shared.contracts.escalations import ClockKind


@dataclass(frozen=True, slots=True)
class PlannedRung:
    """One escalation to come: at that instant (UTC) the clock reaches its ``step``-th rung."""

    at: datetime
    clock: ClockKind
    step: int
    told: str


def plan(deadlines: Deadlines, ladders: Ladders) -> tuple[PlannedRung, ...]:
    """Return the rungs of both clocks in the order in which they are reached."""
    rungs = [
        *_rungs("legal", deadlines.legal, ladders.legal),
        *_rungs("internal", deadlines.internal, ladders.internal),
    ]
    return tuple(sorted(rungs, key=lambda rung: (rung.at, rung.clock, rung.step)))


def next_at(rungs: tuple[PlannedRung, ...], reached: int) -> datetime | None:
    """Return when the next rung is reached after the first ``reached`` ones, or None at the ladder's end."""
    return rungs[reached].at if reached < len(rungs) else None


def due_rungs(rungs: tuple[PlannedRung, ...], reached: int, now: datetime) -> tuple[PlannedRung, ...]:
    """Return the rungs after the first ``reached`` ones whose time has come."""
    return tuple(rung for rung in rungs[reached:] if rung.at <= now)


def _rungs(clock: ClockKind, deadline: Deadline, ladder: Ladder) -> list[PlannedRung]:
    return [
        PlannedRung(deadline.at_share(rung.share), clock, step, rung.told)
        for step, rung in enumerate(ladder.rungs, start=1)
    ]
