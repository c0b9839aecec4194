"""An SMS as cheap as its words allow."""

from collections.abc import Callable

from shared.text.sms_parts import count_parts

_UNSHIFTED = {"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"}
_UNSHIFTED |= {"â": "a", "î": "i", "û": "u", "Â": "A", "Î": "İ", "Û": "U"}
_ELLIPSIS = "..."


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
        if count_parts(text).count <= limit:
            return text
    return plain(write(_ELLIPSIS))
