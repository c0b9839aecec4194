"""What the classifier takes a text for: its part of a decision, before any rule has spoken."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Telling:
    """A word (folded), and how much it spoke for the first candidate against the second."""

    word: str
    gain: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely what is.

    Attributes:
        candidates: the likeliest bodies, best first, each with its likeliest category. A candidate's
            confidence is its body's probability, because the wrong desk costs more than the wrong drawer.
        priorities: probability of each priority class.
        unclear: probability that nobody could say without asking back.
        words: the words that speak most for the first candidate against the second, most telling first.
        lead: by how much the first candidate is ahead of the second, in the unit of the words' gains.
        danger: how likely the text tells of danger to life.
        several: how likely the text holds several matters, if it can be cut at all.
        parts: for a text that seems to hold several matters, what each part of it is about.
    """

    candidates: tuple[Candidate, ...]
    priorities: Mapping[Priority, float]
    unclear: float = 0.0
    words: tuple[Telling, ...] = ()
    lead: float = 0.0
    danger: float = 0.0
    several: float = 0.0
    parts: tuple["PartOpinion", ...] = ()


@dataclass(frozen=True, slots=True)
class PartOpinion:
    """What a part of a text, from character ``start`` up to ``end``, is taken for."""

    start: int
    end: int
    opinion: Opinion
