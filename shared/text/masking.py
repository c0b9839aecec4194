"""Personal data taken out of free text before it enters an event, a decision or a log line."""

import re
from typing import Final

from shared.text.identity import is_national_id

PHONE: Final = "[telefon gizlendi]"
NATIONAL_ID: Final = "[kimlik no gizlendi]"
EMAIL: Final = "[e-posta gizlendi]"
IBAN: Final = "[IBAN gizlendi]"
PLATE: Final = "[plaka gizlendi]"

_GAP = r"[\s.\-/()]{0,3}"
_EMAIL = re.compile(r"[\w.+%\-]+\s?@\s?[\w\-]+(?:\.[\w\-]+)+")
_IBAN = re.compile(r"(?<![^\W_])[Tt][Rr](?:[\s.\-]?\d){24}(?!\d)")
_ELEVEN_DIGITS = re.compile(r"(?<!\d)(?<!\d[.,])\d(?:[ \u00a0]?\d){10}(?!\d)")
# Identifiers of this system may look like phone numbers or plates in part; they are passed over.
_UUID = re.compile(r"([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})")
# Area codes begin with 2, 3 or 4, mobile ones with 5; 444 and 0850 numbers belong to companies and stay.
_PHONE = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(?:\+|00)?90{_GAP}|\(?0{_GAP})?"
    rf"\(?[2-5]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}(?!\d)"
    rf"|\+(?:[\s\-()]{{0,2}}\d){{9,15}}(?!\d)"
)
# Province 01–81, one to three letters, and fewer figures the more letters there are.
# Words that stand between two numbers in ordinary sentences are no plates ("12 AY 2024", "34 NO 125").
_PLATE = re.compile(
    r"(?<![^\W_])(?:0[1-9]|[1-7]\d|8[01])"
    r"(?:(?P<gap>[ \-]?)(?!(?:AY|NO|TL|VE|KM|CM|MM|KG|DA|DE|TA|TE|LU|LI)\b)(?-i:[A-Z])"
    r"(?:(?P=gap)\d{4,5}|[A-Z](?P=gap)\d{3,4}|[A-Z]{2}(?P=gap)\d{2,3})"
    r"|[a-z](?:\d{4,5}|[a-z]\d{3,4}|[a-z]{2}\d{2,3}))(?![^\W_])"
)


def mask_personal(text: str) -> str:
    """Return ``text`` with national ids, phones, e-mail addresses, IBANs and number plates hidden.

    National ids are recognised by their check digits, so that other eleven-digit numbers stay readable.
    Plates are recognised in capitals, or in small letters when written together. Masking again changes
    nothing more.
    """
    if not any(c.isdecimal() or c == "@" for c in text):
        return text
    parts = _UUID.split(text)
    parts[::2] = [_masked(part) for part in parts[::2]]
    return "".join(parts)


def _masked(text: str) -> str:
    text = _EMAIL.sub(EMAIL, text)
    text = _IBAN.sub(IBAN, text)
    text = _ELEVEN_DIGITS.sub(_hide_national_id, text)
    text = _PHONE.sub(PHONE, text)
    return _PLATE.sub(PLATE, text)


def _hide_national_id(match: re.Match[str]) -> str:
    digits = re.sub(r"\s", "", match[0])
    return NATIONAL_ID if is_national_id(digits) else match[0]
