from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla_monitor.domain.business_calendar import LeaveDay
from services.sla_monitor.domain.deadlines import Deadline, derive, derive_deadlines
from services.sla_monitor.domain.policies import NoPolicyError, Period
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Priority, Regime
from tests.unit.sla_monitor.samples import calendar, local, policies

# Law 3071: received, day 30, and the working day it is rolled to.
PETITIONS = [
    ("2026-02-18", "2026-03-20", "2026-03-23"),
    ("2026-02-27", "2026-03-29", "2026-03-30"),
    ("2026-04-27", "2026-05-27", "2026-06-01"),
    ("2026-09-28", "2026-10-28", "2026-10-28"),
    ("2027-04-16", "2027-05-16", "2027-05-20"),
    ("2028-04-05", "2028-05-05", "2028-05-09"),
]
# Law 4982: received, working day 15 and, where it is extended, working day 30.
INFORMATION = [
    ("2026-05-15", "2026-06-11", "2026-07-02"),
    ("2026-03-10", "2026-04-01", "2026-04-22"),
    ("2026-10-19", "2026-11-10", "2026-12-01"),
    ("2027-05-05", "2027-05-31", "2027-06-21"),
    ("2028-04-25", "2028-05-22", "2028-06-12"),
]
instants = st.datetimes(datetime(2024, 1, 2), datetime(2044, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
regimes, priorities = st.sampled_from(Regime), st.sampled_from(Priority)


def legal(regime: Regime, received: datetime) -> Deadline:
    return derive_deadlines(regime, Priority.NORMAL, received, policies(), calendar()).legal


def local_day(instant: datetime) -> str:
    return instant.astimezone(ISTANBUL).date().isoformat()


@pytest.mark.parametrize(("received", "counted", "rolled"), PETITIONS)
def test_petition_ends_on_day_30_and_is_rolled_to_a_working_day(
    received: str, counted: str, rolled: str
) -> None:
    deadline = legal(Regime.PETITION_3071, local(received))
    assert (local_day(deadline.due_unrolled), local_day(deadline.due_at)) == (counted, rolled)


@pytest.mark.parametrize(("received", "day_15", "_"), INFORMATION)
def test_information_request_ends_on_working_day_15(received: str, day_15: str, _: str) -> None:
    deadline = legal(Regime.INFORMATION_4982, local(received))
    assert local_day(deadline.due_at) == local_day(deadline.due_unrolled) == day_15


@pytest.mark.parametrize(("received", "_", "day_30"), INFORMATION)
def test_thirty_working_days_are_counted_the_same_way(received: str, _: str, day_30: str) -> None:
    fifteen = policies().legal_for(Regime.INFORMATION_4982, date.fromisoformat(received))
    thirty = fifteen.model_copy(update={"period": Period(count=30, unit="working_days")})
    assert local_day(derive(thirty, local(received), calendar()).due_at) == day_30


def test_data_subject_request_is_never_rolled_past_day_30() -> None:
    deadline = legal(Regime.DATA_SUBJECT_6698, local("2026-04-27"))
    assert local_day(deadline.due_at) == "2026-05-27"


def test_the_last_day_lasts_until_local_midnight() -> None:
    deadline = legal(Regime.PETITION_3071, local("2026-09-28"))
    assert deadline.due_at == datetime(2026, 10, 28, 20, 59, 59, tzinfo=UTC)


def test_the_day_of_receipt_is_the_local_one() -> None:
    just_after_midnight = datetime(2026, 9, 27, 21, 30, tzinfo=UTC)
    assert local_day(legal(Regime.PETITION_3071, just_after_midnight).due_unrolled) == "2026-10-28"


def test_an_emergency_is_counted_in_minutes_at_any_hour() -> None:
    saturday_night = local("2026-11-21", "23:40")
    internal = derive_deadlines(
        Regime.PETITION_3071, Priority.EMERGENCY, saturday_night, policies(), calendar()
    ).internal
    assert internal.due_at == saturday_night + timedelta(minutes=60)


def test_leave_moves_the_internal_target_but_no_legal_period() -> None:
    leave = {date(2026, 11, 24): LeaveDay("Köprü")}
    with_leave = replace(calendar(), leave=leave)
    received = local("2026-11-23")
    for regime in Regime:
        plain = derive_deadlines(regime, Priority.NORMAL, received, policies(), calendar())
        moved = derive_deadlines(regime, Priority.NORMAL, received, policies(), with_leave)
        assert moved.legal.due_at == plain.legal.due_at
        assert (local_day(plain.internal.due_at), local_day(moved.internal.due_at)) == (
            "2026-11-30",
            "2026-12-01",
        )


def test_every_step_is_told_in_order_with_its_reason() -> None:
    steps = legal(Regime.PETITION_3071, local("2026-04-16", "14:32")).steps
    assert [(str(step.at)[:16], step.text) for step in steps] == [
        (
            "2026-04-16 14:32",
            "Başvuru alındı; süre ertesi gün başlar: dilekçe, 30 gün (3071 sayılı Kanun md. 7).",
        ),
        ("2026-04-17", "1. gün."),
        ("2026-05-16", "30. gün; takvim günleri sayıldı."),
        ("2026-05-16", "İş günü değil, hafta sonu."),
        ("2026-05-17", "İş günü değil, hafta sonu."),
        ("2026-05-18", "Süre bu ilk iş gününe uzadı."),
        ("2026-05-18 23:59", "Son an."),
    ]


def test_days_that_were_not_counted_are_named() -> None:
    told = {str(step.at): step.text for step in legal(Regime.INFORMATION_4982, local("2026-05-15")).steps}
    assert told["2026-05-27"] == "Sayılmadı, Kurban Bayramı."
    assert told["2026-05-26"] == "Sayıldı, yarım gün: Kurban Bayramı (saat 13.00'ten)."
    assert told["2026-06-11"] == "15. iş günü; hafta sonları sayılmadı."


def test_a_target_too_close_to_the_law_is_held_below_it() -> None:
    slow = tuple(
        p.model_copy(update={"period": Period(count=40, unit="working_days")}) for p in policies().internal
    )
    lax = policies().model_copy(update={"internal": slow})
    both = derive_deadlines(Regime.PETITION_3071, Priority.NORMAL, local("2026-09-28"), lax, calendar())
    assert both.internal.due_at == both.legal.at_share(0.8)
    assert "çekildi" in both.internal.steps[-1].text


def test_without_a_policy_for_the_day_nothing_is_guessed() -> None:
    with pytest.raises(NoPolicyError, match="petition_3071 was in force on 2023-12-31"):
        policies().legal_for(Regime.PETITION_3071, date(2023, 12, 31))


@given(regimes, priorities, instants)
def test_the_internal_target_is_always_before_the_legal_one(
    regime: Regime, priority: Priority, received: datetime
) -> None:
    both = derive_deadlines(regime, priority, received, policies(), calendar())
    assert received < both.internal.due_at < both.legal.due_unrolled <= both.legal.due_at


@given(regimes, priorities, instants, instants)
def test_what_comes_later_is_never_due_earlier(
    regime: Regime, priority: Priority, one: datetime, other: datetime
) -> None:
    first, second = (
        derive_deadlines(regime, priority, at, policies(), calendar()) for at in sorted((one, other))
    )
    assert first.legal.due_at <= second.legal.due_at
    assert first.internal.due_at <= second.internal.due_at


@given(regimes, priorities, instants)
def test_a_deadline_can_be_derived_again(regime: Regime, priority: Priority, received: datetime) -> None:
    again = received.astimezone(ISTANBUL)
    assert derive_deadlines(regime, priority, received, policies(), calendar()) == derive_deadlines(
        regime, priority, again, policies(), calendar()
    )


@given(instants)
def test_a_petition_is_never_rolled_further_than_the_longest_holiday(received: datetime) -> None:
    deadline = legal(Regime.PETITION_3071, received)
    assert timedelta(0) <= deadline.due_at - deadline.due_unrolled <= timedelta(days=9)
