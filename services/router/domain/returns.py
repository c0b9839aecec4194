"""What applies when an applicant says that a matter is not solved. No law speaks of it: the rule is data."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from services.router.domain.rows import Row
from shared.clock import ISTANBUL

_LAST_MOMENT = time(23, 59, 59)


class Returns(Row):
    """The service rule on requests that come back.

    Attributes:
        version: changes whenever a figure does.
        valid_from: first day on which answers are given under it.
        days: how many days after an answer it may be said not to have solved the matter.
        supervisor_from: which return a supervisor looks at, too, and every later one.
    """

    version: date
    valid_from: date
    days: Annotated[int, Field(ge=1, le=365)]
    supervisor_from: Annotated[int, Field(ge=1)]

    def until(self, answered_at: datetime) -> datetime:
        """Return the last moment: the end of the local day so many days after the answer."""
        last = answered_at.astimezone(ISTANBUL).date() + timedelta(days=self.days)
        return datetime.combine(last, _LAST_MOMENT, ISTANBUL).astimezone(UTC)

    def for_supervisor(self, times: int) -> bool:
        """Return whether a request that comes back for the ``times``-th time goes to a supervisor as well."""
        return times >= self.supervisor_from
