"""Adding oneself to a known request: what must hold, and what comes of it (rule 10, "same work").

Nothing is merged: who is added keeps an own number, receipt, clock and answer. What the applicant's word may
settle is one doubt alone, which of the likely bodies it is, and only in favour of the one that was the first
choice anyway and has the same work on its hands. Danger, competence, privacy walls and what the router is
sure of stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from services.router.domain.alike import Alike, compared
from services.router.domain.cases import Case
from services.router.domain.verdicts import Assigned, Split, Triaged, Verdict
from shared.contracts.decisions import Decision, Joining
from shared.contracts.requests import Place, RequestReceived
from shared.contracts.vocabulary import Priority, Regime, State

SAME_WORK: Final = "same-work"
"""Rule by which a request was added to a known one."""

_WITHIN_M: Final = 100
"""So near both points must be for the applicant to be added to the other request."""
_FROM: Final = 0.6
"""Likeness from which the applicant may be added to the other request."""

_SETTLED_BY_IT: Final = frozenset({"below-threshold"})
"""Doubts about whose it is. A text that nobody could read or understand is not made clear by another one."""
_OPEN: Final = frozenset(
    {State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.AWAITING_APPLICANT, State.REOPENED}
)


def joinable(request: RequestReceived, verdict: Verdict, likely: Iterable[Alike]) -> Alike | None:
    """Return the first of ``likely`` that the applicant would be added to on asking for it, if there is one.

    Args:
        request: what is about to be sent.
        verdict: what would be decided on it.
        likely: open requests that may be the same work, likeliest first.
    """
    for alike in likely:
        other = alike.case.request.request_id
        asking = request.model_copy(update={"joins": other})
        outcome = on_joining(asking, verdict, {other: alike.case}).decision.joining
        if outcome and outcome.joined:
            return alike
    return None


def on_joining(request: RequestReceived, verdict: Verdict, known: Mapping[UUID, Case]) -> Verdict:
    """Return the verdict on ``request``, whose applicant may have asked to be added to another.

    Args:
        request: as intake recorded it.
        verdict: what was decided on it by itself.
        known: by id, the requests that may be meant, as they are now.
    """
    return joined(verdict, seen(request, known.get(request.joins))) if request.joins else verdict


def noted(request: RequestReceived, verdict: Verdict, known: Mapping[UUID, Case]) -> Verdict:
    """Return the verdict with what was found of the known request; whether to follow it a person decides.

    Arguments are those of `on_joining`.
    """
    if request.joins is None:
        return verdict
    found = seen(request, known.get(request.joins))
    return _with(verdict, verdict.decision.model_copy(update={"joining": found}))


def seen(request: RequestReceived, known: Case | None) -> Joining:
    """Return what ``joined`` needs to know of the known request; it is kept with the decision.

    Args:
        request: one that ``joins`` another.
        known: that other one; None where there is none of that id.

    Raises:
        ValueError: the request joins none.
    """
    if request.joins is None:
        raise ValueError("the applicant did not ask to be added to another request")
    if known is None:
        return Joining(request_id=request.joins, joined=False, against="unknown")
    alike = compared(request, known)
    metres = alike.distance_m if alike else None
    return Joining(
        request_id=request.joins,
        joined=False,
        against=_against(request, known, alike),
        department=known.holder,
        category_code=known.decision.chosen.category_code,
        state=known.state.value,
        distance_m=None if metres is None else round(metres, 1),
        likeness=round(alike.likeness, 4) if alike else None,
    )


def joined(verdict: Verdict, known: Joining) -> Verdict:
    """Return the verdict with what came of the applicant's wish: equal arguments give an equal verdict.

    Args:
        verdict: what was decided on the request by itself.
        known: what was found of the known request, see `seen`.
    """
    decision = verdict.decision
    if not known.against and known.department and _fits(decision, known):
        rules, joining = (*decision.rules, SAME_WORK), known.model_copy(update={"joined": True})
        added = decision.model_copy(update={"rules": rules, "joining": joining})
        if isinstance(verdict, Assigned):
            return replace(verdict, decision=added)
        if isinstance(verdict, Triaged) and decision.rule in _SETTLED_BY_IT:
            return Assigned(known.department, decision.chosen.body, _settled(added))
    return _with(verdict, decision.model_copy(update={"joining": known}))


def _against(request: RequestReceived, known: Case, alike: Alike | None) -> str | None:
    decision = known.decision
    alone = known.request.part_of is None and not decision.matters
    near = alike is not None and alike.distance_m is not None and alike.distance_m <= _WITHIN_M
    exact = not _vague(request.place) and not _vague(known.request.place)
    holds = {
        "not-open": known.holder is not None and known.state in _OPEN,
        "added-itself": known.joined is None,
        "other-law": request.regime is known.request.regime is Regime.PETITION_3071 and _petition(decision),
        "several-matters": alone,
        "privacy-wall": decision.seen_only_by is None,
        "danger": decision.priority is not Priority.EMERGENCY,
        "not-here": near and exact,
        "not-alike": alike is not None and alike.likeness >= _FROM,
    }
    return next((name for name, held in holds.items() if not held), None)


def _fits(decision: Decision, known: Joining) -> bool:
    """Tell whether the request's own decision is one that may follow the known request."""
    chosen = decision.chosen
    return (
        (chosen.department, chosen.category_code) == (known.department, known.category_code)
        and _petition(decision)
        and decision.priority is not Priority.EMERGENCY
        and decision.seen_only_by is None
    )


def _petition(decision: Decision) -> bool:
    """Tell whether the matter falls under the law on petitions by its content."""
    return decision.legal is None or decision.legal.regime is Regime.PETITION_3071


def _vague(place: Place) -> bool:
    """Tell whether nobody can say of the point that it is within reach of another."""
    return place.accuracy_m is not None and place.accuracy_m > _WITHIN_M


def _settled(decision: Decision) -> Decision:
    """Return the decision without what was said of its doubt."""
    changes = tuple(change for change in decision.changes if change.what != "confidence")
    return decision.model_copy(update={"rule": SAME_WORK, "question": None, "changes": changes})


def _with(verdict: Verdict, decision: Decision) -> Verdict:
    """Return the verdict with another record of its decision."""
    if isinstance(verdict, Split):
        lead = verdict.lead
        parts = (replace(part, decision=decision) if part is lead else part for part in verdict.parts)
        return Split(tuple(parts), decision)
    return replace(verdict, decision=decision)
