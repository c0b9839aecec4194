"""Where a text that holds several matters may be cut, and where it is best cut.

A cut lies between sentences, clauses or list items. The best one leaves two parts that are each about
something, and not about the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.router.classify.linear import LinearModel

Shares = NDArray[np.float64]

_JOINTS: Final = re.compile(
    r"[.!?…;:\n]+|,|\s[-–]\s|\s(?=(?:ayrıca|ayrica|bir de|birde|hem de|üstelik|ustelik|ikincisi|diğer|diger|"
    r"öbür|obur|bunun yanında|bununla birlikte|ve|artı|bi de|yine|aynı zamanda)\s)",
    re.IGNORECASE,
)
_SHORTEST: Final = 8
_MOST_CUTS: Final = 12
_LONGEST: Final = 1_500


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, without the white space and stops around it."""

    start: int
    end: int


def cuts(text: str) -> list[tuple[Span, Span]]:
    """Return the pairs of parts that ``text`` may be cut into, at most a dozen, spread over the text."""
    places = [m.end() for m in _JOINTS.finditer(text) if _SHORTEST <= m.end() <= len(text) - _SHORTEST]
    if len(places) > _MOST_CUTS:
        picked = np.linspace(0, len(places) - 1, _MOST_CUTS).round().astype(int)
        places = [places[n] for n in picked]
    return [(_trimmed(text, 0, place), _trimmed(text, place, len(text))) for place in places]


def best_cuts(model: LinearModel, texts: Sequence[str]) -> list[tuple[float, tuple[Span, Span]] | None]:
    """Return for each text the pair of parts that is best told apart, with how well; None for one of a piece.

    How well is the probability of what the parts are about, if that is not the same matter, or 0.
    """
    proposed = [cuts(text) if len(text) <= _LONGEST else [] for text in texts]
    pieces = [
        text[span.start : span.end]
        for text, pairs in zip(texts, proposed, strict=True)
        for pair in pairs
        for span in pair
    ]
    if not pieces:
        return [None] * len(texts)
    said = model.probabilities(pieces).labels
    best: list[tuple[float, tuple[Span, Span]] | None] = []
    at = 0
    for pairs in proposed:
        scores = [_apart(model, said[at + 2 * n], said[at + 2 * n + 1]) for n in range(len(pairs))]
        at += 2 * len(pairs)
        number = int(np.argmax(scores)) if scores else 0
        best.append((scores[number], pairs[number]) if scores and scores[number] > 0 else None)
    return best


def _apart(model: LinearModel, left: Shares, right: Shares) -> float:
    first, second = int(np.argmax(left)), int(np.argmax(right))
    codes = {model.labels[first][0], model.labels[second][0]}
    return float(left[first] * right[second]) if len(codes) > 1 and "" not in codes else 0.0


def _trimmed(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    inner = stretch.strip(" \n\t.,;:!?-–…")
    begins = start + stretch.index(inner)
    return Span(begins, begins + len(inner))
