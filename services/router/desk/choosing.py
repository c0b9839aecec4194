"""What a person chose in the form of the triage page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case
from services.router.domain.matters import Knowledge

SUGGESTION: Final = "oneri"
OTHER: Final = "diger"
"""Value of the suggestion that stands for the body and category chosen from the lists."""
BODY: Final = "birim"
CATEGORY: Final = "konu"
REASON_CODE: Final = "neden"
REASON: Final = "not"
STAFF: Final = "gorevli"
ACT: Final = "islem"

_LONGEST: Final = {STAFF: 50, REASON: 500, ACT: 255}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a person sends a request: what `Acts.assign` wants to know."""

    body: str
    code: str
    staff: str
    reason_code: ReasonCode
    reason: str
    act: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that cannot be carried out: a sentence for each field at fault, in the page's order."""

    errors: Mapping[str, str]


def read_choice(
    answers: Mapping[str, str], case: Case, knowledge: Knowledge, reasons: Mapping[ReasonCode, str]
) -> Choice | Unreadable:
    """Return the choice that the form's answers make.

    A person who gives no reason gives the plain fact of the choice: it is what the router proposed, or it has
    another category, or another body.

    Args:
        answers: the form's fields.
        case: the request as it is now.
        knowledge: where bodies and categories are looked up.
        reasons: a sentence for each reason code, for who writes none.
    """
    (staff, act), missing = who_and_what(answers)
    code, body = _destination(answers)
    errors = {}
    if not body or body not in knowledge.bodies_by_id:
        errors[BODY] = "Listeden bir birim seçin"
    if not code or code not in knowledge.categories_by_code:
        errors[CATEGORY] = "Listeden bir konu seçin"
    if errors := errors | missing:
        return Unreadable(errors)
    chosen = case.decision.chosen
    reason_code = _reason_code(answers) or _fact(
        same_category=code == chosen.category_code,
        same_body=knowledge.bodies_by_id[body].name == chosen.body,
    )
    return Choice(
        body=body,
        code=code,
        staff=staff,
        reason_code=reason_code,
        reason=_written(answers, REASON) or reasons[reason_code],
        act=act,
    )


def who_and_what(answers: Mapping[str, str]) -> tuple[tuple[str, str], dict[str, str]]:
    """Return who acts and the act's key, and a sentence for each of both that is missing."""
    staff, act = _written(answers, STAFF), _written(answers, ACT)
    errors = {}
    if not staff:
        errors[STAFF] = "Görevli kodunuzu yazın, örneğin E.D."
    if not act:
        errors[ACT] = "Sayfayı yenileyip yeniden seçin"
    return (staff, act), errors


def _destination(answers: Mapping[str, str]) -> tuple[str, str]:
    if answers.get(SUGGESTION) == OTHER:
        return answers.get(CATEGORY, ""), answers.get(BODY, "")
    code, _, body = answers.get(SUGGESTION, "").partition("/")
    return code, body


def _reason_code(answers: Mapping[str, str]) -> ReasonCode | None:
    given = answers.get(REASON_CODE, "")
    return ReasonCode(given) if given in set(ReasonCode) else None


def _fact(*, same_category: bool, same_body: bool) -> ReasonCode:
    if not same_category:
        return ReasonCode.WRONG_CATEGORY
    return ReasonCode.AS_PROPOSED if same_body else ReasonCode.WRONG_BODY


def _written(answers: Mapping[str, str], name: str) -> str:
    return answers.get(name, "").strip()[: _LONGEST[name]]
