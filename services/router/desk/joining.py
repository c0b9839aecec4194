"""What the page says of a request whose applicant asked to be added to another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.router.domain.cases import Case
from services.router.domain.joining import SAME_WORK
from shared.contracts.decisions import Decision, Joining

_AGAINST: Final[Mapping[str, str]] = {
    "unknown": "o başvuru bulunamadı",
    "not-open": "o başvuru artık bir müdürlükte açık değildi",
    "added-itself": "o başvuru da bir başkasına eklenmişti",
    "other-law": "ikisinden biri Dilekçe Kanunu’na girmiyor",
    "several-matters": "o başvuruda birden çok konu var",
    "privacy-wall": "o başvurunun çevresinde gizlilik duvarı var",
    "danger": "o başvuru acil",
    "not-here": "yerleri yeterince yakın değil",
    "not-alike": "metinleri yeterince benzemiyor",
}
_ELSEWHERE: Final = "bu başvurunun konusu ya da birimi başka"
_BY_ITSELF: Final = "bu başvuruya kendi nedeniyle ayrıca bakılmalı"


@dataclass(frozen=True, slots=True)
class JoiningShown:
    """What came of the applicant's wish to be added.

    Attributes:
        known: the other request as it is now, if there is one.
        added: this one was added to it and still is.
        settled: without the wish a person would have had to decide.
        why: why it was not added, in Turkish; empty where it was.
    """

    known: Case | None
    added: bool
    settled: bool
    why: str


def joining_shown(case: Case, known: Case | None) -> JoiningShown | None:
    """Return what the page shows of the wish; None where the applicant has asked for nothing.

    Args:
        case: the request on the page.
        known: the one that its decision says the applicant asked to be added to, if there is one.
    """
    decision = case.decision
    if decision.joining is None:
        return None
    why = "" if decision.joining.joined else _why(decision, decision.joining)
    return JoiningShown(known, case.joined is not None, decision.rule == SAME_WORK, why)


def _why(decision: Decision, joining: Joining) -> str:
    if joining.against:
        return _AGAINST.get(joining.against, joining.against)
    chosen = (decision.chosen.department, decision.chosen.category_code)
    return _BY_ITSELF if chosen == (joining.department, joining.category_code) else _ELSEWHERE
