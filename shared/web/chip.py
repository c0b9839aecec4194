"""The clock chip: what a due time means at this moment, as a shape, a word and a colour.

The shape and the word alone carry the meaning, so that it survives colour blindness, print and distance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.web.formats import Lang, clock_time, days, duration, local, working_days

_SATURDAY = 5


class ClockState(StrEnum):
    """What the clock of a request is doing."""

    RUNNING = "running"
    PAUSED = "paused"  # the applicant has been asked
    EMERGENCY = "emergency"  # nobody has taken it yet
    STOPPED = "stopped"  # answered


class ChipKind(StrEnum):
    """Which shape is drawn; the stylesheet gives each its colours."""

    EMERGENCY = "emergency"  # octagon with !
    LATE = "late"  # square with !
    TODAY = "today"  # triangle
    SOON = "soon"  # diamond
    ON_TIME = "on-time"  # ring
    PAUSED = "paused"  # bars


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip to be drawn by the macro `clock_chip`."""

    kind: ChipKind
    word: str


_WORDS = {
    "tr": {
        "emergency": "Acil",
        "late": "Gecikti",
        "today": "Bugün",
        "soon": "Yarın",
        "paused": "Sizden yanıt bekliyoruz",
        "met": "Süresinde",
        "missed": "Geç yanıtlandı",
    },
    "en": {
        "emergency": "Emergency",
        "late": "Late",
        "today": "Today",
        "soon": "Tomorrow",
        "paused": "Waiting for your reply",
        "met": "In time",
        "missed": "Answered late",
    },
}


def weekdays_between(start: date, end: date) -> int:
    """Return the Mondays to Fridays after `start`, up to and with `end`; knows no holidays."""
    span = (end - start).days
    return sum((start + timedelta(days=step)).weekday() < _SATURDAY for step in range(1, span + 1))


def chip(
    now: datetime,
    due: datetime,
    state: ClockState,
    *,
    lang: Lang = "tr",
    working_days_between: Callable[[date, date], int] = weekdays_between,
) -> Chip:
    """Return the chip of a clock.

    Args:
        now: the present instant; for a stopped clock, the instant at which it stopped.
        due: the instant the clock counts to; for an emergency, the instant since which nobody has taken it.
        state: what the clock is doing.
        lang: language of the word.
        working_days_between: working days after the first day up to and with the second; a service that
            knows the municipality's calendar passes its own.
    """
    words = _WORDS[lang]
    match state:
        case ClockState.PAUSED:
            return Chip(ChipKind.PAUSED, words["paused"])
        case ClockState.EMERGENCY:
            return Chip(ChipKind.EMERGENCY, f"{words['emergency']} · {duration(now - due, lang)}")
        case ClockState.STOPPED:
            return (
                Chip(ChipKind.ON_TIME, words["met"]) if now <= due else Chip(ChipKind.LATE, words["missed"])
            )
        case ClockState.RUNNING:
            if now > due:
                late_by = lateness(due, now, lang, working_days_between)
                return Chip(ChipKind.LATE, f"{words['late']} {late_by}")
            return _ahead(now, due, lang)


def _ahead(now: datetime, due: datetime, lang: Lang) -> Chip:
    left = (local(due).date() - local(now).date()).days
    match left:
        case 0:
            return Chip(ChipKind.TODAY, f"{_WORDS[lang]['today']} {clock_time(due, lang)}")
        case 1:
            return Chip(ChipKind.SOON, _WORDS[lang]["soon"])
        case _:
            return Chip(ChipKind.ON_TIME, days(left, lang))


def lateness(
    due: datetime,
    now: datetime,
    lang: Lang = "tr",
    between: Callable[[date, date], int] = weekdays_between,
) -> str:
    """Return by how much `due` has passed: in working days, on the day itself in hours and minutes."""
    passed = between(local(due).date(), local(now).date())
    if passed:
        return working_days(passed, lang)
    # Late by less than a minute is late all the same, and "0 sn" would read as a mistake.
    return duration(max(now - due, timedelta(minutes=1)), lang)
