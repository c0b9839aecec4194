"""A text cut where what was read in it begins and ends, so that a page can underline it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.contracts.decisions import Reading


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, and what was read there; nothing in between."""

    text: str
    readings: tuple[Reading, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it was read as, each kind once, in the order of the readings."""
        return tuple(dict.fromkeys(reading.what for reading in self.readings))

    @property
    def means(self) -> tuple[str, ...]:
        """What the readings mean, each once."""
        return tuple(dict.fromkeys(reading.means for reading in self.readings))


def segments(text: str, readings: Sequence[Reading]) -> tuple[Segment, ...]:
    """Return ``text`` in pieces that together are all of it.

    Where readings overlap, the piece they share has both. Words that were read as the same thing are one
    piece if only white space parts them. A reading that does not lie within the text is passed over.
    """
    inside = [r for r in readings if r.start < r.end <= len(text)]
    cuts = sorted({0, len(text), *(r.start for r in inside), *(r.end for r in inside)})
    pieces = [
        Segment(text[start:end], tuple(r for r in inside if r.start <= start and end <= r.end))
        for start, end in pairwise(cuts)
    ]
    return _joined(pieces)


def _joined(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    joined: list[Segment] = []
    for piece in pieces:
        if len(joined) > 1 and _may_join(joined[-2], joined[-1], piece):
            gap, first = joined.pop(), joined.pop()
            readings = tuple(dict.fromkeys((*first.readings, *piece.readings)))
            joined.append(Segment(first.text + gap.text + piece.text, readings))
        else:
            joined.append(piece)
    return tuple(joined)


def _may_join(first: Segment, gap: Segment, second: Segment) -> bool:
    alike = (first.kinds, first.means) == (second.kinds, second.means)
    return bool(first.readings) and alike and not gap.readings and gap.text.isspace()
