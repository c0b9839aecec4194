"""Likeness of short texts by the letters they share.

A text is cut into groups of three to five letters within words. Groups weigh ``(1 + ln count) * idf`` with
``idf = ln((1 + texts) / (1 + texts with the group)) + 1``, and texts are compared by the cosine of these
weights: TF-IDF as scikit-learn computes it with ``sublinear_tf``. It is written out here because importing
that library takes several seconds and 75 MB, too much to pay at every start for forty lines of arithmetic.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.text.folding import words

GROUP_LENGTHS: Final = (3, 4, 5)
_WORDS_REMEMBERED: Final = 20_000

Vector = NDArray[np.float64]
_Ids = NDArray[np.intp]


class Likeness:
    """Compares texts with a fixed collection."""

    def __init__(self, collection: Sequence[str]) -> None:
        """Weigh the letter groups of ``collection``; groups that it lacks count for nothing later."""
        self._vocabulary = _numbered(
            group for text in collection for word in words(text) for group in _groups(word)
        )
        # Texts repeat words, and words repeat far more than they differ.
        self._ids_of_word = lru_cache(_WORDS_REMEMBERED)(self._known_groups)
        counted = [self._counted(text) for text in collection]
        frequency = np.zeros(len(self._vocabulary))
        for ids, _ in counted:
            frequency[ids] += 1
        self._idf: Vector = np.log((1 + len(collection)) / (1 + frequency)) + 1
        self._weights = np.zeros((len(self._vocabulary), len(collection)))
        for column, (ids, counts) in enumerate(counted):
            self._weights[ids, column] = self._weighed(ids, counts)

    def with_each(self, text: str) -> Vector:
        """Return the cosine, 0 to 1, of ``text`` with each text of the collection, in its order."""
        ids, counts = self._counted(text)
        return self._weighed(ids, counts) @ self._weights[ids]

    def _counted(self, text: str) -> tuple[_Ids, _Ids]:
        found = [self._ids_of_word(word) for word in words(text)]
        return np.unique(np.concatenate([np.empty(0, np.intp), *found]), return_counts=True)

    def _weighed(self, ids: _Ids, counts: _Ids) -> Vector:
        weights: Vector = (1 + np.log(counts)) * self._idf[ids]
        length = np.linalg.norm(weights)
        return weights / length if length else weights

    def _known_groups(self, word: str) -> _Ids:
        ids = (self._vocabulary.get(group) for group in _groups(word))
        return np.array([n for n in ids if n is not None], dtype=np.intp)


def _groups(word: str) -> Iterator[str]:
    """Yield the letter groups of ``word``, with a space for its beginning and its end."""
    padded = f" {word} "
    for length in GROUP_LENGTHS:
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def _numbered(groups: Iterable[str]) -> dict[str, int]:
    return {group: number for number, group in enumerate(sorted(set(groups)))}
