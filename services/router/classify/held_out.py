"""What models of four fifths of the corpus said of the other fifth, by which thresholds are chosen.

Rules have no say here, and one message of several matters is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.router.classify.linear import LABEL, LinearModel, softmax
from services.router.classify.training import OutOfFold

ASSIGN: Final = (0.8, 0.85, 0.9, 0.93, 0.95)
"""Thresholds that the figures are given for."""


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What would have gone by itself from one threshold on, and how much of that to a wrong body."""

    threshold: float
    automatic: float
    wrong: float


def at_thresholds(model: LinearModel, held_out: OutOfFold) -> list[AtThreshold]:
    """Return the figures for each of the thresholds `ASSIGN`.

    Args:
        model: gives the temperature that makes probabilities of sums.
        held_out: what was said of each sample by a model that had not seen it.
    """
    rows = [n for n, sample in enumerate(held_out.samples) if sample.weight == 1]
    labels = sorted({sample.label for sample in held_out.samples})
    shares = softmax(held_out.sums[LABEL][rows], model.heads[LABEL].temperature)
    bodies, of_body = _by_body(labels)
    likely = shares @ of_body
    best = likely.argmax(axis=1)
    sure = likely.max(axis=1)
    right = np.array([bodies[b] == _body(held_out.samples[n].label) for n, b in zip(rows, best, strict=True)])
    return [_figures(threshold, sure >= threshold, right) for threshold in ASSIGN]


def _figures(threshold: float, sent: NDArray[np.bool_], right: NDArray[np.bool_]) -> AtThreshold:
    wrong = 1 - float(right[sent].mean()) if sent.any() else 0.0
    return AtThreshold(threshold, float(sent.mean()), wrong)


def _by_body(labels: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
    bodies = sorted(set(_bodies(labels)))
    of_body = np.zeros((len(labels), len(bodies)))
    for row, body in enumerate(_bodies(labels)):
        of_body[row, bodies.index(body)] = 1
    return bodies, of_body


def _bodies(labels: Iterable[str]) -> list[str]:
    return [_body(label) for label in labels]


def _body(label: str) -> str:
    return label.partition("/")[2]
