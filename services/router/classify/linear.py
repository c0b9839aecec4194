"""The trained classifier: one weight per feature and destination, and how sure to be of the sum.

Its file holds plain arrays only (NumPy's ``.npz`` without pickled objects). Weights are kept as whole numbers
of -127 to 127 and a scale per destination; nothing that decides differs by it. Equal file and text give equal
probabilities on every machine: sums run over features in ascending order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from services.router.classify.features import Ids, Weigher, Weights, said
from services.router.classify.parting import NEVER, Parting
from services.router.domain.matters import Knowledge
from services.router.knowledge.corpus import Label
from services.router.knowledge.files import KnowledgeError
from shared.contracts.vocabulary import Priority

FILE: Final = Path(__file__).with_name("model.npz")
LABEL: Final = "label"
PRIORITY: Final = "priority"
SEVERAL: Final = "several"
HEADS: Final = (LABEL, PRIORITY, SEVERAL)
"""The questions: where does it belong, how pressing is it, does it hold several matters?"""
YES: Final = "yes"
NO: Final = "no"
_FORMAT: Final = 2
_STEPS: Final = 127

Probabilities = NDArray[np.float64]
Weighed = tuple[Ids, Weights]
"""Numbers of a text's known features, ascending, and their weights."""
_Whole = NDArray[np.int8]
_Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """Weights of one question to a message.

    Attributes:
        classes: the possible answers, as texts.
        weights: whole numbers, a row per feature and a column per answer.
        scale: what one step of each column's weights is worth.
        bias: where each answer starts.
        temperature: by what the sums are divided before they become probabilities.
    """

    classes: tuple[str, ...]
    weights: _Whole
    scale: _Floats
    bias: _Floats
    temperature: float

    @classmethod
    def rounded(
        cls, classes: Sequence[str], weights: NDArray[np.float64], bias: NDArray[np.float64]
    ) -> "Head":
        """Return the head with weights of full precision (a row per answer) brought to whole numbers."""
        scale = np.abs(weights).max(axis=1) / _STEPS
        whole = np.rint(weights / np.where(scale == 0, 1, scale)[:, None]).astype(np.int8)
        return cls(
            tuple(classes),
            np.ascontiguousarray(whole.T),
            scale.astype(np.float32),
            bias.astype(np.float32),
            1.0,
        )

    @classmethod
    def side_by_side(cls, heads: Sequence["Head"]) -> "Head":
        """Return one head that gives the sums of all, so that a feature's weights lie in one place."""
        return cls(
            tuple(answer for head in heads for answer in head.classes),
            np.hstack([head.weights for head in heads]),
            np.concatenate([head.scale for head in heads]),
            np.concatenate([head.bias for head in heads]),
            1.0,
        )

    def sums(self, weighed: Sequence["Weighed"]) -> NDArray[np.float32]:
        """Return the sum of each answer, a row per message."""
        steps = np.empty((len(weighed), len(self.classes)), dtype=np.float32)
        for row, (ids, weights) in zip(steps, weighed, strict=True):
            np.dot(weights, self.weights.take(ids, axis=0).astype(np.float32), out=row)
        total: NDArray[np.float32] = steps * self.scale + self.bias
        return total


@dataclass(frozen=True)
class Readings:
    """What the model says of some texts, a row or an entry per text.

    Attributes:
        labels: probability of each of the model's `labels`.
        priorities: probability of each of the model's `priorities`.
        several: probability that the text holds more than one matter.
        weighed: the known features of each text with their weights. Where there are none, the figures mean
            nothing.
    """

    labels: Probabilities
    priorities: Probabilities
    several: NDArray[np.float64]
    weighed: Sequence[Weighed]


