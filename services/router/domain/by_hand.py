"""A person at the desk decides where a request goes, and says why the router's first choice was not it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.events import event_of_verdict
from services.router.domain.lifecycle import Refusal, next_frame
from services.router.domain.matters import Knowledge
from services.router.domain.verdicts import Settled, settled
from shared.contracts.decisions import Decision
from shared.contracts.lifecycle import Actor
from shared.contracts.vocabulary import Priority
from shared.text.masking import mask_personal

BY_HAND: Final = "by-hand"
"""Rule named by decisions that a person took."""


class ReasonCode(StrEnum):
    """What a person found of the router's first choice. Learning rests on it, so the list is closed."""

    AS_PROPOSED = "as-proposed"
    """It was right; the router only was not sure."""
    WRONG_CATEGORY = "wrong-category"
    WRONG_BODY = "wrong-body"
    WRONG_PLACE = "wrong-place"
    """The place decides otherwise, and the words do not tell."""
    MISSED_DANGER = "missed-danger"
    FALSE_DANGER = "false-danger"
    SEVERAL_MATTERS = "several-matters"
    """The message holds several matters: it was split, or it went where the first of them belongs."""
    OTHER = "other"


def assign_by_hand(
    case: Case,
    knowledge: Knowledge,
    *,
    body: str,
    code: str,
    staff: str,
    reason_code: ReasonCode,
    reason: str,
    cause_id: UUID,
    now: datetime,
) -> Sealed | Refusal:
    """Return the event by which a person sends a request on from triage.

    Danger that was seen in the request stays an emergency whatever the category says, unless the person
    finds that there is none.

    Args:
        case: the request's history; must be at the desk, be the applicant asked or not.
        knowledge: where ``body`` and ``code`` are looked up.
        body: id of the body that is competent; a directorate's slug is its id.
        code: category code.
        staff: staff code of the person who decides.
        reason_code: what the person found of the router's first choice.
        reason: why, in the person's words; masked before it is kept.
        cause_id: id of the person's act; the same act gives the same event again.
        now: instant of the act.
    """
    done = case.caused_by(cause_id)
    if done:
        return done
    if not case.at_the_desk:
        return Refusal("not_in_triage", "Başvuru artık ön incelemede değil.")
    if body not in knowledge.bodies_by_id or code not in knowledge.categories_by_code:
        return Refusal("unknown_destination", "Bu konu ya da kurum kayıtlarda yok.")
    proposed = (case.decision.chosen.category_code, case.decision.chosen.body)
    if reason_code is ReasonCode.AS_PROPOSED and (code, knowledge.bodies_by_id[body].name) != proposed:
        return Refusal("not_as_proposed", "Öneriden başka yere gönderiyorsunuz; nedenini seçin.")
    decision = decided_by_hand(
        case.decision,
        knowledge,
        body=body,
        code=code,
        staff=staff,
        reason_code=reason_code,
        reason=reason,
    )
    return sent_on_by_hand(case, settled(knowledge.bodies_by_id[body], decision), staff, cause_id, now)


def sent_on_by_hand(case: Case, verdict: Settled, staff: str, cause_id: UUID, now: datetime) -> Sealed:
    """Return the event by which ``staff`` sends a request where ``verdict`` says."""
    decision = verdict.decision
    frame = next_frame(case, Actor(kind="staff", id=staff), cause_id, now)
    frame["summary"] = case.summary.model_copy(
        update={"subject": decision.chosen.category_title, "priority": decision.priority}
    )
    return sealed(event_of_verdict(verdict, frame))


def decided_by_hand(
    before: Decision,
    knowledge: Knowledge,
    *,
    body: str,
    code: str,
    staff: str,
    reason_code: ReasonCode,
    reason: str,
) -> Decision:
    """Return the decision that a person takes in place of the one ``before``; see `assign_by_hand`."""
    destination = knowledge.destination(code, body)
    wall = knowledge.handling.wall_of(code)
    seen = before.priority is Priority.EMERGENCY and reason_code is not ReasonCode.FALSE_DANGER
    danger = seen or reason_code is ReasonCode.MISSED_DANGER
    return before.model_copy(
        update={
            "chosen": knowledge.candidate(code, body, confidence=1),
            "runner_up": before.chosen,
            "alternatives": (),
            "priority": Priority.EMERGENCY if danger else destination.priority,
            "legal_basis": destination.legal_basis,
            "rule": BY_HAND,
            "knowledge_version": knowledge.version,
            "inputs": before.inputs | {"reason_code": reason_code.value, "reason": mask_personal(reason)},
            "seen_only_by": wall.seen_by if wall else None,
            "decided_by": staff,
        }
    )
