"""Turkish case endings on names, numbers and times that a program fills in.

The ending follows the word as it is read aloud, so figures are read first: 16.00 is "on altı" and takes ’ya,
14.36 is "otuz altı" and takes ’dan. Rules: vowel harmony, buffer letters y and n, hard consonants
(TDK spelling guide, "Kesme işareti").
"""

import re
from enum import Enum

APOSTROPHE = "’"

_VOWELS = "aeıioöuü"
_BACK = "aıou"
_HARD = "fstkçşhp"
# i-type vowel of an ending by the last vowel of the word.
_NARROW = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
# Loan words that end in a soft l or t and take front vowels after a back one.
_FRONT_LOANS = ("saat", "kontrol", "hal", "rol", "gol", "petrol", "harf", "kalp", "usul", "terminal")
_UNITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_POWERS = ((9, "milyar"), (6, "milyon"), (3, "bin"), (2, "yüz"))
_TIME = re.compile(r"\d{1,2}[.:](\d{2})")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
_CIRCUMFLEX = str.maketrans("âîû", "aiu")


class Case(Enum):
    """A Turkish case that is written after an apostrophe."""

    DATIVE = "dative"  # nereye, kime: ’a ’e ’ya ’ye
    LOCATIVE = "locative"  # nerede: ’da ’de ’ta ’te
    ABLATIVE = "ablative"  # nereden: ’dan ’den ’tan ’ten
    ACCUSATIVE = "accusative"  # neyi: ’ı ’i ’u ’ü, after a vowel with y
    GENITIVE = "genitive"  # neyin: ’ın ’in ’un ’ün, after a vowel with n


def suffixed(text: str, case: Case, *, possessive: bool = False) -> str:
    """Return `text` with the apostrophe and the ending of `case`.

    Args:
        text: a proper name, abbreviation, date, time (16.00) or number (4.000, 0,8); must not be empty.
        case: the ending wanted.
        possessive: the name ends in a possessive, which takes the pronominal n: "Temizlik İşleri’ne".

    Raises:
        ValueError: `text` holds no letter and no digit.
    """
    return text + APOSTROPHE + ending(text, case, possessive=possessive)


def ending(text: str, case: Case, *, possessive: bool = False) -> str:
    """Return the bare ending that `suffixed` appends."""
    word = _read_aloud(text)
    vowel = _harmony_vowel(word)
    wide = "a" if vowel in _BACK else "e"
    narrow = _NARROW[vowel]
    open_end = word[-1] in _VOWELS
    pronominal = possessive and open_end
    dental = "t" if word[-1] in _HARD else "d"
    match case:
        case Case.DATIVE:
            return ("n" if pronominal else "y" if open_end else "") + wide
        case Case.LOCATIVE:
            return ("n" if pronominal else "") + dental + wide
        case Case.ABLATIVE:
            return ("n" if pronominal else "") + dental + wide + "n"
        case Case.ACCUSATIVE:
            return ("n" if pronominal else "y" if open_end else "") + narrow
        case Case.GENITIVE:
            return ("n" if open_end else "") + narrow + "n"


def _read_aloud(text: str) -> str:
    lowered = text.replace("İ", "i").replace("I", "ı").lower().translate(_CIRCUMFLEX)
    words = re.findall(r"[a-zçğıöşü]+|\d[\d.,:]*", lowered)
    if not words:
        raise ValueError("a case ending needs a word or a number to stand on")
    last = words[-1]
    if last[0].isdigit():
        return _last_spoken_word(last.rstrip(".,:"))
    # Letters without a vowel are spelt, and the names of Turkish consonants end in e: SMS’e, TBMM’ye.
    return last if any(letter in _VOWELS for letter in last) else "e"


def _last_spoken_word(figures: str) -> str:
    time = _TIME.fullmatch(figures)
    if time:
        hour = re.split(r"[.:]", figures)[0]
        return _number_word(int(time[1]) or int(hour))
    if _THOUSANDS.fullmatch(figures):
        return _number_word(int(figures.replace(".", "")))
    return _number_word(int(re.split(r"[.,:]", figures)[-1]))


def _number_word(number: int) -> str:
    if number == 0:
        return _UNITS[0]
    if number % 10:
        return _UNITS[number % 10]
    if number % 100:
        return _TENS[number // 10 % 10]
    return next(word for power, word in _POWERS if number % 10**power == 0)


def _harmony_vowel(word: str) -> str:
    if word.endswith(_FRONT_LOANS):
        return {"a": "e", "o": "ö", "u": "ü"}.get(_last_vowel(word), "e")
    return _last_vowel(word)


def _last_vowel(word: str) -> str:
    return next(letter for letter in reversed(word) if letter in _VOWELS)