class LinearModel:
    """Says where messages belong, how sure that is, and which words said so."""

    def __init__(
        self,
        vocabulary: Sequence[str],
        idf: _Floats,
        heads: Mapping[str, Head],
        corpus: str,
        parting: Parting = NEVER,
    ) -> None:
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self._all_heads = Head.side_by_side([heads[name] for name in HEADS])
        ends = np.cumsum([len(heads[name].classes) for name in HEADS]).tolist()
        self._columns = {name: slice(a, b) for name, a, b in zip(HEADS, [0, *ends], ends, strict=False)}
        self.heads = {
            name: replace(heads[name], weights=self._all_heads.weights[:, columns])
            for name, columns in self._columns.items()
        }
        self.corpus = corpus
        self.parting = parting
        label, priority = heads[LABEL], heads[PRIORITY]
        self.labels: tuple[Label, ...] = tuple(_label(name) for name in label.classes)
        self.priorities = tuple(Priority(name) for name in priority.classes)
        self._weigher = Weigher(vocabulary, idf)
        self.version = f"linear-{_FORMAT}+{self._digest()}"

    def probabilities(self, texts: Sequence[str]) -> "Readings":
        """Return what each head says of each text."""
        weighed = self._weigher.weigh(texts)
        sums = self._all_heads.sums(weighed)
        labels, priorities, several = (self._shares(name, sums) for name in HEADS)
        return Readings(labels, priorities, several[:, self.heads[SEVERAL].classes.index(YES)], weighed)

    def labels_of(self, texts: Sequence[str]) -> Probabilities:
        """Return what `probabilities` says of the texts' labels alone."""
        return self._shares(LABEL, self._all_heads.sums(self._weigher.weigh(texts)))

    def _shares(self, name: str, sums: NDArray[np.float32]) -> Probabilities:
        return softmax(sums[:, self._columns[name]], self.heads[name].temperature)

    def telling_words(
        self, text: str, weighed: Weighed, one: int, other: int, *, most: int = 5
    ) -> tuple[list[tuple[str, float]], float]:
        """Return the words (folded) that spoke most for one label against another, and by how much it leads.

        Each word comes with what it contributed to that lead.

        Args:
            text: what was read.
            weighed: its features, as `probabilities` found them.
            one: number of the label that leads.
            other: number of the label it leads against.
            most: how many words at most.
        """
        ids, weights = weighed
        head = self.heads[LABEL]
        gain = (
            head.weights[ids, one].astype(np.float32) * head.scale[one]
            - head.weights[ids, other].astype(np.float32) * head.scale[other]
        ) * weights
        lead = float(gain.sum() + head.bias[one] - head.bias[other])
        spoken = list(dict.fromkeys(said(text)))
        by_word = self._gained([self._weigher.distinct_ids_of_word(word) for word in spoken], ids, gain)
        ranked = sorted(zip(spoken, by_word, strict=True), key=lambda item: (-item[1], item[0]))
        return [(word, round(gained, 4)) for word, gained in ranked[:most] if gained > 0], round(lead, 4)

    @staticmethod
    def _gained(features: Sequence[Ids], ids: Ids, gain: _Floats) -> list[float]:
        """Return what each word's features contributed; of a word that was denied they did not count."""
        sought = np.concatenate(features)
        places = np.minimum(ids.searchsorted(sought), len(ids) - 1)
        counted = np.where(ids.take(places) == sought, gain.take(places), 0)
        word_of = np.arange(len(features)).repeat([len(of_word) for of_word in features])
        gained: list[float] = np.bincount(word_of, counted, len(features)).tolist()
        return gained

    def save(self, path: Path) -> None:
        """Write the model to ``path``."""
        arrays: dict[str, NDArray[np.generic]] = {
            "format": np.array(_FORMAT),
            "vocabulary": np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            "idf": self.idf,
            "corpus": np.array(self.corpus),
            "parting_weights": np.array(self.parting.weights),
            "parting_start": np.array(self.parting.start),
        }
        for name, head in self.heads.items():
            arrays |= {
                f"{name}_classes": np.array(head.classes),
                f"{name}_weights": head.weights,
                f"{name}_scale": head.scale,
                f"{name}_bias": head.bias,
                f"{name}_temperature": np.array(head.temperature),
            }
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type] # NumPy's own signature is narrower

    @classmethod
    def load(cls, path: Path = FILE) -> "LinearModel":
        """Return the model in ``path``. From then on this process multiplies matrices in one thread.

        Raises:
            KnowledgeError: it is not there, or not a model of this format.
        """
        # For the few hundred features of a text a second thread is slower than none, and it spins between two
        # texts: on two cores a batch of 125 took twice its processor time, from database and broker.
        threadpool_limits(1, user_api="blas")
        try:
            with np.load(path, allow_pickle=False) as stored:
                if int(stored["format"]) != _FORMAT:
                    raise KnowledgeError(
                        f"{path}: format {stored['format']}, expected {_FORMAT}: train again"
                    )
                heads = {
                    name: Head(
                        tuple(str(c) for c in stored[f"{name}_classes"]),
                        stored[f"{name}_weights"],
                        stored[f"{name}_scale"],
                        stored[f"{name}_bias"],
                        float(stored[f"{name}_temperature"]),
                    )
                    for name in HEADS
                }
                vocabulary = stored["vocabulary"].tobytes().decode().split("\n")
                parting = Parting.learned(stored["parting_weights"], float(stored["parting_start"]))
                return cls(vocabulary, stored["idf"], heads, str(stored["corpus"]), parting)
        except (OSError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{path}: no classifier there: run `make knowledge` ({error})") from error

    def check_against(self, knowledge: Knowledge) -> None:
        """Check that every destination the model may answer with is one the knowledge has.

        Raises:
            KnowledgeError: one is not.
        """
        known = knowledge.known_destinations
        for code, body in self.labels:
            if code and (code, body) not in known:
                raise KnowledgeError(
                    f"the classifier knows {code} at {body}, the categories do not: train again"
                )

    def _digest(self) -> str:
        digest = hashlib.sha256("\n".join(self.vocabulary).encode())
        for head in self.heads.values():
            for part in (head.weights, head.scale, head.bias):
                digest.update(part.tobytes())
            digest.update(repr(head.temperature).encode())
        digest.update(repr(self.parting).encode())
        return digest.hexdigest()[:8]


def name_of(label: Label) -> str:
    """Return a label as one text."""
    return "/".join(label)


def _label(name: str) -> Label:
    code, _, body = name.partition("/")
    return code, body


def softmax(sums: NDArray[np.floating[Any]], temperature: float) -> Probabilities:
    """Return each row of sums as shares of one."""
    scaled = sums.astype(np.float64) / temperature
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Probabilities = raised / raised.sum(axis=1, keepdims=True)
    return shares
