"""Signs of danger to life in what people write."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from services.router.domain.rows import Row, Slug
from shared.text.folding import fold, words


class Danger(Row):
    """A kind of danger, the words that tell of it, and whom to call.

    Phrases are compared with folded text word by word; ``*`` at a word's end stands for any ending, and the
    words of a phrase follow each other. What an ``unless`` phrase matches is passed over.
    """

    id: Slug
    title: str
    phone: str
    code: str = Field(description="Category of a message that tells of nothing else")
    body: Slug = Field(description="Who deals with it")
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]
    abroad: tuple[str, ...] = Field((), description="Phrases of other languages")
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as stems, each with whether the word may go on; ``owner`` is the number of whose it is."""

    owner: int
    stems: tuple[tuple[str, bool], ...]

    def begins_at(self, place: int, text: Sequence[str]) -> bool:
        """Tell whether the words from ``place`` on are this phrase."""
        if place + len(self.stems) > len(text):
            return False
        return all(
            word.startswith(stem) if open_ended else word == stem
            for word, (stem, open_ended) in zip(text[place:], self.stems, strict=False)
        )


class PhraseIndex:
    """Phrases by their first stem, each with the number of whose it is."""

    def __init__(self, phrases: Iterable[tuple[int, str]]) -> None:
        self._by_stem: dict[str, list[Phrase]] = defaultdict(list)
        for owner, phrase in phrases:
            stems = tuple((word.rstrip("*"), word.endswith("*")) for word in fold(phrase).split())
            self._by_stem[stems[0][0]].append(Phrase(owner, stems))
        lengths = defaultdict[str, set[int]](set)
        for stem in self._by_stem:
            lengths[stem[:1]].add(len(stem))
        self._lengths = {letter: sorted(of_letter) for letter, of_letter in lengths.items()}

    def owners_in(self, text: str) -> list[int]:
        """Return whose phrases ``text`` holds, ascending."""
        return sorted({phrase.owner for _, phrase in self.found_in(words(text))})

    def found_in(self, said: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Yield every phrase that the folded words ``said`` hold, with the place of its first word."""
        for place, word in enumerate(said):
            for length in self._lengths.get(word[:1], ()):
                if length > len(word):
                    break
                for phrase in self._by_stem.get(word[:length], ()):
                    if phrase.begins_at(place, said):
                        yield place, phrase


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of danger in a text, with the numbers of its first word and of the word after its last."""

    danger: Danger
    first: int
    end: int


class DangerLexicon:
    """Looks for all kinds of danger in one pass over a text."""

    def __init__(self, dangers: Sequence[Danger]) -> None:
        """Index the phrases of ``dangers`` by how they begin."""
        self._dangers = dangers
        self._signs = PhraseIndex(
            (n, phrase) for n, danger in enumerate(dangers) for phrase in danger.phrases
        )
        self._abroad = PhraseIndex(
            (n, phrase) for n, danger in enumerate(dangers) for phrase in danger.abroad
        )
        self._unless = PhraseIndex(
            (n, phrase) for n, danger in enumerate(dangers) for phrase in danger.unless
        )

    def signs_in(self, text: str, *, foreign: bool = False) -> tuple[Sign, ...]:
        """Return the signs of danger in ``text``: of each kind the first, in the order of the lexicon."""
        said = list(words(text))
        if foreign:
            return self._found(self._abroad, said)
        # What is passed over begins no other phrase, of the same place or of a later one.
        for place, phrase in self._unless.found_in(said):
            said[place : place + len(phrase.stems)] = [""] * len(phrase.stems)
        return self._found(self._signs, said)

    def _found(self, signs: PhraseIndex, said: Sequence[str]) -> tuple[Sign, ...]:
        found: dict[int, Sign] = {}
        for place, phrase in signs.found_in(said):
            sign = Sign(self._dangers[phrase.owner], place, place + len(phrase.stems))
            found.setdefault(phrase.owner, sign)
        return tuple(found[n] for n in sorted(found))
