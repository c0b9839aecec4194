"""How likely a text that can be cut holds two matters: several small signs, weighed together.

The whole text alone says it badly: people seldom announce a second matter, and "not the rubbish but the
lamp" has the words of two and is one. What the parts are about says it better, but of many cuts one looks
good by chance, and a part of two words looks like anything. So each has its weight, learned from what models
said of messages that they had not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

_NOTHING: Final = 1e-3
"""Added to probabilities, so that the logarithm of one that is as good as none stays in bounds."""
_STEEPEST: Final = 30.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a text's best cut.

    Attributes:
        several: how likely the text holds several matters, by its words alone.
        left, right: probability of what each part is likeliest about.
        left_next, right_next: probability of what each part is next likely about.
        fewest: words in the shorter part.
        proposed: how many cuts were looked at.
    """

    several: float
    left: float
    right: float
    left_next: float
    right_next: float
    fewest: int
    proposed: int

    def weighable(self) -> tuple[float, ...]:
        """Return the signs as numbers that may be weighed and added."""
        shares = (self.left, self.right, self.left_next, self.right_next)
        return (
            log((self.several + _NOTHING) / (1 - self.several + _NOTHING)),
            *(log(share + _NOTHING) for share in shares),
            log(1 + self.fewest),
            float(self.proposed),
        )


@dataclass(frozen=True, slots=True)
class Parting:
    """What each sign weighs, in the order of `Signs.weighable`, and where the sum starts."""

    weights: tuple[float, ...]
    start: float

    def likely(self, signs: Signs) -> float:
        """Return how likely a text with these signs holds two matters."""
        total = self.start + sum(w * s for w, s in zip(self.weights, signs.weighable(), strict=True))
        return 1 / (1 + exp(-max(-_STEEPEST, min(_STEEPEST, total))))

    @classmethod
    def learned(cls, weights: Sequence[float], start: float) -> "Parting":
        """Return the parting with figures that are equal on every machine."""
        return cls(tuple(round(float(w), 4) for w in weights), round(float(start), 4))


NEVER: Final = Parting((0.0,) * len(Signs(0.5, 1, 1, 0, 0, 0, 0).weighable()), -_STEEPEST)
"""Finds one matter in every text: for a model that has seen no text of two."""
