"""Numbers and codes cut into what one breath says and one hand writes down. Pure."""

from typing import Final

_PAIR: Final = 2
_LAST: Final = 3


def groups(number: str) -> tuple[str, ...]:
    """Return a receipt number in groups to read out: BB-2026-0012345-K as BB, 2026, 00, 12, 345, K.

    The digits of the sequence are cut from the end, where they differ; a code falls apart at its dash alone.
    """
    return tuple(piece for part in number.split("-") for piece in _cut(part))


def _cut(part: str) -> list[str]:
    if not part.isdigit() or len(part) <= _PAIR + _LAST:
        return [part]
    return [part[: -_PAIR - _LAST], part[-_PAIR - _LAST : -_LAST], part[-_LAST:]]
