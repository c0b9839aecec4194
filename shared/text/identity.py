"""Check digits of Turkish identity numbers."""

import unicodedata

from stdnum.tr import tckimlik

_LENGTH = 11


def is_national_id(digits: str) -> bool:
    """Tell whether ``digits`` is a well-formed national identity number (TCKN, or YKN of a foreigner).

    Eleven digits of any script without anything between them, with the right check digits. Form only: it does
    not say that a person with this number exists.
    """
    if len(digits) != _LENGTH or not digits.isdecimal():
        return False
    return tckimlik.is_valid("".join(str(unicodedata.decimal(digit)) for digit in digits))
