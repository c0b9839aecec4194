"""How many parts an SMS costs, counted as 3GPP TS 23.038 (alphabets) and TS 23.040 (headers) say.

Of the Turkish tables only the single shift is reckoned with: it is the one that operators in Turkey use.

A part travels in 140 octets. Septets of the 7-bit alphabet fill them best; a header takes some of them away:
5 for joining parts, 3 for each national language table, and 1 for its own length.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_PAYLOAD_OCTETS = 140
_HEADER_LENGTH_OCTETS = 1
_JOIN_OCTETS = 5
_TABLE_OCTETS = 3

_DEFAULT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
# TS 23.038 A.2.1.
_TURKISH_SINGLE = _EXTENSION | frozenset("ĞİŞçğış")


@dataclass(frozen=True)
class Parts:
    """What a text costs to send.

    Attributes:
        encoding: Alphabet and tables that were chosen.
        count: Parts that are charged.
        units: Septets of the text, or 16-bit units in UCS-2.
    """

    encoding: str
    count: int
    units: int


@dataclass(frozen=True)
class _Alphabet:
    name: str
    basic: frozenset[str]
    escaped: frozenset[str]
    tables: int

    def widths(self, text: str) -> list[int] | None:
        """Return the septets of each character, or None when one cannot be written."""
        if not set(text) <= self.basic | self.escaped:
            return None
        return [1 if character in self.basic else 2 for character in text]

    def capacity(self, *, joined: bool) -> int:
        """Return the septets that one part holds."""
        return _payload_octets(self.tables, joined=joined) * 8 // 7


_ALPHABETS = (
    _Alphabet("GSM-7", _DEFAULT, _EXTENSION, tables=0),
    _Alphabet("GSM-7, Turkish single shift", _DEFAULT, _TURKISH_SINGLE, tables=1),
)


def count_parts(text: str) -> Parts:
    """Return the cheapest way to send ``text``; among equally cheap ones, the alphabet most phones know."""
    choices = [_in_septets(text, alphabet) for alphabet in _ALPHABETS]
    possible = [choice for choice in choices if choice] + [_in_ucs2(text)]
    return min(possible, key=lambda parts: parts.count)


def _in_septets(text: str, alphabet: _Alphabet) -> Parts | None:
    widths = alphabet.widths(text)
    if widths is None:
        return None
    one, joined = alphabet.capacity(joined=False), alphabet.capacity(joined=True)
    return Parts(alphabet.name, _packed(widths, one, joined), sum(widths))


def _in_ucs2(text: str) -> Parts:
    # A character outside the basic plane takes two units, which must stay in one part.
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]  # noqa: PLR2004 - the basic plane
    one, joined = (_payload_octets(0, joined=j) // 2 for j in (False, True))
    return Parts("UCS-2", _packed(widths, one, joined), sum(widths))


def _payload_octets(tables: int, *, joined: bool) -> int:
    elements = tables * _TABLE_OCTETS + (_JOIN_OCTETS if joined else 0)
    return _PAYLOAD_OCTETS - (elements + _HEADER_LENGTH_OCTETS if elements else 0)


def _packed(widths: Iterable[int], one: int, joined: int) -> int:
    widths = list(widths)
    if sum(widths) <= one:
        return 1
    count, room = 1, joined
    for width in widths:
        if width > room:
            count, room = count + 1, joined
        room -= width
    return count
