"""Which days count as working days, and why another does not.

A working day is Monday to Friday and no public holiday of law 2429. The eve of a religious holiday and
28 October are holidays from 13.00 on; such a half day still counts as a working day, because that can only
bring a due date forward. Administrative leave (idari izin) is declared by circular and is no holiday of that
law: each policy says whether it counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class OutsideCalendarError(ValueError):
    """A date lies in a year whose holidays are not loaded."""


@dataclass(frozen=True, slots=True)
class LeaveDay:
    """A day of administrative leave: its Turkish name, and whether it takes the whole day."""

    name: str
    whole_day: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """How one day counts. ``note`` says in Turkish what is special about it; plain days have none."""

    date: date
    working: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BusinessCalendar:
    """The municipality's calendar. Instances compare by identity, so that results may be cached by calendar.

    Attributes:
        version: what the days were read from, for example ``holidays 0.109 + idari izin 2026-11-23``.
        years: the years that are loaded; any other is refused rather than taken for one without holidays.
        public: public holidays and their Turkish names.
        half: half days and their Turkish names.
        leave: administrative leave.
    """

    version: str
    years: range
    public: Mapping[date, str]
    half: Mapping[date, str] = field(default_factory=dict)
    leave: Mapping[date, LeaveDay] = field(default_factory=dict)

    def day(self, day: date, *, leave_counts: bool) -> Day:
        """Return how ``day`` counts.

        Args:
            day: the day.
            leave_counts: whole days of administrative leave count as working days.

        Raises:
            OutsideCalendarError: the year is not loaded.
        """
        if day.year not in self.years:
            raise OutsideCalendarError(f"the calendar {self.version} does not reach {day.isoformat()}")
        if (holiday := self.public.get(day)) is not None:
            return Day(day, working=False, note=holiday)
        if day.weekday() >= _SATURDAY:
            return Day(day, working=False)
        if (leave := self.leave.get(day)) is not None:
            return Day(day, working=leave_counts or not leave.whole_day, note=f"idari izin: {leave.name}")
        if (half := self.half.get(day)) is not None:
            return Day(day, working=True, note=f"yarım gün: {half}")
        return Day(day, working=True)

    def is_working_day(self, day: date, *, leave_counts: bool = True) -> bool:
        """Return whether ``day`` counts as a working day."""
        return self.day(day, leave_counts=leave_counts).working

    def add_working_days(self, start: date, count: int, *, leave_counts: bool = True) -> date:
        """Return the ``count``-th working day after ``start``; ``start`` itself for a count of 0."""
        if count == 0:
            return start
        for day in self.days_after(start, leave_counts=leave_counts):
            count -= day.working
            if count == 0:
                return day.date
        raise AssertionError("days_after does not end")

    def roll_forward(self, day: date, *, leave_counts: bool = True) -> date:
        """Return ``day`` if it is a working day, else the next one."""
        return self.add_working_days(day - _ONE_DAY, 1, leave_counts=leave_counts)

    def working_days_between(self, start: date, end: date) -> int:
        """Return the number of working days after ``start``, up to and with ``end``; 0 if it is not later."""
        span = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=step)) for step in range(1, span + 1))

    def days_after(self, start: date, *, leave_counts: bool) -> Iterator[Day]:
        """Yield the days after ``start``, without end."""
        day = start
        while True:
            day += _ONE_DAY
            yield self.day(day, leave_counts=leave_counts)
