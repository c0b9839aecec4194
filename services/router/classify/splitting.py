"""Where a text that holds several matters may be cut, where it is best cut, and what speaks for that cut.

A cut lies between sentences, clauses or list items. The best one leaves two parts that are each about
something, and not about the same. Whether the text truly holds two matters is for `parting` to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.router.classify.linear import LinearModel
from services.router.classify.parting import Signs
from shared.text.folding import words

Shares = NDArray[np.float64]

_JOINTS: Final = re.compile(
    r"[.!?…;:\n]+|,|\s[-–]\s|"
    r"\s(?=(?:ayrıca|ayrica|bir de|bi de|birde|hem|üstelik|ustelik|üstüne|ustune|ikincisi|diğer|diger|öbür|"
    r"obur|öteki|oteki|bu arada|bunun yanında|bununla birlikte|ve|artı|yine|aynı zamanda)\b)",
    re.IGNORECASE,
)
_SHORTEST: Final = 8
_MOST_CUTS: Final = 12
_LONGEST: Final = 1_500
_WORTH_CUTTING: Final = 0.02
"""Of several matters by the whole text, below which no cut ever sufficed: it spares most texts the work."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, without the white space and stops around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The best cut of a text, and what speaks for and against two matters."""

    left: Span
    right: Span
    signs: Signs


def cuts(text: str) -> list[tuple[Span, Span]]:
    """Return the pairs of parts that ``text`` may be cut into, at most a dozen, spread over the text."""
    places = [m.end() for m in _JOINTS.finditer(text) if _SHORTEST <= m.end() <= len(text) - _SHORTEST]
    if len(places) > _MOST_CUTS:
        picked = np.linspace(0, len(places) - 1, _MOST_CUTS).round().astype(int)
        places = [places[n] for n in picked]
    pairs = [(_trimmed(text, 0, place), _trimmed(text, place, len(text))) for place in places]
    return [pair for pair in pairs if all(span.start < span.end for span in pair)]


def best_cuts(model: LinearModel, texts: Sequence[str], several: Sequence[float]) -> list[Cut | None]:
    """Return for each text the cut whose parts are best told apart; None for a text of one piece.

    How well is the probability of what the parts are about, if that is not the same matter.

    Args:
        model: says what the parts are about.
        texts: what is cut.
        several: for each text how likely it holds several matters, by itself.
    """
    proposed = [
        cuts(text) if likely >= _WORTH_CUTTING and len(text) <= _LONGEST else []
        for text, likely in zip(texts, several, strict=True)
    ]
    pieces = [
        text[span.start : span.end]
        for text, pairs in zip(texts, proposed, strict=True)
        for pair in pairs
        for span in pair
    ]
    if not pieces:
        return [None] * len(texts)
    said = model.labels_of(pieces)
    best: list[Cut | None] = []
    at = 0
    for text, pairs, likely in zip(texts, proposed, several, strict=True):
        scores = [_apart(model, said[at + 2 * n], said[at + 2 * n + 1]) for n in range(len(pairs))]
        number = int(np.argmax(scores)) if scores else 0
        if scores and scores[number] > 0:
            left, right = pairs[number]
            of_parts = said[at + 2 * number], said[at + 2 * number + 1]
            fewest = min(len(words(text[span.start : span.end])) for span in (left, right))
            best.append(Cut(left, right, _signs(likely, of_parts, fewest, len(pairs))))
        else:
            best.append(None)
        at += 2 * len(pairs)
    return best


def _apart(model: LinearModel, left: Shares, right: Shares) -> float:
    first, second = int(np.argmax(left)), int(np.argmax(right))
    codes = {model.labels[first][0], model.labels[second][0]}
    return float(left[first] * right[second]) if len(codes) > 1 and "" not in codes else 0.0


def _signs(several: float, parts: tuple[Shares, Shares], fewest: int, proposed: int) -> Signs:
    (left_next, left), (right_next, right) = (np.sort(part)[-2:].tolist() for part in parts)
    return Signs(several, left, right, left_next, right_next, fewest, proposed)


def _trimmed(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    inner = stretch.strip(" \n\t.,;:!?-–…")
    begins = start + stretch.index(inner)
    return Span(begins, begins + len(inner))
