"""Which language a message is written in, as far as it matters: Turkish is read, another goes to a person."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Final, Literal

from services.router.domain.rows import Row, Slug
from shared.text.folding import fold, words

_SCRIPT_SHARE: Final = 0.5
_WORD_SHARE: Final = 0.25
_FEWEST_WORDS: Final = 4
_CHARACTERS_REMEMBERED: Final = 1_000


class Language(Row):
    """A language other than Turkish, known by its script or by its small words."""

    id: Slug
    name: str
    script: Literal["ARABIC", "CYRILLIC", "GREEK", "CJK"] | None = None
    words: tuple[str, ...] = ()


class Languages(Row):
    """All languages that are told apart."""

    languages: tuple[Language, ...]
    turkish: tuple[str, ...]

    def foreign(self, text: str) -> Language | None:
        """Return the language of ``text`` if it is not Turkish; None for Turkish, and where nothing tells."""
        return self._by_script(text) or self._by_words(words(text))

    def _by_script(self, text: str) -> Language | None:
        scripts = Counter(_script(character) for character in text if character.isalpha())
        for language in self.languages:
            if language.script and scripts[language.script] > _SCRIPT_SHARE * scripts.total():
                return language
        return None

    def _by_words(self, said: Sequence[str]) -> Language | None:
        if len(said) < _FEWEST_WORDS:
            return None
        shares = {
            language.id: sum(word in small for word in said) / len(said)
            for language, small in self._small_words
        }
        turkish = sum(word in self._turkish for word in said) / len(said)
        best = max(self.languages, key=lambda language: shares.get(language.id, 0))
        share = shares.get(best.id, 0)
        return best if share >= _WORD_SHARE and share > 2 * turkish else None

    @cached_property
    def _small_words(self) -> list[tuple[Language, frozenset[str]]]:
        return [
            (language, frozenset(map(fold, language.words))) for language in self.languages if language.words
        ]

    @cached_property
    def _turkish(self) -> frozenset[str]:
        return frozenset(map(fold, self.turkish))


@lru_cache(_CHARACTERS_REMEMBERED)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
