"""What the console shows, worked out of the open clocks at one instant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.sla_monitor.documents import rungs_of, stages_of
from services.sla_monitor.domain.clocks import Stage
from services.sla_monitor.domain.ladder import PlannedRung
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Priority, State

HOURS_AHEAD = 12
_BURNING_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OpenClock:
    """An open clock as far as the console shows it."""

    request_id: str
    receipt_number: str
    subject: str
    neighbourhood: str | None
    priority: Priority
    received_at: datetime
    internal_due: datetime
    legal_due: datetime
    department: str | None
    unclaimed: bool
    paused: bool
    answer_undelivered: bool
    raised: tuple[PlannedRung, ...]

    @property
    def burning_emergency(self) -> bool:
        """Whether it is an emergency that nobody has taken."""
        return self.unclaimed and self.priority is Priority.EMERGENCY


@dataclass(frozen=True, slots=True)
class HourBar:
    """How many internal targets end within one local hour."""

    starts_at: datetime
    count: int


@dataclass(slots=True)
class UnitLoad:
    """A directorate's open requests by how near their internal target is; ``slug`` is None for triage."""

    slug: str | None
    late: int = 0
    today: int = 0
    on_time: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.late + self.today + self.on_time


@dataclass(frozen=True, slots=True)
class Board:
    """The state of all open clocks at one instant.

    Attributes:
        at: the instant.
        open: how many clocks run.
        late: how many are past their internal target.
        late_legal: how many are past the legal period.
        today: how many internal targets end later today.
        unclaimed: emergencies that nobody has taken, longest waiting first.
        paused: how many wait for a reply of the applicant.
        undelivered: how many final answers reached nobody.
        burning: what is late, ends today or is an unclaimed emergency, most pressing first, cut to a screen.
        burning_total: how many there are of these.
        next_due: the first internal target to come, if any.
        hours: targets ending in each of the coming hours.
        units: load by directorate, the one with most late first.
    """

    at: datetime
    open: int
    late: int
    late_legal: int
    today: int
    unclaimed: Sequence[OpenClock]
    paused: int
    undelivered: int
    burning: Sequence[OpenClock]
    burning_total: int
    next_due: datetime | None
    hours: Sequence[HourBar]
    units: Sequence[UnitLoad] = field(default_factory=list)


def open_clock(document: Mapping[str, Any]) -> OpenClock:
    """Return a stored clock as the console shows it."""
    stages = stages_of(document)
    latest = stages[max(stages)] if stages else None
    outcomes = document["outcomes"].values()
    return OpenClock(
        request_id=document["_id"],
        receipt_number=document["receipt_number"],
        subject=document["subject"],
        neighbourhood=document["neighbourhood"],
        priority=Priority(document["priority"]),
        received_at=document["received_at"],
        internal_due=document["internal"]["due_at"],
        legal_due=document["legal"]["due_at"],
        department=_department(stages),
        unclaimed=latest is None or latest.unclaimed,
        paused=latest is not None and latest.state is State.AWAITING_APPLICANT,
        answer_undelivered=bool(outcomes) and not any(o["delivered"] for o in outcomes),
        raised=rungs_of(document)[: document["reached"]],
    )


def board(clocks: Iterable[OpenClock], now: datetime) -> Board:
    """Return the console's figures at ``now``."""
    everything = list(clocks)
    tomorrow = _local_midnight(now) + timedelta(days=1)
    late = [c for c in everything if c.internal_due < now]
    today = [c for c in everything if now <= c.internal_due < tomorrow]
    ahead = [c.internal_due for c in everything if c.internal_due >= now]
    unclaimed = sorted((c for c in everything if c.burning_emergency), key=lambda c: c.received_at)
    burning = sorted(
        {c.request_id: c for c in (*unclaimed, *late, *today)}.values(),
        key=lambda c: (not c.burning_emergency, c.internal_due, c.request_id),
    )
    return Board(
        at=now,
        open=len(everything),
        late=len(late),
        late_legal=sum(c.legal_due < now for c in everything),
        today=len(today),
        unclaimed=unclaimed,
        paused=sum(c.paused for c in everything),
        undelivered=sum(c.answer_undelivered for c in everything),
        burning=burning[:_BURNING_SHOWN],
        burning_total=len(burning),
        next_due=min(ahead, default=None),
        hours=_hours(ahead, now),
        units=_units(everything, now, tomorrow),
    )


def _hours(due: Iterable[datetime], now: datetime) -> list[HourBar]:
    first = now.replace(minute=0, second=0, microsecond=0)
    counts = Counter((instant - first) // timedelta(hours=1) for instant in due)
    return [HourBar(first + timedelta(hours=n), counts[n]) for n in range(HOURS_AHEAD)]


def _units(clocks: Iterable[OpenClock], now: datetime, tomorrow: datetime) -> list[UnitLoad]:
    loads: dict[str | None, UnitLoad] = {}
    for clock in clocks:
        load = loads.setdefault(clock.department, UnitLoad(clock.department))
        if clock.internal_due < now:
            load.late += 1
        elif clock.internal_due < tomorrow:
            load.today += 1
        else:
            load.on_time += 1
    return sorted(loads.values(), key=lambda load: (-load.late, -load.total, load.slug or ""))


def _department(stages: Mapping[int, Stage]) -> str | None:
    named = (stages[n].department for n in sorted(stages, reverse=True))
    return next((slug for slug in named if slug), None)


def _local_midnight(now: datetime) -> datetime:
    return now.astimezone(ISTANBUL).replace(hour=0, minute=0, second=0, microsecond=0)
