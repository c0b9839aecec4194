"""Receipt numbers: ``BB-2026-0012345-L``, year, sequence within the year, and a check character.

The check is the weighted sum of the digits modulo 23. 23 is a prime larger than any difference of digits, and
every position has a weight of its own, so each wrong digit and each swap of two changes the check character.

The sequence is no count: it is handed out in blocks, and a number may stay unused when a process ends.
"""

import re

PREFIX = "BB"
CHECK_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The Latin letters without I, O and Q, which are taken for digits: 23 of them."""

_SEQUENCE_DIGITS = 7
_FIRST_WEIGHT = 2
_WRITTEN = re.compile(rf"{PREFIX}([0-9]{{4}})([0-9]{{{_SEQUENCE_DIGITS},9}})([{CHECK_ALPHABET}])")
_SEPARATORS = re.compile(r"[\s\-–—./_]+")
# A reader takes these letters for digits; the part between prefix and check character holds digits only.
_READ_AS_DIGITS = str.maketrans("IOQL", "1001")


class ReceiptNumberError(ValueError):
    """What was typed is no receipt number."""


def format_number(year: int, sequence: int) -> str:
    """Return the receipt number of the ``sequence``-th request of ``year``, counted from 1."""
    digits = f"{year:04}{sequence:0{_SEQUENCE_DIGITS}}"
    return f"{PREFIX}-{digits[:4]}-{digits[4:]}-{check_character(digits)}"


def parse_number(typed: str) -> str:
    """Return the number as `format_number` writes it.

    Args:
        typed: as a person writes it: any case, spaces or other separators, ı for I, O for 0.

    Raises:
        ReceiptNumberError: it has another form, or the check character does not fit.
    """
    squeezed = _SEPARATORS.sub("", typed.strip()).translate(str.maketrans("ıiİ", "III")).upper()
    middle = squeezed[len(PREFIX) : -1].translate(_READ_AS_DIGITS)
    match = _WRITTEN.fullmatch(squeezed[: len(PREFIX)] + middle + squeezed[-1:])
    if match is None:
        raise ReceiptNumberError("this does not have the form of a receipt number")
    year, sequence, check = match.groups()
    if check_character(year + sequence) != check:
        raise ReceiptNumberError("the check character does not fit the digits")
    return f"{PREFIX}-{year}-{sequence}-{check}"


def check_character(digits: str) -> str:
    """Return the check character of a year and sequence written without separator."""
    weighted = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=_FIRST_WEIGHT))
    return CHECK_ALPHABET[weighted % len(CHECK_ALPHABET)]
