"""Bars as figures that a template draws: every length is worked out here, in units of the SVG's view box."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.sla_monitor.console.board import HourBar, UnitLoad
from shared.clock import ISTANBUL

HOUR_STEP, HOUR_WIDTH, HOUR_HEIGHT = 26, 18, 84
UNIT_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One standing bar with its number and the hour below it."""

    x: int
    height: float
    count: int
    hour: str
    today: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a lying bar: ``kind`` is late, today or on-time."""

    kind: str
    x: float
    width: float


def columns(hours: Sequence[HourBar]) -> list[Column]:
    """Return the standing bars of the coming hours; the highest one takes the whole height."""
    most = max((bar.count for bar in hours), default=0) or 1
    today = hours[0].starts_at.astimezone(ISTANBUL).date() if hours else None
    return [
        Column(
            x=n * HOUR_STEP + (HOUR_STEP - HOUR_WIDTH) // 2,
            height=round(bar.count / most * HOUR_HEIGHT, 1),
            count=bar.count,
            hour=bar.starts_at.astimezone(ISTANBUL).strftime("%H"),
            today=bar.starts_at.astimezone(ISTANBUL).date() == today,
        )
        for n, bar in enumerate(hours)
    ]


def parts(load: UnitLoad, most: int) -> list[Part]:
    """Return the parts of one directorate's bar, on the scale on which ``most`` requests fill the width."""
    drawn, x = [], 0.0
    for kind, count in (("late", load.late), ("today", load.today), ("on-time", load.on_time)):
        width = round(count / (most or 1) * UNIT_WIDTH, 1)
        if count:
            drawn.append(Part(kind, round(x, 1), width))
        x += width
    return drawn
