"""What reached the authority by another way and is entered at the counter: whence, its number, when."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from pydantic import StringConstraints

from services.intake.channels.refusal import RefusedError
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Source
from shared.text.identity import is_national_id
from shared.web.problems import FieldProblem

OLDEST: Final = timedelta(days=180)
"""How long ago a paper may have come. A lost letter is taken (refusing one is an offence, criminal code
art. 121); a slip of the pen in the year is not."""

BY_WIRE: Final = frozenset(Source) - {Source.POST}
_ALWAYS_NUMBERED: Final = frozenset({Source.CIMER, Source.ACIK_KAPI})

ForeignReference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/:+=$~-]{1,100}$")]


def check_reference(source: Source | None, reference: str | None) -> None:
    """Refuse a number without its source, a source without the number it always gives, or a person's number.

    Raises:
        RefusedError: one of these.
    """
    if reference is None:
        if source in _ALWAYS_NUMBERED:
            raise RefusedError(_REFERENCE_MISSING)
    elif source is None:
        raise RefusedError(_SOURCE_MISSING)
    elif is_national_id(reference):
        raise RefusedError(_REFERENCE_PERSONAL)


def reached_at(received_on: date | None, now: datetime) -> datetime:
    """Return when the authority had it: the law's clock starts there, not when somebody typed it in.

    Of an earlier day nobody knows the hour; its first instant makes no due date later than the law has it.

    Raises:
        RefusedError: the day has not come yet, or is longer ago than `OLDEST`.
    """
    today = now.astimezone(ISTANBUL).date()
    if received_on is None or received_on == today:
        return now
    if received_on > today:
        raise RefusedError(_DAY_TO_COME)
    if today - received_on > OLDEST:
        raise RefusedError(_DAY_TOO_OLD)
    return datetime.combine(received_on, time(), ISTANBUL).astimezone(now.tzinfo)


_REFERENCE_MISSING = FieldProblem(
    "/foreign_reference",
    "Başvurunun geldiği yerdeki numarasını yazın.",
    "Give the number that the application has where it comes from.",
    "foreign_reference_required",
)
_SOURCE_MISSING = FieldProblem(
    "/source",
    "Bu numarayı kimin verdiğini seçin.",
    "Say whose number this is.",
    "source_required",
)
_REFERENCE_PERSONAL = FieldProblem(
    "/foreign_reference",
    "Bu bir kimlik numarası. Başvurunun numarasını yazın.",
    "This is a person's identity number. Give the number of the application.",
    "foreign_reference_personal",
)
_DAY_TO_COME = FieldProblem(
    "/received_on",
    "Bu gün henüz gelmedi. Başvurunun belediyeye ulaştığı günü yazın.",
    "This day has not come yet. Give the day on which it reached the municipality.",
    "received_on_future",
)
_DAY_TOO_OLD = FieldProblem(
    "/received_on",
    f"Bu gün {OLDEST.days} günden eski. Tarihi kontrol edin.",
    f"This day is more than {OLDEST.days} days ago. Check the date.",
    "received_on_old",
)
