"""Decisions of the past, as far as one may look at them again: to count them, and to decide anew."""

from typing import Final

from pydantic import Field

from services.router.domain.cases import Case, Sealed
from services.router.domain.matters import Knowledge
from shared.contracts.base import Instant, Part
from shared.contracts.decisions import Decision
from shared.contracts.requests import ApplicantReach, ChannelFacts, RequestReceived
from shared.contracts.vocabulary import Medium

_SOMEWHERE: Final = "…"
_ABOUT_A_KILOMETRE: Final = 2


class DecisionMade(Part):
    """That the router decided something, for counting."""

    at: Instant
    category_code: str = Field(description="Category of its first choice")


class PastDecision(Part):
    """A decision with what it was read from."""

    request: RequestReceived
    decision: Decision


def decision_made(opening: Sealed) -> DecisionMade:
    """Return what is counted of a request's first event."""
    decision = Decision.model_validate(opening.data["decision"])
    return DecisionMade(at=opening.data["occurred_at"], category_code=decision.chosen.category_code)


def past_decision(case: Case, knowledge: Knowledge) -> PastDecision | None:
    """Return the router's first decision on a request with what it was read from.

    None where a privacy wall stands around the request, by that decision or by a person's later one.
    """
    decision = Decision.model_validate(case.history[0].data["decision"])
    if decision.seen_only_by or case.decision.seen_only_by:
        return None
    return PastDecision(request=impersonal(case.request, knowledge), decision=decision)


def impersonal(request: RequestReceived, knowledge: Knowledge) -> RequestReceived:
    """Return ``request`` with what a decision reads of it and nothing else.

    Of the place that is whether there is one and which main artery it names; who asked, and by which receipt,
    no decision reads.
    """
    place = request.place
    address = knowledge.artery_in(place.address) or _SOMEWHERE if place.address else None
    return request.model_copy(
        update={
            "receipt_number": "-",
            "applicant": ApplicantReach(named=False, media=(Medium.TRACKING_PAGE,)),
            "facts": ChannelFacts(),
            "place": place.model_copy(
                update={
                    "lat": _roughly(place.lat),
                    "lon": _roughly(place.lon),
                    "accuracy_m": None,
                    "address": address,
                }
            ),
        }
    )


def _roughly(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, _ABOUT_A_KILOMETRE)
