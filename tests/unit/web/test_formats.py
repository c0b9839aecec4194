from datetime import UTC, date, datetime, timedelta

import pytest

from shared.web import formats

AFTERNOON = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)  # 14.32 in Istanbul


def test_long_moment_is_local_and_in_the_words_of_the_page() -> None:
    assert formats.moment_long(AFTERNOON) == "23 Kasım 2026 Pazartesi, 14.32"
    assert formats.moment_long(AFTERNOON, "en") == "Monday 23 November 2026, 14:32"


def test_late_evening_in_utc_is_already_the_next_day_here() -> None:
    assert formats.date_long(datetime(2026, 11, 23, 21, 30, tzinfo=UTC)) == "24 Kasım 2026 Salı"


def test_a_bare_date_is_not_shifted() -> None:
    assert formats.date_long(date(2026, 12, 23)) == "23 Aralık 2026 Çarşamba"
    assert formats.date_short(date(2026, 2, 3)) == "03.02.2026"


def test_table_moment_is_short() -> None:
    assert formats.moment_short(AFTERNOON) == "23.11.2026 14.32"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats.moment_long(AFTERNOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (timedelta(), "bugün 14.32"),
        (timedelta(days=-1), "dün 14.32"),
        (timedelta(days=1), "yarın 14.32"),
        (timedelta(days=2), "25 Kasım Çarşamba 14.32"),
        (timedelta(days=-400), "19 Ekim 2025 Pazar 14.32"),
    ],
)
def test_relative_moment_names_the_day_while_it_is_near(shift: timedelta, expected: str) -> None:
    assert formats.relative(AFTERNOON + shift, AFTERNOON) == expected


def test_relative_counts_local_days_not_24_hours() -> None:
    just_before_midnight = datetime(2026, 11, 23, 20, 59, tzinfo=UTC)
    assert formats.relative(just_before_midnight, just_before_midnight + timedelta(minutes=2)) == "dün 23.59"


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        (4000, "4.000", "4,000"),
        (0.8, "0,8", "0.8"),
        (12, "12", "12"),
        (1234567.5, "1.234.567,5", "1,234,567.5"),
    ],
)
def test_numbers_carry_the_separators_of_the_language(value: float, turkish: str, english: str) -> None:
    assert formats.number(value) == turkish
    assert formats.number(value, "en") == english


def test_percent_sign_stands_before_in_turkish_and_behind_in_english() -> None:
    assert formats.percent(64) == "%64"
    assert formats.percent(64, "en") == "64%"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(hours=3, minutes=20), "3 sa 20 dk"),
        (timedelta(hours=5), "5 sa"),
        (timedelta(minutes=3, seconds=40), "3 dk"),
        (timedelta(seconds=8), "8 sn"),
        (timedelta(), "0 sn"),
        (timedelta(days=2, hours=4, minutes=59), "2 gün 4 sa"),
        (timedelta(minutes=-45), "45 dk"),
    ],
)
def test_duration_shows_its_two_largest_units(span: timedelta, expected: str) -> None:
    assert formats.duration(span) == expected


def test_english_days_agree_in_number() -> None:
    assert [formats.working_days(count, "en") for count in (1, 2)] == ["1 working day", "2 working days"]
    assert formats.working_days(2) == "2 iş günü"


@pytest.mark.parametrize("written", ["+905321234567", "0532 123 45 67", "532 1234567"])
def test_masked_phone_shows_three_digits_of_ten(written: str) -> None:
    assert formats.phone_masked(written) == "5xx xxx xx 67"


def test_masking_hides_a_number_it_does_not_understand() -> None:
    assert formats.phone_masked("12345") == "xxx"


def test_phone_is_grouped_and_a_foreign_one_left_alone() -> None:
    assert formats.phone("+905321234567") == "532 123 45 67"
    assert formats.phone("+4915112345678") == "+4915112345678"


def test_time_element_is_readable_by_machines_and_escapes_its_text() -> None:
    tag = formats.time_tag(AFTERNOON, "<b>14.32</b>")
    assert tag == '<time datetime="2026-11-23T14:32+03:00">&lt;b&gt;14.32&lt;/b&gt;</time>'
