"""The working-day calendar of a Turkish municipality: public holidays, half days and administrative leave."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import holidays
from holidays.version import __version__ as holidays_version
from pydantic import BaseModel, ConfigDict, Field

from services.sla_monitor.domain.business_calendar import BusinessCalendar, LeaveDay
from shared.datafiles import DataFileError, load

LEAVE_FILE = Path(__file__).with_name("administrative_leave.yaml")
YEARS = range(2024, 2046)
"""Years that are loaded. Religious holidays far ahead are computed; Diyanet announces them year by year."""


class _LeaveRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    name: Annotated[str, Field(min_length=1)]
    whole_day: bool = True
    source: Annotated[str, Field(min_length=1)]


class _LeaveFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[str, Field(min_length=1)]
    days: tuple[_LeaveRow, ...]


def load_calendar(leave_file: Path = LEAVE_FILE) -> BusinessCalendar:
    """Return the calendar, built from the package ``holidays`` and the table of administrative leave.

    Whole and half days are asked for apart: asked for together, the package takes half days for days off.

    Raises:
        DataFileError: the table is wrong; the message names file, line and field.
    """
    leave = load(leave_file, _LeaveFile)
    days = {row.day: LeaveDay(row.name, row.whole_day) for row in leave.days}
    if len(days) < len(leave.days):
        raise DataFileError(f"{leave_file}: a day stands in the table twice")
    return BusinessCalendar(
        version=f"holidays {holidays_version} + idari izin {leave.version}",
        years=YEARS,
        public=_category("public"),
        half=_category("half_day"),
        leave=days,
    )


def _category(category: str) -> Mapping[date, str]:
    return dict(holidays.country_holidays("TR", years=YEARS, categories=(category,), language="tr").items())
