"""How many parts a text costs as an SMS (3GPP TS 23.038 and 23.040).

Turkish handsets and operators use the Turkish single shift table: ç ğ ı İ ş Ğ Ş cost two septets each, and
the header that announces the table takes five septets of a lone part and four more of each joined one.
"""

from collections.abc import Callable

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_TURKISH = frozenset("ĞİŞçğış")

_UNSHIFTED = {"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"}
_UNSHIFTED |= {"â": "a", "î": "i", "û": "u", "Â": "A", "Î": "İ", "Û": "U"}
_ELLIPSIS = "..."


def parts(text: str) -> int:
    """Return the number of SMS parts ``text`` is charged as; 1 for an empty text."""
    letters = frozenset(text)
    if letters <= _BASIC | _EXTENDED:
        return _joined(_septets(text), alone=160, joined=153)
    if letters <= _BASIC | _EXTENDED | _TURKISH:
        return _joined(_septets(text), alone=155, joined=149)
    return _joined(len(text.encode("utf-16-be")) // 2, alone=70, joined=67)


def plain(text: str) -> str:
    """Return ``text`` without the marks that no table has and that would make every letter cost double."""
    return "".join(_UNSHIFTED.get(letter, letter) for letter in text)


def fitted(write: Callable[[str], str], variable: str, *, limit: int) -> str:
    """Return the text with as much of ``variable`` as ``limit`` parts allow.

    Args:
        write: gives the whole text for a (shortened) variable.
        variable: the piece that may be cut at the end, marked by three dots.
        limit: parts at most. A text that is too long without the variable comes back with it cut away.
    """
    for length in range(len(variable), 0, -1):
        shown = variable if length == len(variable) else variable[:length].rstrip() + _ELLIPSIS
        text = plain(write(shown))
        if parts(text) <= limit:
            return text
    return plain(write(_ELLIPSIS))


def _septets(text: str) -> int:
    return sum(1 if letter in _BASIC else 2 for letter in text)


def _joined(units: int, *, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
