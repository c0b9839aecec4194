"""Turkish text made comparable.

People write the same word as "Çöp", "ÇÖP", "çop" or "cop", and Python's own lower-casing turns "I" into "i"
and "İ" into two code points. Folding sends all of these to one form; it is for comparing, never for showing.
"""

import re
import unicodedata
from functools import lru_cache

# Applied before case folding, which knows no Turkish. Foreign keyboards lack the letters on the left.
_LETTERS = tuple(zip("İIıŞşĞğÇçÖöÜüÂâÎîÛû’‘ʼ´`＇", "iiissggccoouuaaiiuu''''''", strict=True))
# Whoever reads a text asks for its words, and a text has many readers. Single words have a memory of their
# own, since those of a batch would drive its texts out.
_TEXTS_REMEMBERED = 1_024
_WORDS_REMEMBERED = 4_096
_WORD = re.compile(r"[^\W_]+")
_LINE_BREAKS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_KEPT_CONTROLS = "\n\t"
# Direction overrides make a text read differently from what it says; zero-width joiners shape emoji and stay.
_DECEPTIVE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


def clean(text: str) -> str:
    """Return ``text`` in NFC, without control characters, direction overrides and outer white space.

    Line breaks of every kind become line feeds; tabs stay. Lone surrogates, which no encoding can carry,
    become the replacement character.
    """
    if text.isprintable():
        return unicodedata.normalize("NFC", text).strip()
    unbroken = _LINE_BREAKS.sub("\n", text)
    kept = "".join(_kept(character) for character in unbroken)
    return unicodedata.normalize("NFC", kept).strip()


def fold(text: str) -> str:
    """Return the comparable form of ``text``: lower case, no accents, Turkish letters as their ASCII kin.

    Folding a folded text changes nothing, and NFC and NFD spellings of one text fold alike.
    """
    lowered = _plain(unicodedata.normalize("NFKC", text)).casefold()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    # Case folding may bring capital-free forms of the letters above back (ſ → s, dotted i of other scripts).
    return _plain(unicodedata.normalize("NFKC", bare))


@lru_cache(_TEXTS_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words and numbers of ``text`` in order; an apostrophe ends a word."""
    return tuple(_WORD.findall(fold(text)))


_words_of_one = lru_cache(_WORDS_REMEMBERED)(words.__wrapped__)


def located_words(text: str) -> list[tuple[str, int, int]]:
    """Return what `words` returns, each with where it begins and ends in ``text``.

    Of a character that folds into several words each of them has its place. Text must be in NFC, as `clean`
    leaves it.
    """
    found = _WORD.finditer(text)
    return [(word, match.start(), match.end()) for match in found for word in _words_of_one(match[0])]


def _plain(text: str) -> str:
    # `str.translate` asks a dictionary for each character, which takes four times as long.
    for letter, kin in _LETTERS:
        text = text.replace(letter, kin)
    return text


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if character in _DECEPTIVE or (category == "Cc" and character not in _KEPT_CONTROLS):
        return ""
    return character
