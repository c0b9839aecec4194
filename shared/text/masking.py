"""Personal data taken out of free text before it enters an event, a decision or a log line."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from shared.text.identity import is_national_id

PHONE: Final = "[telefon gizlendi]"
NATIONAL_ID: Final = "[kimlik no gizlendi]"
EMAIL: Final = "[e-posta gizlendi]"
IBAN: Final = "[IBAN gizlendi]"
PLATE: Final = "[plaka gizlendi]"

# What people, keyboards and those who want to be clever put between two digits: white space of any width and
# over lines, points, strokes, brackets, keycap emoji, and characters that nobody sees.
_UNSEEN = (
    r"\u00ad\u0300-\u036f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u2069\u20e3\ufe00-\ufe0f\ufeff"
)
_BETWEEN = rf"[\s.\-/()_·•*\u2010-\u2015\u2212{_UNSEEN}]"
_GAP = rf"(?:{_BETWEEN}{{0,3}}|,)"
_STEP = rf"(?:{_BETWEEN}{{1,3}}|,)"
_BEGIN, _END = r"(?<!\d)(?<!\d[.,])", r"(?!\d)"
_NO_DATE = r"(?!\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d)"

# A local part begins where no letter of it stands before, or else long words would be tried from each letter.
_LOCAL = r"(?<![\w.+%\-])[\w.+%\-]+"
_AT = r"(?:\s?[@＠]\s?|\s?[(\[{]\s?at\s?[)\]}]\s?)"
_MAIL_SIGN = re.compile(r"[@＠]|[(\[{]\s?[aA][tT]\s?[)\]}]")
_EMAIL = re.compile(
    rf"{_LOCAL}(?:{_AT}[\w\-]+(?:\s?\.[\w\-]+|\.\s(?:com|net|org|edu|gov|tr)\b)+|[@＠][\w\-]+)",
    re.IGNORECASE,
)
_IBAN = re.compile(rf"(?<![^\W_])[Tt]{_GAP}[Rr](?:{_GAP}\d){{24}}{_END}")
_ELEVEN_DIGITS = re.compile(rf"{_BEGIN}{_NO_DATE}\d(?:{_GAP}\d){{10}}{_END}")
_DIGIT = re.compile(r"\d")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_DECIMAL = re.compile(r"\d+[.,]\d+")
# Identifiers of this system may look like phone numbers or identity numbers in part; they are passed over.
_OURS = re.compile(
    r"([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?<![^\W_])[A-Z]{2}-\d{4}-\d{7}-[A-Z](?![^\W_]))"
)
_FEWEST_STROKES: Final = 3
"""In an identifier of ours; a text with less of them holds none."""
# Area codes begin with 2, 3 or 4, mobile ones with 5; 444 and 0850 numbers belong to companies and stay.
# What is grouped as nobody else groups ten digits is a phone; so is any grouping after 0 or +90, and what is
# spelled digit by digit.
_PHONE = re.compile(
    rf"{_BEGIN}(?:(?:\+|00)?90{_GAP}|\(?0{_GAP})?"
    rf"\(?[2-5]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_END}"
    rf"|{_BEGIN}{_NO_DATE}(?:(?:\+|00){_GAP}9{_GAP}0|0){_GAP}[2-5](?:{_GAP}\d){{9}}{_END}"
    rf"|{_BEGIN}[2-5](?:{_STEP}\d){{9}}{_END}"
    rf"|\+(?:{_GAP}\d){{9,15}}{_END}"
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

    Digits count in every script. National ids are recognised by their check digits, so that other numbers of
    eleven digits stay readable. Plates are recognised in capitals, or in small letters when written together.
    Masking again changes nothing more.
    """
    if not (_DIGIT.search(text) or _MAIL_SIGN.search(text)):
        return text
    if text.count("-") < _FEWEST_STROKES:
        return _masked(text)
    parts = _OURS.split(text)
    parts[::2] = [_masked(part) for part in parts[::2]]
    return "".join(parts)


def _masked(text: str) -> str:
    if _MAIL_SIGN.search(text):
        text = _hide(text, _EMAIL, EMAIL)
    digits = len(_DIGIT.findall(text))
    for pattern, mask, fewest in _NUMBERS:
        if digits >= fewest:
            text = _hide(text, pattern, mask)
    return text


def _hide(text: str, pattern: re.Pattern[str], mask: str) -> str:
    shown, end = [], 0
    for match in _found(pattern, _with_plain_digits(text)):
        shown += [text[end : match.start()], mask]
        end = match.end()
    return "".join([*shown, text[end:]])


def _found(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    at = 0
    while match := pattern.search(text, at):
        if pattern is _ELEVEN_DIGITS and not _is_national_id(match[0]):
            # The end of one number and the beginning of the next may have eleven digits together.
            at = match.start() + 1
            continue
        yield match
        at = match.end()


def _with_plain_digits(text: str) -> str:
    """Return the text, character for character, with every digit as 0 to 9."""
    return _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _is_national_id(written: str) -> bool:
    # A coordinate with nine decimals has eleven digits too.
    if _DECIMAL.fullmatch(written):
        return False
    return is_national_id("".join(c for c in written if c.isdecimal()))


# With the fewest digits that each can have: most texts have one or two and need not be searched.
_NUMBERS: Final = (
    (_IBAN, IBAN, 24),
    (_ELEVEN_DIGITS, NATIONAL_ID, 11),
    (_PHONE, PHONE, 9),
    (_PLATE, PLATE, 4),
)
