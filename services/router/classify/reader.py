"""Reads many texts at once and says of each what it is likely to be about, in the terms of the knowledge."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.router.classify.linear import LinearModel
from services.router.domain.matters import Knowledge
from services.router.domain.opinions import Opinion
from services.router.knowledge.corpus import Label
from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Priority

Shares = NDArray[np.float64]

_CANDIDATES: Final = 3
_LOOKED_AT: Final = 5
_PLACES: Final = 4
"""Decimals of a probability that are kept: more would promise what the figures cannot keep."""


_NOTHING_KNOWN: Final = Opinion((), {})


class Reader:
    """The classifier in the terms of one knowledge.

    Args:
        model: the trained weights.
        knowledge: gives destinations their names.

    Raises:
        KnowledgeError: the model answers with what the knowledge does not have.
    """

    def __init__(self, model: LinearModel, knowledge: Knowledge) -> None:
        model.check_against(knowledge)
        self._model = model
        self._knowledge = knowledge
        self.version = model.version
        self._bodies = sorted({body for _, body in model.labels if body})
        places = {body: number for number, body in enumerate(self._bodies)}
        self._body_of_label = np.array([places.get(body, -1) for _, body in model.labels])
        self._asks_back = np.flatnonzero(self._body_of_label < 0)
        self._emergency = model.priorities.index(Priority.EMERGENCY)
        self._dangerous = np.array([_only_emergencies(label, knowledge) for label in model.labels])
        self._of_body = np.zeros((len(model.labels), len(self._bodies)))
        for label, body in enumerate(self._body_of_label):
            if body >= 0:
                self._of_body[label, body] = 1

    def read_many(self, texts: Sequence[str]) -> list[Opinion]:
        """Return one opinion per text, in order."""
        if not texts:
            return []
        found = self._model.probabilities(texts)
        bodies = found.labels @ self._of_body
        return [
            self._opinion(text, found.labels[n], bodies[n], found.priorities[n], float(found.several[n]))
            if found.known[n]
            else _NOTHING_KNOWN
            for n, text in enumerate(texts)
        ]

    def _opinion(
        self,
        text: str,
        labels: Shares,
        bodies: Shares,
        priorities: Shares,
        several: float,
    ) -> Opinion:
        best = np.argsort(-bodies, kind="stable")[:_CANDIDATES]
        chosen = [self._likeliest_label(labels, int(body)) for body in best]
        return Opinion(
            candidates=tuple(
                self._knowledge.candidate(*self._model.labels[label], round(float(bodies[body]), _PLACES))
                for label, body in zip(chosen, best, strict=True)
            ),
            priorities={
                priority: round(float(share), _PLACES)
                for priority, share in zip(self._model.priorities, priorities, strict=True)
            },
            unclear=round(float(labels[self._asks_back].sum()), _PLACES),
            words=self._words(text, chosen[0], chosen[1]),
            danger=round(float((priorities[self._emergency] + labels[self._dangerous].sum()) / 2), _PLACES),
            several=round(several, _PLACES),
            matters=self._two_matters(labels),
        )

    def _two_matters(self, labels: Shares) -> tuple[Candidate, ...]:
        """Return the two likeliest categories, each with its own probability."""
        ranked = [
            int(n) for n in np.argsort(-labels, kind="stable")[:_LOOKED_AT] if self._body_of_label[n] >= 0
        ]
        first = ranked[0]
        code = self._model.labels[first][0]
        second = next((n for n in ranked if self._model.labels[n][0] != code), first)
        return tuple(
            self._knowledge.candidate(*self._model.labels[label], round(float(labels[label]), _PLACES))
            for label in dict.fromkeys((first, second))
        )

    def _words(self, text: str, first: int, second: int) -> tuple[str, ...]:
        one, other = self._model.labels[first], self._model.labels[second]
        return tuple(self._model.telling_words(text, one, against=other))

    def _likeliest_label(self, labels: Shares, body: int) -> int:
        return int(np.argmax(np.where(self._body_of_label == body, labels, -1.0)))


def _only_emergencies(label: Label, knowledge: Knowledge) -> bool:
    """Return whether matters of this kind are always a danger to life."""
    code, body = label
    return bool(code) and knowledge.destination(code, body).priorities == (Priority.EMERGENCY,)
