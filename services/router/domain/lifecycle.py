"""From a verdict or a command to the next event of a request: pure functions over its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.events import event_of_command, event_of_verdict
from services.router.domain.matters import Knowledge
from services.router.domain.transitions import TRANSITIONS, why_not
from services.router.domain.verdicts import Split, Triaged, Verdict, settled
from shared.contracts.chain import GENESIS
from shared.contracts.commands import Command, CommandRefused
from shared.contracts.decisions import Decision, Matter
from shared.contracts.lifecycle import Actor, RequestRouted, Summary
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority, State
from shared.ids import derived_id
from shared.text.masking import mask_personal

UNDECIDED_SUBJECT: Final = "Konusu belirleniyor"
"""Subject while in triage: a guess that a person may overturn is not shown to the applicant."""

BY_HAND: Final = "by-hand"
"""Rule named by decisions that a person took."""

_ROUTER: Final = Actor(kind="service", id="router")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that is not carried out: a code for programs, a reason in Turkish for people."""

    code: str
    reason: str


def command_id(sender: str, ce_id: UUID) -> UUID:
    """Return the id of a command as the cause of events: senders cannot take each other's ids."""
    return derived_id(ce_id, f"command/{sender}")


def opening_events(
    request: RequestReceived, verdict: Verdict, *, cause_id: UUID, now: datetime
) -> list[Case]:
    """Return the cases that ``request`` opens: one for each linked sub-request, and last its own.

    Whoever finds the request's own event recorded may rely on the others being there too, if they are
    recorded in this order.

    Args:
        request: as intake recorded it.
        verdict: what was decided.
        cause_id: id of the event that brought the request.
        now: instant of the decision.
    """
    linked = []
    if isinstance(verdict, Split):
        for matter, part in zip(verdict.decision.matters, verdict.parts, strict=True):
            if matter.request_id:
                child = linked_request(request, matter)
                cause = derived_id(cause_id, f"matter/{matter.request_id}")
                linked.append(Case(child, (first_event(child, part, cause_id=cause, now=now),)))
    return [*linked, Case(request, (first_event(request, verdict, cause_id=cause_id, now=now),))]


def linked_request(request: RequestReceived, matter: Matter) -> RequestReceived:
    """Return the sub-request that carries one ``matter`` of ``request``, in the words that tell of it."""
    words = request.description[matter.start : matter.end]
    return request.model_copy(
        update={"request_id": matter.request_id, "part_of": request.request_id, "description": words}
    )


def first_event(request: RequestReceived, verdict: Verdict, *, cause_id: UUID, now: datetime) -> Sealed:
    """Return event 1 of ``request``: where the router sent it.

    Args:
        request: as intake recorded it.
        verdict: what was decided.
        cause_id: id of the event that brought the request.
        now: instant of the decision.
    """
    subject = UNDECIDED_SUBJECT if isinstance(verdict, Triaged) else verdict.decision.chosen.category_title
    summary = Summary(
        receipt_number=request.receipt_number,
        channel=request.channel,
        kind=request.kind,
        regime=request.regime,
        priority=verdict.decision.priority,
        subject=subject,
        neighbourhood=request.place.neighbourhood,
        applicant=request.applicant,
        received_at=request.received_at,
        part_of=request.part_of,
    )
    frame = {
        "request_id": request.request_id,
        "sequence": 1,
        "occurred_at": now,
        "actor": _ROUTER,
        "cause_id": cause_id,
        "summary": summary,
        "previous_hash": GENESIS,
        "hash": GENESIS,
    }
    return sealed(event_of_verdict(verdict, frame), request)


