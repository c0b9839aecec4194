"""Which question would decide where a request belongs."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from services.router.domain.handling import Code
from services.router.domain.rows import Row, Slug
from shared.contracts.commands import QUESTION_LIMIT
from shared.contracts.decisions import Candidate, Question
from shared.text.masking import mask_personal

ABOUT_THE_PLACE: Final = "where"
"""Id of the question for the place."""
BY_HAND: Final = "by-hand"
"""Id of a question in a person's own words."""
_WORTH_A_QUESTION: Final = 0.1
"""Probability from which a candidate is worth asking about."""


class Wording(Row):
    """A question in both languages."""

    tr: Annotated[str, Field(min_length=5, max_length=160)]
    en: Annotated[str, Field(min_length=5, max_length=160)]


class Between(Wording):
    """The question for a doubt between any two of some categories."""

    codes: Annotated[tuple[Code, ...], Field(min_length=2)]
    ask: Literal["applicant", "desk"]


class Ready(Wording):
    """A question that a person at the desk may pick instead of writing one."""

    id: Slug


class Questions(Row):
    """All questions, as of one version.

    Attributes:
        where: asked when the place decides and there is none.
        what: asked when nobody could tell the subject.
        between: asked when two categories are close.
        ready: what a person at the desk may pick.
    """

    where: Wording
    what: Wording
    between: tuple[Between, ...]
    ready: tuple[Ready, ...] = ()

    def about_the_place(self) -> Question:
        """Return the question for the place."""
        return Question(id=ABOUT_THE_PLACE, ask="applicant", tr=self.where.tr, en=self.where.en)

    def about_the_subject(self) -> Question:
        """Return the question for the subject."""
        return Question(id="what", ask="applicant", tr=self.what.tr, en=self.what.en)

    def between_candidates(self, ranked: Sequence[Candidate]) -> Question | None:
        """Return the question that tells the first candidate from another, the likeliest other first.

        None where no other is likely enough to be asked about.
        """
        first, *others = ranked
        others = [other for other in others if other.confidence >= _WORTH_A_QUESTION]
        for other in others:
            pair = {first.category_code, other.category_code}
            if len(pair) == 1:
                return self.about_the_place()
            row = next((row for row in self.between if pair <= set(row.codes)), None)
            if row:
                return Question(id="-".join(sorted(pair)).lower(), ask=row.ask, tr=row.tr, en=row.en)
        return _by_title(first, others[0]) if others else None


def _by_title(first: Candidate, second: Candidate) -> Question:
    """Return the plain question between two titles, for the person at the desk."""
    return Question(
        id="which",
        ask="desk",
        tr=f"Hangisi: «{first.category_title}» mi, «{second.category_title}» mi?",
        en=f"Which is it: «{first.category_title}» or «{second.category_title}»?",
    )


def masked_question(question: Question) -> Question:
    """Return a person's question without phone numbers and the like, within its limit."""
    # A mask may be longer than what it hides.
    told = {lang: mask_personal(getattr(question, lang))[:QUESTION_LIMIT] for lang in ("tr", "en")}
    return question.model_copy(update=told)
