"""How a due time is reached from a policy and a calendar, with every step told.

The same arguments always give the same deadline, so that a stored one can be derived again and compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from services.sla_monitor.domain.business_calendar import BusinessCalendar
from services.sla_monitor.domain.pauses import Pause
from services.sla_monitor.domain.policies import InternalPolicy, LegalPolicy, Policy, PolicySet
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Priority, Regime

_TURN = {"question": "sorusundan", "answer": "yanıtından"}

INTERNAL_SHARE = 0.8
"""Share of the legal period that an internal target may take at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation: a local day or moment and, in Turkish, what it means for the period."""

    at: date | datetime
    text: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time with its reasons.

    Attributes:
        starts_at: when the request was received (UTC).
        due_unrolled: end of the period as counted (UTC). This is what people are pushed to meet.
        due_at: the last moment (UTC): later than ``due_unrolled`` where the last day was no working day.
        steps: how it was reached, in order.
        policy: id and version of the policy.
        calendar: version of the calendar.
    """

    starts_at: datetime
    due_unrolled: datetime
    due_at: datetime
    steps: tuple[Step, ...]
    policy: str
    calendar: str

    def at_share(self, share: float) -> datetime:
        """Return the moment at which ``share`` of the period has passed; 1 gives ``due_unrolled``."""
        return self.starts_at + (self.due_unrolled - self.starts_at) * share


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Both deadlines of a request. The internal one is always the earlier."""

    legal: Deadline
    internal: Deadline


def derive_deadlines(
    regime: Regime,
    priority: Priority,
    received_at: datetime,
    policies: PolicySet,
    calendar: BusinessCalendar,
    *,
    pauses: Sequence[Pause] = (),
) -> Deadlines:
    """Return the legal and the internal deadline of a request.

    Args:
        regime: the law whose clock runs.
        priority: the class whose internal target applies.
        received_at: when the authority had the request; aware.
        policies: the policies, of which those in force on the local day of receipt apply.
        calendar: the working days.
        pauses: when the applicant was waited for, in order of time. The internal target stands still then,
            though not beyond its share of the legal period; the legal one runs on.

    Raises:
        NoPolicyError: a policy is missing for that day.
        OutsideCalendarError: the period leaves the years of the calendar.
    """
    day = received_at.astimezone(ISTANBUL).date()
    legal = derive(policies.legal_for(regime, day), received_at, calendar)
    internal = policies.internal_for(priority, day)
    return Deadlines(legal=legal, internal=_target(internal, received_at, legal, calendar, pauses))


def derive(
    policy: LegalPolicy | InternalPolicy,
    received_at: datetime,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """Return the deadline that one policy gives for a request received at that instant.

    Args:
        policy: how long, counted how.
        received_at: when the authority had the request; aware.
        calendar: the working days.
        pauses: spans that do not count, each with its end.
    """
    start = received_at.astimezone(ISTANBUL)
    waits = [_waited(pause) for pause in pauses]
    if policy.period.unit == "minutes":
        waited = sum((pause.length for pause in pauses), timedelta())
        unrolled = due = start + timedelta(minutes=policy.period.count) + waited
        begins = "süre hemen başladı"
        between = [Step(due, f"{policy.period.count} dakika doldu.")]
    else:
        counted, counting = _count_days(start.date(), policy, calendar, pauses)
        rolled, rolling = _roll(counted, policy, calendar)
        unrolled, due = _end_of(counted, policy.day_ends_at), _end_of(rolled, policy.day_ends_at)
        begins = "süre ertesi gün başlar"
        between = [*counting, *rolling]
    return Deadline(
        starts_at=start.astimezone(UTC),
        due_unrolled=unrolled.astimezone(UTC),
        due_at=due.astimezone(UTC),
        steps=(
            Step(start, f"Başvuru alındı; {begins}: {policy.title} ({policy.basis})."),
            *_in_order([*waits, *between]),
            Step(due, "Son an."),
        ),
        policy=policy.name,
        calendar=calendar.version,
    )


def _target(
    policy: InternalPolicy,
    received_at: datetime,
    legal: Deadline,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause],
) -> Deadline:
    """Return the internal deadline: a pause that begins after it is over comes too late to move it."""
    told = derive(policy, received_at, calendar)
    for number, pause in enumerate(pauses, start=1):
        if pause.since >= _held_below(told, legal).due_at:
            break
        if pause.until is None:
            return _standing_still(told, pause, legal)
        told = derive(policy, received_at, calendar, pauses[:number])
    return _held_below(told, legal)


def _standing_still(told: Deadline, pause: Pause, legal: Deadline) -> Deadline:
    """Return a deadline that nobody can tell yet as the latest moment that it may come to."""
    latest = legal.at_share(INTERNAL_SHARE)
    asked = "Başvurana soru soruldu; yanıt gelene kadar iç hedef durur."
    since = Step(pause.since.astimezone(ISTANBUL), asked)
    until = Step(latest.astimezone(ISTANBUL), "En geç an: yasal sürenin beşte dördü.")
    return replace(told, due_unrolled=latest, due_at=latest, steps=(*told.steps[:-1], since, until))


def _waited(pause: Pause) -> Step:
    assert pause.until is not None  # noqa: S101 - only pauses that have ended are counted
    since = pause.since.astimezone(ISTANBUL)
    return Step(
        pause.until.astimezone(ISTANBUL),
        f"Bekleme bitti: {since:%d.%m.%Y %H.%M} {_TURN[pause.after]} bu yana geçen süre sayılmadı.",
    )


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the steps by day; those of one day stay as they are."""
    return sorted(steps, key=lambda step: step.at.date() if isinstance(step.at, datetime) else step.at)


