"""What the tests of the clocks have in common."""

from datetime import UTC, date, datetime, time
from functools import cache

from services.sla_monitor.calendar.turkish import load_calendar
from services.sla_monitor.domain.business_calendar import BusinessCalendar
from services.sla_monitor.domain.clocks import Matter, RequestClock
from services.sla_monitor.domain.deadlines import derive_deadlines
from services.sla_monitor.domain.ladder import plan
from services.sla_monitor.domain.policies import PolicySet
from services.sla_monitor.policies.loader import load_policies
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Channel, Kind, Priority, Regime

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@cache
def calendar() -> BusinessCalendar:
    return load_calendar()


@cache
def policies() -> PolicySet:
    return load_policies()


def local(day: str, at: str = "10:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(at), ISTANBUL)


def clock(
    request_id: str = "0190a0b0-0000-7000-8000-000000000001",
    regime: Regime = Regime.PETITION_3071,
    priority: Priority = Priority.NORMAL,
    received_at: datetime = NOON,
) -> RequestClock:
    deadlines = derive_deadlines(regime, priority, received_at, policies(), calendar())
    matter = Matter(
        "BB-2026-0012345-K",
        Channel.WEB,
        Kind.COMPLAINT,
        regime,
        priority,
        "Çöp konteyneri taşıyor",
        "Cihangir",
        received_at,
    )
    return RequestClock(request_id, matter, deadlines, plan(deadlines, policies().ladders))
