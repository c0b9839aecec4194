"""Where a request goes, decided from its words, what staff marked at the door, and the knowledge in force.

The order is: danger before all, then whether the likeness suffices, then who is competent. A machine alone
neither sends anything to an emergency authority without a sign of danger, nor lets a sign of danger pass into
a category where nobody hurries: in both cases a person looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.router.domain.dangers import Danger
from services.router.domain.matters import Body, Destination, Knowledge
from services.router.domain.verdicts import Triaged, Verdict, settled
from shared.contracts.decisions import Candidate, Decision
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority

GENERAL_EMERGENCY_NUMBER: Final = "112"

_RULE_BY_KIND: Final[Mapping[str, str]] = {
    "department": "competent-directorate",
    "authority": "other-authority",
    "nobody": "not-examined",
}
_HURRIED: Final = frozenset({Priority.EMERGENCY, Priority.URGENT})
_BY_PRESSURE: Final = tuple(Priority)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why a person must look: the rule for programs, the reason in Turkish for people."""

    rule: str
    reason: str


def decide(
    request: RequestReceived,
    candidates: Sequence[Candidate],
    knowledge: Knowledge,
    threshold: float,
    *,
    model_version: str,
) -> Verdict:
    """Return the verdict on ``request``: equal arguments give an equal verdict.

    Args:
        request: as intake recorded it.
        candidates: what the classifier takes it for, best first; may be empty.
        knowledge: the knowledge the candidates come from.
        threshold: confidence below which a person decides, 0 to 1.
        model_version: version of the classifier, kept in the decision.
    """
    dangers = knowledge.danger_lexicon.found_in(request.description)
    danger = bool(dangers) or request.danger_reported
    ranked = tuple(candidates) or (_nothing_alike(knowledge),)
    body, destination = _competent(ranked[0], knowledge)
    doubt = _doubt(ranked[0], body, destination, threshold=threshold, danger=danger)
    decision = Decision(
        chosen=ranked[0],
        runner_up=ranked[1] if len(ranked) > 1 else None,
        alternatives=ranked[2:],
        priority=_priority(ranked, knowledge, danger=danger, in_doubt=doubt is not None),
        legal_basis=destination.legal_basis,
        threshold=threshold,
        rule=doubt.rule if doubt else _RULE_BY_KIND[body.kind],
        knowledge_version=knowledge.version,
        model_version=model_version,
        inputs=_inputs(request, dangers),
    )
    return Triaged(doubt.reason, decision) if doubt else settled(body, decision)


def _doubt(
    best: Candidate, body: Body, destination: Destination, *, threshold: float, danger: bool
) -> _Doubt | None:
    if best.confidence == 0:
        return _Doubt("nothing-alike", "Metin bilinen hiçbir konuya benzemiyor.")
    if best.confidence < threshold:
        return _Doubt("below-threshold", "Sistem konudan yeterince emin değil.")
    if danger and destination.priority not in _HURRIED:
        return _Doubt("danger-elsewhere", "Tehlike belirtisi var ama benzediği konu acil değil.")
    if not danger and body.kind == "authority" and destination.priority is Priority.EMERGENCY:
        return _Doubt("emergency-unconfirmed", "Acil bir konuya benziyor ama metinde tehlike belirtisi yok.")
    return None


def _priority(ranked: Sequence[Candidate], knowledge: Knowledge, *, danger: bool, in_doubt: bool) -> Priority:
    if danger:
        return Priority.EMERGENCY
    if not in_doubt:
        return _competent(ranked[0], knowledge)[1].priority
    # Nobody knows yet which candidate is right: the most pressing counts, short of danger without a sign.
    most_pressing = min((_competent(c, knowledge)[1].priority for c in ranked), key=_BY_PRESSURE.index)
    return Priority.URGENT if most_pressing is Priority.EMERGENCY else most_pressing


def _competent(candidate: Candidate, knowledge: Knowledge) -> tuple[Body, Destination]:
    body = knowledge.bodies_by_name[candidate.body]
    return body, knowledge.destination(candidate.category_code, body.id)


def _nothing_alike(knowledge: Knowledge) -> Candidate:
    return knowledge.candidate(knowledge.fallback.code, knowledge.fallback.body, confidence=0)


def _inputs(request: RequestReceived, dangers: Sequence[Danger]) -> dict[str, str]:
    seen = {
        "channel": request.channel.value,
        "kind": request.kind.value,
        "description_length": str(len(request.description)),
    }
    if request.place.neighbourhood:
        seen["neighbourhood"] = request.place.neighbourhood
    if request.danger_reported:
        seen["danger_reported"] = "true"
    if dangers:
        seen["danger"] = ", ".join(danger.id for danger in dangers)
    numbers = list(dict.fromkeys(danger.phone for danger in dangers))
    if numbers or request.danger_reported:
        seen["call"] = ", ".join(numbers or [GENERAL_EMERGENCY_NUMBER])
    return seen
