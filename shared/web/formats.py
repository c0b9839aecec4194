"""How dates, times, numbers and durations are written for people, in Turkish and English.

Instants come in aware and are shown in Istanbul time; a naive datetime is a programming error and is refused.
"""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from markupsafe import Markup

from shared.clock import ISTANBUL

Lang = Literal["tr", "en"]

_MONTHS = {
    "tr": (
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_DAYS = {
    "tr": ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_NEAR = {"tr": {-1: "dün", 0: "bugün", 1: "yarın"}, "en": {-1: "yesterday", 0: "today", 1: "tomorrow"}}
_UNITS = {"tr": ("gün", "sa", "dk", "sn"), "en": ("d", "h", "min", "s")}


def local(instant: datetime) -> datetime:
    """Return `instant` in Istanbul time.

    Raises:
        ValueError: `instant` carries no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown as local time")
    return instant.astimezone(ISTANBUL)


def clock_time(instant: datetime, lang: Lang = "tr") -> str:
    """Return the local time of day: 14.32 in Turkish, 14:32 in English."""
    return local(instant).strftime("%H.%M" if lang == "tr" else "%H:%M")


def date_long(when: date | datetime, lang: Lang = "tr") -> str:
    """Return "23 Kasım 2026 Pazartesi", or "Monday 23 November 2026"."""
    day = _local_day(when)
    return _with_weekday(day, f"{day.day} {_MONTHS[lang][day.month - 1]} {day.year}", lang)


def moment_long(instant: datetime, lang: Lang = "tr") -> str:
    """Return "23 Kasım 2026 Pazartesi, 14.32"."""
    return f"{date_long(instant, lang)}, {clock_time(instant, lang)}"


def date_short(when: date | datetime) -> str:
    """Return "23.11.2026", for tables."""
    return _local_day(when).strftime("%d.%m.%Y")


def moment_short(instant: datetime, lang: Lang = "tr") -> str:
    """Return "23.11.2026 14.32", for tables."""
    return f"{date_short(instant)} {clock_time(instant, lang)}"


def relative(instant: datetime, now: datetime, lang: Lang = "tr") -> str:
    """Return "bugün 16.05", "dün 09.41", "yarın 17.00"; further away "24 Kasım Salı 11.21" (and the year)."""
    day, today = _local_day(instant), _local_day(now)
    near = _NEAR[lang].get((day - today).days)
    if near:
        return f"{near} {clock_time(instant, lang)}"
    year = "" if day.year == today.year else f" {day.year}"
    written = _with_weekday(day, f"{day.day} {_MONTHS[lang][day.month - 1]}{year}", lang)
    return f"{written} {clock_time(instant, lang)}"


def number(value: float, lang: Lang = "tr", decimals: int | None = None) -> str:
    """Return 4.000 and 0,8 in Turkish, 4,000 and 0.8 in English.

    Args:
        value: the number.
        lang: whose separators.
        decimals: fixed digits after the comma; None writes integers whole and others with one digit.
    """
    digits = decimals if decimals is not None else 0 if float(value).is_integer() else 1
    written = f"{value:,.{digits}f}"
    return written.translate(str.maketrans(",.", ".,")) if lang == "tr" else written


def percent(value: float, lang: Lang = "tr") -> str:
    """Return %64 in Turkish, 64% in English, for a value of 64."""
    return f"%{number(value, lang)}" if lang == "tr" else f"{number(value, lang)}%"


def duration(span: timedelta, lang: Lang = "tr") -> str:
    """Return the two largest units of `span`: "3 sa 20 dk", "2 gün 4 sa", "45 sn"; the sign is dropped."""
    seconds = abs(int(span.total_seconds()))
    # Seconds matter only while there are no minutes.
    if seconds < 60:  # noqa: PLR2004 a minute
        return f"{seconds} {_UNITS[lang][3]}"
    counts = (seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60)
    first = next(place for place, count in enumerate(counts) if count)
    shown = [(counts[place], _UNITS[lang][place]) for place in range(first, min(first + 2, 3))]
    return " ".join(f"{count} {unit}" for count, unit in shown if count)


def working_days(count: int, lang: Lang = "tr") -> str:
    """Return "2 iş günü", or "2 working days"."""
    if lang == "tr":
        return f"{count} iş günü"
    return f"{count} working day" if count == 1 else f"{count} working days"


def days(count: int, lang: Lang = "tr") -> str:
    """Return "3 gün", or "3 days"."""
    if lang == "tr":
        return f"{count} gün"
    return f"{count} day" if count == 1 else f"{count} days"


def phone_masked(phone: str) -> str:
    """Return a Turkish phone number that its owner recognises and nobody can call: 5xx xxx xx 67."""
    digits = re.sub(r"\D", "", phone)[-10:]
    if len(digits) < 10:  # noqa: PLR2004 area code and subscriber number
        return "xxx"
    return f"{digits[0]}xx xxx xx {digits[8:]}"


def phone(number_written: str) -> str:
    """Return a Turkish phone number in groups of 3, 3, 2, 2; other numbers come back unchanged."""
    digits = re.sub(r"\D", "", number_written)
    national = digits[-10:]
    if len(national) != 10 or digits[:-10] not in ("", "0", "90", "0090"):  # noqa: PLR2004 national number
        return number_written
    return f"{national[:3]} {national[3:6]} {national[6:8]} {national[8:]}"


def time_tag(when: date | datetime, text: str) -> Markup:
    """Return `text` inside a `<time>` element that machines can read."""
    stamp = local(when).isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(stamp, text)


def _with_weekday(day: date, written: str, lang: Lang) -> str:
    weekday = _DAYS[lang][day.weekday()]
    return f"{written} {weekday}" if lang == "tr" else f"{weekday} {written}"


def _local_day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when
