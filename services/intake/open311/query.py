"""What a client asks the list for, by the standard's rules for its parameters. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from services.intake.open311.errors import BAD, Fault, Open311Error, both, refused
from services.intake.open311.listing import Search
from services.intake.open311.sent import Sent
from shared.clock import ISTANBUL

SPAN: Final = timedelta(days=90)
MOST: Final = 1000
_MOST_IDS: Final = 100
_LAST_PAGE: Final = 100
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# A plus that was not escaped arrives as a space.
_LOST_PLUS: Final = re.compile(r" (?=\d{2}:\d{2}$)")


def asked_ids(sent: Sent) -> Sequence[str] | None:
    """Return the requests asked for by name, or None: then the other parameters count.

    Raises:
        Open311Error: 400, they are too many for one call.
    """
    if (listed := sent.get("service_request_id")) is None:
        return None
    ids = _parts(listed)
    if len(ids) > _MOST_IDS:
        raise refused(
            BAD,
            f"Bir çağrıda en çok {_MOST_IDS} service_request_id sorun.",
            f"Ask for {_MOST_IDS} service_request_id at most in one call.",
        )
    return ids


def search_of(sent: Sent, now: datetime) -> Search:
    """Return what is looked for. Without dates these are the last 90 days.

    Raises:
        Open311Error: 400, with an entry for each parameter that cannot be used.
    """
    faults: list[Fault] = []
    since, until = _range(sent, now, faults)
    codes = _parts(sent.get("service_code") or "")
    page = _number(sent, "page", 1, _LAST_PAGE, faults)
    size = _number(sent, "page_size", MOST, MOST, faults)
    closed = _closed(sent, faults)
    if faults:
        raise Open311Error(BAD, faults)
    return Search(
        since,
        until,
        codes=tuple(code.upper() for code in codes) or None,
        closed=closed,
        skip=(page - 1) * size,
        limit=size,
    )


def _range(sent: Sent, now: datetime, faults: list[Fault]) -> tuple[datetime, datetime]:
    start = _instant(sent, "start_date", time.min, faults)
    end = _instant(sent, "end_date", time.max, faults)
    if start is None and end is None:
        return now - SPAN, now
    if start is None:
        return (end or now) - SPAN, end or now
    if end is None:
        return start, min(start + SPAN, max(now, start))
    if not start <= end <= start + SPAN:
        faults.append(
            _fault(
                "start_date ile end_date arası en çok 90 gün olmalı, başlangıç önce gelmeli.",
                "start_date and end_date must be 90 days apart at most, the start first.",
            )
        )
    return start, end


def _instant(sent: Sent, name: str, if_day: time, faults: list[Fault]) -> datetime | None:
    """Return an instant; without an offset it is Istanbul's time, and a bare day is taken whole."""
    if (typed := sent.get(name)) is None:
        return None
    try:
        if _DATE.fullmatch(typed):
            return datetime.combine(date.fromisoformat(typed), if_day, ISTANBUL)
        read = datetime.fromisoformat(_LOST_PLUS.sub("+", typed))
    except ValueError:
        faults.append(
            _fault(
                f"{name} okunamadı; örnek: 2026-01-31T09:00:00+03:00",
                f"{name} could not be read; example: 2026-01-31T09:00:00+03:00",
            )
        )
        return None
    return read if read.tzinfo else read.replace(tzinfo=ISTANBUL)


def _closed(sent: Sent, faults: list[Fault]) -> bool | None:
    asked = {part.lower() for part in _parts(sent.get("status") or "")}
    if not asked <= {"open", "closed"}:
        faults.append(_fault("status open ya da closed olmalı.", "status must be open or closed."))
    return "closed" in asked if len(asked) == 1 else None


def _number(sent: Sent, name: str, default: int, most: int, faults: list[Fault]) -> int:
    typed = sent.get(name)
    if typed is None:
        return default
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= most:
        return int(typed)
    faults.append(_fault(f"{name} 1 ile {most} arasında olmalı.", f"{name} must be between 1 and {most}."))
    return default


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _fault(tr: str, en: str) -> Fault:
    return Fault(BAD, both(tr, en))
