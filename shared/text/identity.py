"""Check digits of Turkish identity numbers."""

_LENGTH = 11


def is_national_id(digits: str) -> bool:
    """Tell whether ``digits`` is a well-formed national identity number (TCKN).

    Eleven digits, the first not 0. Of the first nine, seven times the sum at odd places minus the sum at even
    places gives the tenth modulo 10; the sum of the first ten gives the eleventh. Form only: it does not say
    that a person with this number exists.
    """
    if len(digits) != _LENGTH or not digits.isdecimal() or int(digits[0]) == 0:
        return False
    number = [int(digit) for digit in digits]
    tenth = (7 * sum(number[0:9:2]) - sum(number[1:8:2])) % 10
    return number[9] == tenth and number[10] == sum(number[:10]) % 10
