"""Trains the classifier from the corpus. Needs scikit-learn, which the running router does not.

Equal corpus and libraries give an equal model: there is no chance in it but a fixed seed for the folds.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from services.router.classify.features import Weigher, all_features
from services.router.classify.linear import HEADS, NO, YES, Head, LinearModel, Probabilities, name_of, softmax
from services.router.classify.parting import NEVER, Parting, Signs
from services.router.classify.splitting import best_cuts
from services.router.knowledge.corpus import Message

_SEEN_IN_AT_LEAST: Final = 2
_TOLERANCE_FOR_ERRORS: Final = 4.0
_STEPS: Final = 5_000
_FOLDS: Final = 5
_SEED: Final = 20261124

_NEVER: Final = -1e9
_ASK_BACK: Final = ("", "")


@dataclass(frozen=True)
class Sample:
    """A text to learn from: a message, or one subject of a message with several."""

    text: str
    label: str
    priority: str
    several: str
    weight: float


_Fitted = tuple[list[str], NDArray[np.float32], dict[str, Head]]
"""Vocabulary, idf and heads: what a model is made of, as it can be sent from one process to another."""


@dataclass(frozen=True)
class OutOfFold:
    """What models that had not seen a sample said of it.

    Attributes:
        samples: the samples.
        sums: for each head a row of sums per sample.
        models: each of the models, still without temperatures, with the texts that it had not seen.
    """

    samples: Sequence[Sample]
    sums: Mapping[str, Probabilities]
    models: Sequence[tuple[_Fitted, Sequence[str]]]


def samples_of(messages: Sequence[Message]) -> list[Sample]:
    """Return what is learned from ``messages``; several subjects of one message share its weight."""
    samples = []
    for message in messages:
        labels = message.labels or (_ASK_BACK,)
        samples += [
            Sample(
                message.text,
                name_of(label),
                message.priority.value,
                YES if len(labels) > 1 else NO,
                1 / len(labels),
            )
            for label in labels
        ]
    return samples


def train(messages: Sequence[Message]) -> tuple[LinearModel, OutOfFold]:
    """Return the model of all ``messages``, and what models of four fifths said of the other fifth."""
    samples = samples_of(messages)
    vocabulary, idf = _vocabulary([s.text for s in samples])
    matrix = _matrix(Weigher(vocabulary, idf), samples)
    out_of_fold = _out_of_fold(samples)
    heads = {
        name: _with_temperature(_fit(matrix, name, samples), out_of_fold.sums[name], name, samples)
        for name in HEADS
    }
    parting = _parting(out_of_fold, heads)
    return LinearModel(vocabulary, idf, heads, corpus_version(messages), parting), out_of_fold


def corpus_version(messages: Sequence[Message]) -> str:
    """Return a hash over all messages, to tell which corpus a model is of."""
    digest = hashlib.sha256()
    for message in messages:
        digest.update(message.model_dump_json().encode())
    return digest.hexdigest()[:12]


def _vocabulary(texts: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
    seen_in: Counter[str] = Counter()
    for text in texts:
        seen_in.update(set(all_features(text)))
    kept = sorted(feature for feature, count in seen_in.items() if count >= _SEEN_IN_AT_LEAST)
    counts = np.array([seen_in[feature] for feature in kept])
    return kept, (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)


def _matrix(weigher: Weigher, samples: Sequence[Sample]) -> csr_matrix:
    weighed = weigher.weigh([sample.text for sample in samples])
    ends = np.cumsum([0, *(len(ids) for ids, _ in weighed)])
    width = len(weigher)
    return csr_matrix(
        (np.concatenate([w for _, w in weighed]), np.concatenate([i for i, _ in weighed]), ends),
        shape=(len(samples), width),
    )


def _fit(matrix: csr_matrix, name: str, samples: Sequence[Sample]) -> Head:
    """Return one line per answer that parts its samples from all others as widely as they allow."""
    machine = LinearSVC(C=_TOLERANCE_FOR_ERRORS, max_iter=_STEPS, random_state=_SEED)
    machine.fit(matrix, [getattr(s, name) for s in samples], sample_weight=[s.weight for s in samples])
    classes = [str(c) for c in machine.classes_]
    if len(classes) == 2:  # noqa: PLR2004 - between two answers there is one line only
        return Head.rounded(
            classes, np.vstack([-machine.coef_, machine.coef_]), np.array([-1, 1]) * machine.intercept_
        )
    return Head.rounded(classes, machine.coef_, machine.intercept_)


def _out_of_fold(samples: Sequence[Sample]) -> OutOfFold:
    """Let each sample be judged by a model trained without its text."""
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    # A message of two subjects stands twice among the samples; both copies go into the same fold.
    texts = list(dict.fromkeys(s.text for s in samples))
    first_label = {s.text: s.label for s in reversed(samples)}
    held = [{texts[n] for n in rows} for _, rows in folds.split(texts, [first_label[t] for t in texts])]
    sums = {name: np.zeros((len(samples), len(_answers(name, samples)))) for name in HEADS}
    models = []
    # Processes, because the solver keeps its chance in one place for all threads.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as at_once:
        for (rows, said, model), unseen in zip(
            at_once.map(partial(_judge, samples), held), held, strict=True
        ):
            models.append((model, sorted(unseen)))
            for name in HEADS:
                sums[name][rows] = said[name]
    return OutOfFold(samples, sums, models)


def _judge(
    samples: Sequence[Sample], held: AbstractSet[str]
) -> tuple[list[int], dict[str, Probabilities], _Fitted]:
    """Return the numbers of the samples whose text is ``held``, what a model of the others says, and it."""
    mine = [s for s in samples if s.text not in held]
    rows = [n for n, s in enumerate(samples) if s.text in held]
    vocabulary, idf = _vocabulary([s.text for s in mine])
    weigher = Weigher(vocabulary, idf)
    matrix, tested = _matrix(weigher, mine), _matrix(weigher, [samples[n] for n in rows])
    said, heads = {}, {}
    for name in HEADS:
        classes = _answers(name, samples)
        head = heads[name] = _fit(matrix, name, mine)
        said[name] = np.full((len(rows), len(classes)), _NEVER)
        columns = [classes.index(c) for c in head.classes]
        said[name][:, columns] = tested @ (head.weights.astype(np.float64) * head.scale) + head.bias
    return rows, said, (vocabulary, idf, heads)


def _parting(out_of_fold: OutOfFold, heads: Mapping[str, Head]) -> Parting:
    """Return what each sign of two matters weighs, learned from texts that the models had not seen."""
    truth = {sample.text: sample.several == YES for sample in out_of_fold.samples}
    signs: list[Signs] = []
    answers: list[bool] = []
    for (vocabulary, idf, raw), texts in out_of_fold.models:
        tempered = {name: replace(raw[name], temperature=heads[name].temperature) for name in HEADS}
        model = LinearModel(vocabulary, idf, tempered, corpus="")
        several = model.probabilities(texts).several.tolist()
        for text, cut in zip(texts, best_cuts(model, texts, several), strict=True):
            if cut:
                signs.append(cut.signs)
                answers.append(truth[text])
    if len(set(answers)) < 2:  # noqa: PLR2004 - nothing to tell apart
        return NEVER
    line = LogisticRegression(max_iter=_STEPS).fit([s.weighable() for s in signs], answers)
    return Parting.learned(line.coef_[0], line.intercept_[0])


def _answers(name: str, samples: Sequence[Sample]) -> list[str]:
    return sorted({getattr(s, name) for s in samples})


def _with_temperature(head: Head, held_out: Probabilities, name: str, samples: Sequence[Sample]) -> Head:
    """Return the head with the temperature at which held-out answers were as sure as they were right."""
    classes = _answers(name, samples)
    truth = np.array([classes.index(getattr(s, name)) for s in samples])
    weights = np.array([s.weight for s in samples])

    def surprise(temperature: float) -> float:
        shares = softmax(held_out, temperature)
        right = np.clip(shares[np.arange(len(truth)), truth], 1e-12, 1)
        return float(-(weights * np.log(right)).sum())

    found = minimize_scalar(surprise, bounds=(0.05, 5.0), method="bounded")
    return replace(head, temperature=round(float(found.x), 4))
