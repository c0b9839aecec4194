"""The part of the triage form that asks the applicant: a ready question or own words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.router.desk.choosing import Unreadable, who_and_what
from services.router.domain.questions import BY_HAND, Questions
from shared.contracts.commands import QUESTION_LIMIT
from shared.contracts.decisions import Question
from shared.text.folding import clean

READY: Final = "hazir"
"""Field with the id of a ready question; empty for own words."""
WORDS: Final = "soru"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: what `Acts.ask` wants to know."""

    question: Question
    staff: str
    act: str


def read_question(answers: Mapping[str, str], questions: Questions) -> Asked | Unreadable:
    """Return the question that the form's answers hold.

    A question in own words is told as it is in either language: nobody translates it.
    """
    (staff, act), errors = who_and_what(answers)
    picked = next((q for q in questions.ready if q.id == answers.get(READY)), None)
    words = clean(answers.get(WORDS, ""))
    if picked and words:
        errors[WORDS] = "Ya hazır soruyu seçin ya kendi sorunuzu yazın"
    elif not picked and not words:
        errors[WORDS] = "Bir soru seçin ya da yazın"
    elif len(words) > QUESTION_LIMIT:
        errors[WORDS] = f"Soru en çok {QUESTION_LIMIT} harf olsun"
    if errors:
        return Unreadable(errors)
    tr, en = (picked.tr, picked.en) if picked else (words, words)
    return Asked(
        Question(id=picked.id if picked else BY_HAND, ask="applicant", tr=tr, en=en), staff=staff, act=act
    )
