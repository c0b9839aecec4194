"""The first classifier: what a message looks most like among the topics that are known.

Messages and topics, each topic together with the title of its category, are compared by the letter groups
they share (`Likeness`), so that typos, suffixes and missing Turkish letters cost little. A destination is as
like as its best topic.

**Confidence.** With ``s1`` and ``s2`` the likeness of the best two destinations, the best has

    confidence = strength(s1) * (0.5 + 0.5 * lead),    strength(s) = s / (s + 0.15),    lead = 1 - s2 / s1

so a message that looks like nothing known scores low whatever leads, and one that looks alike to two
destinations loses up to half. A destination behind the best has ``strength(s) / 2``; the best never has less.
The figure ranks and separates; it is no measured probability, and the threshold below which a person decides
allows for that.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

import numpy as np

from services.router.classify.tfidf import GROUP_LENGTHS, Likeness, Vector
from services.router.domain.matters import Example, Knowledge
from shared.contracts.decisions import Candidate

_HALF_STRENGTH: Final = 0.15
_FORMULA: Final = "nearest-topics-1"


class NearestTopics:
    """A classifier over the examples of one knowledge. Equal knowledge and text give equal candidates."""

    def __init__(self, knowledge: Knowledge, *, keep: int = 3) -> None:
        """Index the examples of ``knowledge``; of each text the ``keep`` best candidates are returned."""
        self._keep = keep
        pairs = [(e.category_code, e.body) for e in knowledge.examples]
        destinations = sorted(set(pairs))
        # Topics of one destination stand together, so that the best of each is found by slices.
        order = sorted(range(len(pairs)), key=lambda n: pairs[n])
        self._likeness = Likeness([_topic(knowledge, knowledge.examples[n]) for n in order])
        grouped = [pairs[n] for n in order]
        self._starts = [grouped.index(destination) for destination in destinations]
        self._candidates = [knowledge.candidate(code, body, 0) for code, body in destinations]
        self.model_version = _version(knowledge)

    def classify_many(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """Return the candidates of each text, best first; none where a text shares nothing with a topic."""
        return [
            self._ranked(np.maximum.reduceat(self._likeness.with_each(text), self._starts)) for text in texts
        ]

    def _ranked(self, likeness: Vector) -> list[Candidate]:
        top = np.argsort(-likeness, kind="stable")[: self._keep]
        found = [(int(i), float(likeness[i])) for i in top if likeness[i] > 0]
        if not found:
            return []
        strengths = [s / (s + _HALF_STRENGTH) for _, s in found]
        lead = 1 - (found[1][1] / found[0][1] if len(found) > 1 else 0)
        figures = [strengths[0] * (0.5 + 0.5 * lead), *(strength / 2 for strength in strengths[1:])]
        return [
            self._candidates[index].model_copy(update={"confidence": round(figure, 4)})
            for (index, _), figure in zip(found, figures, strict=True)
        ]


def _topic(knowledge: Knowledge, example: Example) -> str:
    return f"{example.text} {knowledge.categories_by_code[example.category_code].title}"


def _version(knowledge: Knowledge) -> str:
    content = {
        "group_lengths": GROUP_LENGTHS,
        "half_strength": _HALF_STRENGTH,
        "topics": [[e.category_code, e.body, _topic(knowledge, e)] for e in knowledge.examples],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{_FORMULA}+{digest[:8]}"
