from datetime import UTC, date, datetime, timedelta

import pytest

from shared.web.chip import Chip, ChipKind, ClockState, chip, weekdays_between

MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 14.00 in Istanbul


def running(due: datetime) -> Chip:
    return chip(MONDAY, due, ClockState.RUNNING)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (MONDAY + timedelta(hours=3), Chip(ChipKind.TODAY, "Bugün 17.00")),
        (MONDAY, Chip(ChipKind.TODAY, "Bugün 14.00")),
        (MONDAY + timedelta(days=1), Chip(ChipKind.SOON, "Yarın")),
        (MONDAY + timedelta(days=3), Chip(ChipKind.ON_TIME, "3 gün")),
        (MONDAY - timedelta(seconds=5), Chip(ChipKind.LATE, "Gecikti 1 dk")),
        (MONDAY - timedelta(hours=5), Chip(ChipKind.LATE, "Gecikti 5 sa")),
        (MONDAY - timedelta(days=3), Chip(ChipKind.LATE, "Gecikti 1 iş günü")),
        (MONDAY - timedelta(days=5), Chip(ChipKind.LATE, "Gecikti 3 iş günü")),
    ],
)
def test_running_clock_says_how_near_its_end_is(due: datetime, expected: Chip) -> None:
    assert running(due) == expected


def test_today_ends_at_local_midnight() -> None:
    last_minute = datetime(2026, 11, 23, 20, 59, tzinfo=UTC)
    assert running(last_minute).kind is ChipKind.TODAY
    assert running(last_minute + timedelta(minutes=1)).kind is ChipKind.SOON


def test_a_weekend_alone_is_told_in_hours() -> None:
    friday_evening = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    saturday_noon = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert chip(saturday_noon, friday_evening, ClockState.RUNNING).word == "Gecikti 19 sa"


def test_the_calendar_of_the_caller_counts_the_working_days() -> None:
    late = chip(
        MONDAY, MONDAY - timedelta(days=9), ClockState.RUNNING, working_days_between=lambda _start, _end: 4
    )
    assert late.word == "Gecikti 4 iş günü"


def test_emergency_shows_how_long_nobody_has_taken_it() -> None:
    waiting = chip(MONDAY, MONDAY - timedelta(minutes=3), ClockState.EMERGENCY)
    assert waiting == Chip(ChipKind.EMERGENCY, "Acil · 3 dk")


def test_paused_clock_says_whose_turn_it_is_even_when_overdue() -> None:
    assert chip(MONDAY, MONDAY - timedelta(days=9), ClockState.PAUSED) == Chip(
        ChipKind.PAUSED, "Sizden yanıt bekliyoruz"
    )


def test_stopped_clock_says_whether_it_was_in_time() -> None:
    assert chip(MONDAY, MONDAY, ClockState.STOPPED) == Chip(ChipKind.ON_TIME, "Süresinde")
    assert chip(MONDAY, MONDAY - timedelta(1), ClockState.STOPPED) == Chip(ChipKind.LATE, "Geç yanıtlandı")


def test_english_page_gets_english_words() -> None:
    assert chip(MONDAY, MONDAY + timedelta(hours=3), ClockState.RUNNING, lang="en").word == "Today 17:00"


def test_weekdays_are_counted_after_the_first_day() -> None:
    assert weekdays_between(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert weekdays_between(date(2026, 11, 23), date(2026, 11, 23)) == 0
