"""The neighbourhood that a text names."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from shared.places.register import neighbourhoods
from shared.text.folding import words

_LONGEST: Final = 4
"""No name has more words."""

_HEAD: Final = 3
"""So many letters of its first word tell that no name begins at a place."""

_QUARTER_WORDS: Final = ("mah", "mh", "muhtar", "semt")
"""Beginnings of words that say that what stands before them is a neighbourhood."""

_OTHER_WORDS: Final = (
    "cad", "cd", "sok", "sk", "bulvar", "blv", "yokus", "cikmaz", "meydan",
    "cami", "park", "okul", "lise", "hastane", "bey", "hanim", "amca", "usta",
)  # fmt: skip
"""Beginnings of words that make a street, a building or a person of the name before them."""

# Case endings and the like, folded, that may be glued to a name; an apostrophe cuts them off as words.
_ENDINGS: Final = frozenset(
    {"a", "e", "i", "u", "ya", "ye", "yi", "yu", "na", "ne", "ni", "nu", "in", "un", "nin", "nun", "li", "lu"}
    | {"da", "de", "ta", "te", "nda", "nde", "dan", "den", "tan", "ten", "ndan", "nden"}
    | {"daki", "deki", "taki", "teki", "ndaki", "ndeki"}
)


_STREETS: Final = ("sokagi", "caddesi", "yokusu", "cikmazi", "bulvari", "meydani", "merdivenleri", "gecidi")
_POSSESSED_ENDINGS: Final = (
    *("na", "ne", "nda", "nde", "ndan", "nden", "nin", "nun", "ni", "nu", "ndaki", "ndeki"),
)


def resolve_neighbourhood(text: str) -> str | None:
    """Return the neighbourhood, in the spelling of the postal list, that ``text`` names.

    ``text`` may be the bare name as in a form, with or without "Mahallesi", or a running sentence. In a
    sentence a name that is also an ordinary word counts only before "Mahallesi" or its like, a name before
    "Caddesi", "Camii" or "Bey" is that street, building or person. None where no neighbourhood is named, or
    more than one.
    """
    said = words(text)
    bare = _spellings().get(said)
    if bare:
        return bare[0]
    found = list(_mentions(said))
    certain = {name for name, marked in found if marked}
    named = certain or {name for name, _ in found}
    return named.pop() if len(named) == 1 else None


def names_place(text: str) -> bool:
    """Tell whether ``text`` says where: a neighbourhood, or a street by its name ("Akarsu Yokuşu").

    A street word in the possessive belongs to a name; "bizim sokakta" does not say which.
    """
    return any(word in _street_words() for word in words(text)) or resolve_neighbourhood(text) is not None


def _mentions(said: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each name in running text with whether a word like "Mahallesi" follows it."""
    place = 0
    while place < len(said):
        length, name, ordinary = _name_at(said, place)
        place += max(length, 1)
        if not name:
            continue
        following = said[place] if place < len(said) else ""
        marked = following.startswith(_QUARTER_WORDS)
        other = following.startswith(_OTHER_WORDS)
        if marked or not (ordinary or other):
            yield name, marked


def _name_at(said: Sequence[str], place: int) -> tuple[int, str | None, bool]:
    """Return the number of words of the longest name at ``place``, the name, and whether it is ordinary."""
    if said[place][:_HEAD] not in _beginnings():
        return 0, None, False
    for length in range(min(_LONGEST, len(said) - place), 0, -1):
        spoken = tuple(said[place : place + length])
        known = _spellings().get(spoken) or _without_ending(spoken)
        if known:
            return length, *known
    return 0, None, False


def _without_ending(spoken: tuple[str, ...]) -> tuple[str, bool] | None:
    *first, last = spoken
    for cut in range(len(last) - 1, _HEAD - 1, -1):
        if last[cut:] in _ENDINGS and (known := _spellings().get((*first, last[:cut]))):
            return known
    return None


@cache
def _street_words() -> frozenset[str]:
    """Possessive forms of words for streets, folded, in every case: "sokağı", "caddesinde"."""
    return frozenset(stem + ending for stem in _STREETS for ending in ("", *_POSSESSED_ENDINGS))


@cache
def _spellings() -> Mapping[tuple[str, ...], tuple[str, bool]]:
    """Every spelling as folded words, with the name it stands for and whether that is an ordinary word."""
    return {
        words(spelling): (n.name, n.ordinary) for n in neighbourhoods() for spelling in (n.name, *n.variants)
    }


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(spelling[0][:_HEAD] for spelling in _spellings())