def _count_days(
    start: date, policy: Policy, calendar: BusinessCalendar, pauses: Sequence[Pause]
) -> tuple[date, list[Step]]:
    if policy.period.unit == "calendar_days":
        return _count_calendar_days(start, policy.period.count, pauses)
    return _count_working_days(start, policy, calendar, pauses)


def _count_calendar_days(start: date, count: int, pauses: Sequence[Pause]) -> tuple[date, list[Step]]:
    first = last = _next_counted(start, pauses)
    for _ in range(count - 1):
        last = _next_counted(last, pauses)
    if first == last:
        return last, [Step(last, "1. ve son gün.")]
    return last, [Step(first, "1. gün."), Step(last, f"{count}. gün; takvim günleri sayıldı.")]


def _next_counted(day: date, pauses: Sequence[Pause]) -> date:
    day += timedelta(days=1)
    while any(pause.took(day) for pause in pauses):
        day += timedelta(days=1)
    return day


def _count_working_days(
    start: date, policy: Policy, calendar: BusinessCalendar, pauses: Sequence[Pause]
) -> tuple[date, list[Step]]:
    steps: list[Step] = []
    counted = 0
    for day in calendar.days_after(start, leave_counts=policy.leave_counts):
        if any(pause.took(day.date) for pause in pauses):
            continue
        counted += day.working
        if day.note:
            steps.append(Step(day.date, f"{'Sayıldı' if day.working else 'Sayılmadı'}, {day.note}."))
        if day.working and counted == 1:
            steps.append(Step(day.date, "1. iş günü."))
        if day.working and counted == policy.period.count:
            if counted > 1:
                steps.append(Step(day.date, f"{counted}. iş günü; hafta sonları sayılmadı."))
            return day.date, steps
    raise AssertionError("days_after does not end")


def _roll(day: date, policy: Policy, calendar: BusinessCalendar) -> tuple[date, list[Step]]:
    if not policy.rolls:
        return day, []
    rolled = calendar.roll_forward(day, leave_counts=policy.leave_counts)
    if rolled == day:
        return day, []
    return rolled, [*_days_off(day, rolled, policy, calendar), Step(rolled, "Süre bu ilk iş gününe uzadı.")]


def _days_off(day: date, until: date, policy: Policy, calendar: BusinessCalendar) -> Iterator[Step]:
    while day < until:
        why = calendar.day(day, leave_counts=policy.leave_counts).note or "hafta sonu"
        yield Step(day, f"İş günü değil, {why}.")
        day += timedelta(days=1)


def _held_below(internal: Deadline, legal: Deadline) -> Deadline:
    latest = legal.at_share(INTERNAL_SHARE)
    if internal.due_at <= latest:
        return internal
    why = "İç hedef yasal süreye fazla yaklaşırdı; yasal sürenin beşte dördüne çekildi."
    step = Step(latest.astimezone(ISTANBUL), why)
    return replace(internal, due_unrolled=latest, due_at=latest, steps=(*internal.steps, step))


def _end_of(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ISTANBUL)
