import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla_monitor.calendar.turkish import load_calendar
from services.sla_monitor.domain.business_calendar import OutsideCalendarError
from shared.datafiles import DataFileError
from tests.unit.sla_monitor.samples import calendar

ROWS = list(csv.DictReader((Path(__file__).parent / "data/tr_holidays_2026_2028.csv").open(encoding="utf-8")))
days = st.dates(date(2024, 1, 2), date(2044, 1, 1))
counts = st.integers(0, 60)


def test_holidays_of_2026_to_2028_are_the_published_ones() -> None:
    ours = [(d, "public", n) for d, n in calendar().public.items()]
    ours += [(d, "half_day", n) for d, n in calendar().half.items()]
    published = [(date.fromisoformat(r["date"]), r["category"], r["name_tr"]) for r in ROWS]
    assert sorted(row for row in ours if 2026 <= row[0].year <= 2028) == sorted(published)


@pytest.mark.parametrize("row", [r for r in ROWS if r["category"] == "public"], ids=lambda r: r["date"])
def test_public_holidays_are_no_working_days(row: dict[str, str]) -> None:
    assert not calendar().is_working_day(date.fromisoformat(row["date"]))


def test_a_half_day_is_a_working_day_and_says_that_it_is_half() -> None:
    day = calendar().day(date(2026, 5, 26), leave_counts=True)
    assert day.working
    assert day.note == "yarım gün: Kurban Bayramı (saat 13.00'ten)"


def test_a_half_day_on_a_saturday_stays_a_weekend() -> None:
    assert not calendar().is_working_day(date(2027, 5, 15))


def test_a_year_without_loaded_holidays_is_refused() -> None:
    with pytest.raises(OutsideCalendarError, match="does not reach 2046-01-01"):
        calendar().is_working_day(date(2046, 1, 1))


@given(days, counts, counts)
def test_adding_working_days_is_additive(start: date, first: int, second: int) -> None:
    add = calendar().add_working_days
    assert add(add(start, first), second) == add(start, first + second)


@given(days, days, counts)
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    earlier, later = sorted((one, other))
    assert calendar().add_working_days(earlier, count) <= calendar().add_working_days(later, count)


@given(days, st.integers(1, 60))
def test_adding_ends_on_a_working_day_and_passes_exactly_that_many(start: date, count: int) -> None:
    end = calendar().add_working_days(start, count)
    assert calendar().is_working_day(end)
    assert calendar().working_days_between(start, end) == count


@given(days)
def test_rolling_moves_to_the_first_working_day_and_no_further(day: date) -> None:
    rolled = calendar().roll_forward(day)
    passed = [day + timedelta(days=n) for n in range((rolled - day).days)]
    assert calendar().is_working_day(rolled)
    assert not any(calendar().is_working_day(d) for d in passed)


def leave_file(folder: Path, *rows: str) -> Path:
    path = folder / "leave.yaml"
    path.write_text('version: "7"\ndays:\n' + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    return path


def test_administrative_leave_counts_or_not_as_the_policy_says(tmp_path: Path) -> None:
    row = "{day: 2026-05-25, name: Köprü, source: Genelge 2026/3}"
    with_leave = load_calendar(leave_file(tmp_path, row))
    assert with_leave.is_working_day(date(2026, 5, 25), leave_counts=True)
    assert not with_leave.is_working_day(date(2026, 5, 25), leave_counts=False)
    assert with_leave.version.endswith(" + idari izin 7")


def test_half_a_day_of_leave_is_a_working_day(tmp_path: Path) -> None:
    row = "{day: 2026-05-25, name: Köprü, whole_day: false, source: Genelge 2026/3}"
    assert load_calendar(leave_file(tmp_path, row)).is_working_day(date(2026, 5, 25), leave_counts=False)


def test_a_wrong_row_is_named_by_file_line_and_field(tmp_path: Path) -> None:
    good = "{day: 2026-05-25, name: Köprü, source: Genelge}"
    path = leave_file(tmp_path, good, "{day: 2026-13-25, name: Köprü, source: Genelge}")
    with pytest.raises(DataFileError, match=r"leave\.yaml:4: days\.1\.day: "):
        load_calendar(path)


def test_a_day_entered_twice_is_refused(tmp_path: Path) -> None:
    row = "{day: 2026-05-25, name: Köprü, source: Genelge}"
    with pytest.raises(DataFileError, match="twice"):
        load_calendar(leave_file(tmp_path, row, row))
