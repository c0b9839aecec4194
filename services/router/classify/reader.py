"""Reads many texts at once and says of each what it is likely to be about, in the terms of the knowledge."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.router.classify.linear import LinearModel, Readings, Weighed
from services.router.classify.splitting import Cut, best_cuts
from services.router.domain.matters import Knowledge
from services.router.domain.opinions import Opinion, PartOpinion, Telling
from services.router.knowledge.corpus import Label
from shared.contracts.vocabulary import Priority

Shares = NDArray[np.float64]

_CANDIDATES: Final = 3
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
        body_of_label = np.array([places.get(body, -1) for _, body in model.labels])
        self._labels_of_body = [np.flatnonzero(body_of_label == body) for body in places.values()]
        self._asks_back = np.flatnonzero(body_of_label < 0)
        self._emergency = model.priorities.index(Priority.EMERGENCY)
        self._dangerous = np.array([_only_emergencies(label, knowledge) for label in model.labels])
        self._labels_of_code: dict[str, list[int]] = defaultdict(list)
        for number, (code, _) in enumerate(model.labels):
            self._labels_of_code[code].append(number)
        self._of_body = np.zeros((len(model.labels), len(self._bodies)))
        for label, body in enumerate(body_of_label):
            if body >= 0:
                self._of_body[label, body] = 1

    def read_many(self, texts: Sequence[str], stated: Sequence[Sequence[str]] | None = None) -> list[Opinion]:
        """Return one opinion per text, in order.

        Args:
            texts: what is read.
            stated: for each text the categories that the door states, which become likelier by that.
        """
        if not texts:
            return []
        found = self._model.probabilities(texts)
        labels = found.labels if stated is None else self._with_stated(found.labels, stated)
        opinions = self._opinions(texts, replace(found, labels=labels))
        found_cuts = best_cuts(self._model, texts, found.several.tolist())
        several = [self._model.parting.likely(cut.signs) if cut else 0.0 for cut in found_cuts]
        parts = self._parts(texts, found_cuts, several)
        return [
            replace(opinion, several=round(likely, _PLACES), parts=of_text) if cut else opinion
            for opinion, cut, likely, of_text in zip(opinions, found_cuts, several, parts, strict=True)
        ]

    def _opinions(self, texts: Sequence[str], found: Readings) -> list[Opinion]:
        bodies = found.labels @ self._of_body
        return [
            self._opinion(text, weighed, found.labels[n], bodies[n], found.priorities[n])
            if len(weighed[0])
            else _NOTHING_KNOWN
            for n, (text, weighed) in enumerate(zip(texts, found.weighed, strict=True))
        ]

    def _parts(
        self, texts: Sequence[str], found: Sequence[Cut | None], several: Sequence[float]
    ) -> list[tuple[PartOpinion, ...]]:
        """Return what the parts of each text are about; none for a text of one matter."""
        enough = self._knowledge.thresholds.split
        spans = [
            (cut.left, cut.right) if cut and likely >= enough else ()
            for cut, likely in zip(found, several, strict=True)
        ]
        pieces = [text[s.start : s.end] for text, of_text in zip(texts, spans, strict=True) for s in of_text]
        opinions = iter(self._opinions(pieces, self._model.probabilities(pieces)) if pieces else ())
        return [tuple(PartOpinion(s.start, s.end, next(opinions)) for s in of_text) for of_text in spans]

    def _with_stated(self, labels: Shares, stated: Sequence[Sequence[str]]) -> Shares:
        if not any(stated):
            return labels
        weights = np.ones_like(labels)
        for row, codes in zip(weights, stated, strict=True):
            for code in codes:
                row[self._labels_of_code.get(code, [])] = self._knowledge.handling.stated_weight
        weighted = labels * weights
        shares: Shares = weighted / weighted.sum(axis=1, keepdims=True)
        return shares

    def _opinion(
        self, text: str, weighed: Weighed, labels: Shares, bodies: Shares, priorities: Shares
    ) -> Opinion:
        best = (-bodies).argsort(kind="stable")[:_CANDIDATES]
        chosen = [self._likeliest_label(labels, int(body)) for body in best]
        words, lead = self._model.telling_words(text, weighed, *chosen[:2])
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
            words=tuple(Telling(word, gain) for word, gain in words),
            lead=lead,
            danger=round(float((priorities[self._emergency] + labels[self._dangerous].sum()) / 2), _PLACES),
        )

    def _likeliest_label(self, labels: Shares, body: int) -> int:
        of_body = self._labels_of_body[body]
        return int(of_body[labels.take(of_body).argmax()])


def _only_emergencies(label: Label, knowledge: Knowledge) -> bool:
    """Return whether matters of this kind are always a danger to life."""
    code, body = label
    return bool(code) and knowledge.destination(code, body).priorities == (Priority.EMERGENCY,)
