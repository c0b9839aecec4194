"""What a message is made of for the classifier: words, their beginnings, the letters in them, and neighbours.

Turkish hangs its grammar on the ends of words, so the first four and five letters stand for the word
("beginnings"), and groups of three to five letters catch typing errors and compounds. All of it is taken from
folded text, where "ÇÖP", "çöp" and "cop" are one. Figures count only as figures. What is denied ("su değil,
koku") counts as denied, and not as said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.text.folding import words

GROUP_LENGTHS: Final = (3, 4, 5)
BEGINNINGS: Final = (4, 5)
BEGINNING: Final = BEGINNINGS[-1]
_DENIES: Final = "degil"
_DENIED_BEFORE: Final = 2
_DENIED: Final = "!"
_FIGURES: Final = "#"
_WORDS_REMEMBERED: Final = 20_000

Ids = NDArray[np.intp]
Weights = NDArray[np.float32]


def said(text: str) -> list[str]:
    """Return the folded words of ``text``, with all figures alike."""
    return [_FIGURES if word.isdecimal() else word for word in words(text)]


def with_denials(text: Sequence[str]) -> list[str]:
    """Return the words with a mark before each of the two that a following "değil" denies."""
    marked = list(text)
    for place, word in enumerate(text):
        if word.startswith(_DENIES):
            for before in range(max(0, place - _DENIED_BEFORE), place):
                marked[before] = _DENIED + text[before]
    return marked


def features_of_word(word: str) -> Iterator[str]:
    """Yield the features that a word brings by itself; of a denied one only that it is denied."""
    if word.startswith(_DENIED):
        yield f"n {word[1 : BEGINNING + 1]}"
        return
    yield f"w {word}"
    for length in BEGINNINGS:
        yield f"b{length} {word[:length]}"
    padded = f" {word} "
    for length in GROUP_LENGTHS:
        for start in range(len(padded) - length + 1):
            yield f"g {padded[start : start + length]}"


def features_of_pairs(text: Sequence[str]) -> list[str]:
    """Return a feature for each two words that stand together, by how they begin."""
    return [f"p {before} {after}" for before, after in pairwise([word[:BEGINNING] for word in text])]


def all_features(text: str) -> list[str]:
    """Return the features of a message, with repeats."""
    spoken = said(text)
    of_words = (f for word in with_denials(spoken) for f in features_of_word(word))
    return [*of_words, *features_of_pairs(spoken)]


@dataclass(frozen=True, slots=True)
class _OfWord:
    """Numbers of a word's known features: with repeats, and each once."""

    all: Ids
    distinct: Ids


class Weigher:
    """Turns messages into weighed features of a fixed vocabulary.

    A feature weighs ``(1 + ln count) * idf``, and the weights of a message have length 1.

    Args:
        vocabulary: the features that count, in the order of their numbers.
        idf: how telling each one is.
    """

    def __init__(self, vocabulary: Sequence[str], idf: Weights) -> None:
        self._numbers = {feature: number for number, feature in enumerate(vocabulary)}
        self._idf = idf
        # Texts repeat words, and words repeat far more than they differ.
        self._ids_of_word = lru_cache(_WORDS_REMEMBERED)(self._look_up)

    def __len__(self) -> int:
        """Return how many features count."""
        return len(self._numbers)

    def weigh(self, texts: Sequence[str]) -> list[tuple[Ids, Weights]]:
        """Return for each text the numbers of its known features, ascending, and their weights.

        All texts are counted at once: what a step costs, it costs for a text of a dozen words as for many.
        """
        found: list[Ids] = []
        lengths: list[int] = []
        for text in texts:
            spoken = said(text)
            of_text = [self._ids_of_word(word).all for word in with_denials(spoken)]
            of_text.append(self._known(features_of_pairs(spoken)))
            found += of_text
            lengths.append(sum(map(len, of_text)))
        if not found:
            return []
        # The numbers of each text begin higher than those of the one before end, so that they do not mix.
        begins = np.arange(len(texts) + 1, dtype=np.intp) * len(self)
        numbers, counts = _counted(np.concatenate(found) + begins[:-1].repeat(lengths))
        ends = numbers.searchsorted(begins)
        ids = numbers - begins[:-1].repeat(np.diff(ends))
        weights = (1 + np.log(counts, dtype=np.float32)) * self._idf.take(ids)
        return [
            (ids[begin:end], _of_length_one(weights[begin:end])) for begin, end in pairwise(ends.tolist())
        ]

    def distinct_ids_of_word(self, word: str) -> Ids:
        """Return the numbers of the known features that ``word`` brings by itself, each once."""
        return self._ids_of_word(word).distinct

    def _look_up(self, word: str) -> _OfWord:
        ids = self._known(features_of_word(word))
        return _OfWord(ids, _counted(ids)[0])

    def _known(self, features: Iterable[str]) -> Ids:
        number = self._numbers.get
        return np.array([n for f in features if (n := number(f)) is not None], dtype=np.intp)


def _of_length_one(weights: Weights) -> Weights:
    length = np.sqrt(weights.dot(weights))
    return weights / length if length else weights


def _counted(numbers: Ids) -> tuple[Ids, Ids]:
    """Return each of the numbers once, ascending, and how often it was there.

    As `np.unique` does, at a third of what that costs for the few hundred features of a message.
    """
    ordered = np.sort(numbers)
    edges = np.empty(len(ordered) + 1, dtype=bool)
    edges[0] = edges[-1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=edges[1:-1])
    (places,) = edges.nonzero()
    begins = places[:-1]
    return ordered.take(begins), places[1:] - begins
