"""What the classifier takes a text for: its part of a decision, before any rule has spoken."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely what is.

    Attributes:
        candidates: the likeliest bodies, best first, each with its likeliest category. A candidate's
            confidence is its body's probability, because the wrong desk costs more than the wrong drawer.
        priorities: probability of each priority class.
        unclear: probability that nobody could say without asking back.
        words: words (folded) that speak most for the first candidate against the second.
        danger: how likely the text tells of danger to life: the mean of what its priority and its matter say.
        several: probability that the text holds more than one matter.
        matters: the two likeliest categories, for a text that does.
    """

    candidates: tuple[Candidate, ...]
    priorities: Mapping[Priority, float]
    unclear: float = 0.0
    words: tuple[str, ...] = ()
    danger: float = 0.0
    several: float = 0.0
    matters: tuple[Candidate, ...] = ()