def next_event(
    case: Case, command: Command, *, sender: str, cause_id: UUID, now: datetime
) -> Sealed | Refusal:
    """Return the event that ``command`` leads to, or why it leads to none.

    A command that was carried out before (same ``cause_id``) gives the same event again.

    Args:
        case: the request's history.
        command: what is asked.
        sender: slug of the directorate whose topic the command came on.
        cause_id: the command's id, see `command_id`.
        now: instant of the transition.
    """
    if sender != case.holder:
        return Refusal("not_the_holder", "Bu başvuru müdürlüğünüzde değil.")
    done = case.caused_by(cause_id)
    if done:
        return done
    transition = TRANSITIONS[command.name]
    if case.state not in transition.sources:
        return Refusal("illegal_transition", why_not(command.name, case.state))
    frame = _next_frame(case, Actor(kind="department", id=sender), cause_id, now)
    frame |= {"state": transition.target, "summary": case.summary, "department": sender}
    return sealed(event_of_command(command, frame))


def assign_by_hand(
    case: Case,
    knowledge: Knowledge,
    *,
    body: str,
    code: str,
    staff: str,
    reason: str,
    cause_id: UUID,
    now: datetime,
) -> Sealed | Refusal:
    """Return the event by which a person sends a request on from triage.

    Danger that was seen in the request stays an emergency whatever the category says.

    Args:
        case: the request's history; must be in triage.
        knowledge: where ``body`` and ``code`` are looked up.
        body: id of the body that is competent; a directorate's slug is its id.
        code: category code.
        staff: staff code of the person who decides.
        reason: why, in the person's words; masked before it is kept.
        cause_id: id of the person's act; the same act gives the same event again.
        now: instant of the act.
    """
    done = case.caused_by(cause_id)
    if done:
        return done
    if case.state is not State.TRIAGE:
        return Refusal("not_in_triage", "Başvuru artık ön incelemede değil.")
    if body not in knowledge.bodies_by_id or code not in knowledge.categories_by_code:
        return Refusal("unknown_destination", "Bu konu ya da kurum kayıtlarda yok.")
    decision = _decision_by_hand(case.decision, knowledge, body=body, code=code, staff=staff, reason=reason)
    verdict = settled(knowledge.bodies_by_id[body], decision)
    frame = _next_frame(case, Actor(kind="staff", id=staff), cause_id, now)
    frame["summary"] = case.summary.model_copy(
        update={"subject": decision.chosen.category_title, "priority": decision.priority}
    )
    return sealed(event_of_verdict(verdict, frame))


def routed_event(case: Case) -> RequestRouted:
    """Return what the holding directorate's system is told: the request whole and where it stands.

    Raises:
        ValueError: no directorate holds the request.
    """
    if case.holder is None:
        raise ValueError(f"no directorate holds a request in state {case.state}")
    return RequestRouted(
        department=case.holder,
        request=case.request,
        decision=case.decision,
        state=case.state,
        sequence=case.sequence,
        routed_at=case.last.data["occurred_at"],
    )


def command_refused(
    command: Command, refusal: Refusal, *, sender: str, cause_id: UUID, now: datetime
) -> CommandRefused:
    """Return the event that tells ``sender`` of a refusal."""
    return CommandRefused(
        request_id=command.request_id,
        command_id=cause_id,
        command=command.name,
        sender=sender,
        code=refusal.code,
        reason=refusal.reason,
        refused_at=now,
    )


def _next_frame(case: Case, actor: Actor, cause_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "request_id": case.request.request_id,
        "sequence": case.sequence + 1,
        "occurred_at": now,
        "actor": actor,
        "cause_id": cause_id,
        "previous_hash": case.last_hash,
        "hash": GENESIS,
    }


def _decision_by_hand(
    before: Decision, knowledge: Knowledge, *, body: str, code: str, staff: str, reason: str
) -> Decision:
    destination = knowledge.destination(code, body)
    danger = before.priority is Priority.EMERGENCY
    return before.model_copy(
        update={
            "chosen": knowledge.candidate(code, body, confidence=1),
            "runner_up": before.chosen,
            "alternatives": (),
            "priority": Priority.EMERGENCY if danger else destination.priority,
            "legal_basis": destination.legal_basis,
            "rule": BY_HAND,
            "knowledge_version": knowledge.version,
            "inputs": before.inputs | {"reason": mask_personal(reason)},
            "decided_by": staff,
        }
    )
