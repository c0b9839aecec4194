from datetime import timedelta

import pytest

from services.sla_monitor.api import clock_out
from services.sla_monitor.domain.clocks import Stage, apply
from shared.contracts.vocabulary import State
from tests.unit.sla_monitor.samples import calendar, clock, local


@pytest.mark.parametrize(
    ("now", "late"),
    [
        ("2026-10-26", 0),
        ("2026-10-27", 0),
        ("2026-10-28", 1),
        ("2026-10-30", 2),
        ("2026-11-02", 3),
    ],
)
def test_lateness_is_told_in_working_days_and_a_holiday_is_none(now: str, late: int) -> None:
    """The target is Tuesday 27 October; Thursday 29 October is a holiday, then comes a weekend."""
    kept = clock(received_at=local("2026-10-20"))
    assert kept.deadlines.internal.due_at == local("2026-10-27", "17:00")
    assert clock_out(kept, calendar(), local(now)).late_working_days == late


def test_lateness_no_longer_grows_once_the_clocks_stopped() -> None:
    at = local("2026-10-30")
    stopped = apply(clock(received_at=local("2026-10-20")), Stage(2, State.FORWARDED, at))
    assert clock_out(stopped, calendar(), at + timedelta(days=60)).late_working_days == 2
