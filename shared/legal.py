"""Sentences the law asks for, from ``legal.yaml``: remedies under an answer, reasons for not examining.

Messages and the tracking page say them in the same words.
"""

import re
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.vocabulary import Regime
from shared.web.formats import Lang

LEGAL_WORDS_FILE = Path(__file__).with_name("legal.yaml")

_ARTICLE_6 = re.compile(r"\b6\W*(?P<paragraph>[a-zçğıöşü])\b")


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tr: str
    en: str

    def in_language(self, language: Lang) -> str:
        return self.tr if language == "tr" else self.en


class _Reason(_Words):
    paragraph: str


class LegalWords(BaseModel):
    """Wording that lawyers own; it changes without a release.

    Attributes:
        version: of the wording.
        valid_from: day from which it is used.
        remedies: what an applicant may do who disagrees with an answer, by the law that governs it
            (constitution art. 40/2: every act names the remedy, the authority and the period).
        reasons: why a petition is not examined, by sub-paragraph of law 3071 art. 6.
        general_reason: used where the provision is another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    valid_from: date
    remedies: dict[Regime, _Words]
    reasons: tuple[_Reason, ...]
    general_reason: _Words

    def remedy(self, regime: Regime, language: Lang) -> str:
        """Return the note on remedies for an answer under ``regime``."""
        return self.remedies[regime].in_language(language)

    def not_examined_because(self, article: str | None, language: Lang) -> str:
        """Return what the provision ``article`` (for example "3071 m.6/b") means, as a sentence."""
        cited = _ARTICLE_6.search(article or "")
        paragraph = cited["paragraph"] if cited else None
        found = next((r for r in self.reasons if r.paragraph == paragraph), self.general_reason)
        return found.in_language(language)


def load_legal_words(file: Path = LEGAL_WORDS_FILE) -> LegalWords:
    """Return the wording in ``file``.

    Raises:
        ValueError: a member is missing, misspelt or of the wrong kind; the message names file and member.
    """
    try:
        words = LegalWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"{file}: {error}") from error
    missing = sorted(set(Regime) - set(words.remedies))
    if missing:
        raise ValueError(f"{file}: remedies: no wording for {', '.join(missing)}")
    return words
