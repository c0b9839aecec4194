"""Which language a text is written in, as far as it matters: Turkish is read, another goes to a person.

The table ``languages.yaml`` says how each is known. Intake names the language in its event by this module and
the router decides by it, so that both always find the same.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.datafiles import load
from shared.text.folding import fold, words

LANGUAGES_FILE: Final = Path(__file__).with_name("languages.yaml")
_SCRIPT_SHARE: Final = 0.5
_WORD_SHARE: Final = 0.25
_FEWEST_WORDS: Final = 4
_CHARACTERS_REMEMBERED: Final = 1_000
_BEYOND_LATIN: Final = re.compile("[\u0370-\U0010ffff]")
"""Most texts have nothing of this, and so no script but the Latin one."""
_TURKISH: Final = "turkish"

Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")]
"""Of BCP 47: ``en``, or ``und-Arab`` for a text of which only the script is known."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Letters(_Row):
    """Letters that of the languages of one script only that of ``tag`` has."""

    tag: Tag
    own: str


class Language(_Row):
    """A language other than Turkish, known by its script or by its small words.

    Attributes:
        tag: what events call it.
        letters: what tells languages of one script apart.
    """

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    name: str
    tag: Tag
    script: Literal["ARABIC", "CYRILLIC", "GREEK", "CJK"] | None = None
    letters: tuple[Letters, ...] = ()
    words: tuple[str, ...] = ()

    def tag_of(self, text: str) -> str:
        """Return the tag of the language whose own letters ``text`` has most of, else `tag`."""
        counts = {row.tag: sum(map(text.count, row.own)) for row in self.letters}
        best = max(counts, key=lambda tag: counts[tag], default=self.tag)
        return best if counts.get(best) else self.tag


class Languages(_Row):
    """All languages that are told apart.

    Attributes:
        turkish: small words of Turkish that speak against all others.
        turkish_letters: letters that none of the others has.
    """

    languages: tuple[Language, ...]
    turkish: tuple[str, ...]
    turkish_letters: str = ""

    def foreign(self, text: str) -> Language | None:
        """Return the language of ``text`` if it is not Turkish; None for Turkish, and where nothing tells."""
        return self._by_script(text) or self._by_words(words(text))

    def tag_of(self, text: str) -> str | None:
        """Return the tag of the language that ``text`` is written in; None where nothing tells."""
        if foreign := self.foreign(text):
            return foreign.tag_of(text)
        if any(letter in text for letter in self.turkish_letters):
            return "tr"
        return "tr" if any(_TURKISH in self._languages_of.get(word, ()) for word in words(text)) else None

    def _by_script(self, text: str) -> Language | None:
        if not _BEYOND_LATIN.search(text):
            return None
        scripts: Counter[str] = Counter()
        for character, times in Counter(text).items():
            if character.isalpha():
                scripts[_script(character)] += times
        for language in self.languages:
            if language.script and scripts[language.script] > _SCRIPT_SHARE * scripts.total():
                return language
        return None

    def _by_words(self, said: Sequence[str]) -> Language | None:
        if len(said) < _FEWEST_WORDS:
            return None
        known = self._languages_of
        small = [known[word] for word in said if word in known]
        if all(names == [_TURKISH] for names in small):
            return None
        hits = Counter(name for names in small for name in names)
        best = max(self.languages, key=lambda language: hits[language.id])
        found = hits[best.id]
        return best if found >= _WORD_SHARE * len(said) and found > 2 * hits[_TURKISH] else None

    @cached_property
    def _languages_of(self) -> Mapping[str, list[str]]:
        """Which languages have a small word, by id."""
        languages = defaultdict[str, list[str]](list)
        for name, small in [(row.id, row.words) for row in self.languages] + [(_TURKISH, self.turkish)]:
            for word in {*map(fold, small)}:
                languages[word].append(name)
        return languages


class LanguageTable(Languages):
    """The file: the languages, and since when it says so."""

    version: date
    valid_from: date
    valid_to: date | None = None


@cache
def known_languages() -> LanguageTable:
    """Return the languages of ``languages.yaml``.

    Raises:
        DataFileError: the file cannot be used; the message names file, line and field.
    """
    return load(LANGUAGES_FILE, LanguageTable)


@lru_cache(_CHARACTERS_REMEMBERED)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
