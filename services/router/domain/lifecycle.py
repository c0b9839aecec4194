"""From a verdict or a command to the next event of a request: pure functions over its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.router.domain.applicants_word import state_told, word_told
from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.events import event_of_command, event_of_verdict
from services.router.domain.returns import Returns
from services.router.domain.transitions import TRANSITIONS, why_not
from services.router.domain.verdicts import Split, Triaged, Verdict
from shared.contracts.applicants import BY_THE_ROUTER
from shared.contracts.chain import GENESIS
from shared.contracts.commands import (
    Command,
    CommandRefused,
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
)
from shared.contracts.decisions import Matter
from shared.contracts.lifecycle import Actor, RequestRouted, Summary
from shared.contracts.requests import RequestReceived
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import State
from shared.ids import derived_id

UNDECIDED_SUBJECT: Final = "Konusu belirleniyor"
"""Subject while in triage: a guess that a person may overturn is not shown to the applicant."""

ROUTER: Final = Actor(kind="service", id=BY_THE_ROUTER)
"""Who acts where the router decides by itself."""


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
        update={
            "request_id": matter.request_id,
            "part_of": request.request_id,
            "description": words,
            "joins": None,
        }
    )


def first_event(
    request: RequestReceived, verdict: Verdict, *, cause_id: UUID, now: datetime, actor: Actor = ROUTER
) -> Sealed:
    """Return event 1 of ``request``: where it was sent.

    Args:
        request: as intake recorded it.
        verdict: what was decided.
        cause_id: id of the event that brought the request.
        now: instant of the decision.
        actor: who decided; a person only on a matter that was split off by hand.
    """
    summary = Summary(
        receipt_number=request.receipt_number,
        channel=request.channel,
        kind=request.kind,
        regime=request.regime,
        priority=verdict.decision.priority,
        subject=subject_of(verdict),
        neighbourhood=request.place.neighbourhood,
        applicant=request.applicant,
        received_at=request.received_at,
        part_of=request.part_of,
    )
    frame = {
        "request_id": request.request_id,
        "sequence": 1,
        "occurred_at": now,
        "actor": actor,
        "cause_id": cause_id,
        "summary": summary,
        "previous_hash": GENESIS,
        "hash": GENESIS,
    }
    return sealed(event_of_verdict(verdict, frame), request)


def subject_of(verdict: Verdict) -> str:
    """Return what the applicant is told that the request is about."""
    return UNDECIDED_SUBJECT if isinstance(verdict, Triaged) else verdict.decision.chosen.category_title


def next_event(
    case: Case, command: Command, *, sender: str, cause_id: UUID, now: datetime, returns: Returns
) -> Sealed | Refusal:
    """Return the event that ``command`` leads to, or why it leads to none.

    A command that was carried out before (same ``cause_id``) gives the same event again.

    Args:
        case: the request's history.
        command: what is asked.
        sender: whose topic the command came on: a directorate by its slug, or `APPLICANTS`.
        cause_id: the command's id, see `command_id`.
        now: instant of the transition.
        returns: what applies when an applicant says that an answer solved nothing.
    """
    done = case.caused_by(cause_id)
    if done:
        return done
    actor = Actor(kind="applicant" if sender == APPLICANTS else "department", id=sender)
    refusal = _refusal(case, command, actor)
    if refusal:
        return refusal
    target = _target(case, command)
    shown = {"subject": UNDECIDED_SUBJECT} if target is State.TRIAGE else {}
    frame = next_frame(case, actor, cause_id, now)
    frame |= {"state": target, "summary": case.summary.model_copy(update=shown)}
    return sealed(event_of_command(command, case, frame, returns))


def _target(case: Case, command: Command) -> State:
    """Return where ``command`` leads; a reply to a directorate leads back to where it asked."""
    if isinstance(command, ReplyCommand) and case.holder:
        return case.stood_before_asking
    return TRANSITIONS[command.name].target


def _refusal(case: Case, command: Command, actor: Actor) -> Refusal | None:
    transition = TRANSITIONS[command.name]
    if transition.by != actor.kind:
        return Refusal("not_yours_to_command", "Bu işlem sizin yapabileceğiniz bir işlem değil.")
    if actor.kind == "department" and actor.id != case.holder:
        return Refusal("not_the_holder", "Bu başvuru müdürlüğünüzde değil.")
    if case.state not in transition.sources:
        return Refusal("illegal_transition", why_not(command.name, case.state))
    return _refusal_of_applicant(case, command)


def _refusal_of_applicant(case: Case, command: Command) -> Refusal | None:
    match command:
        case ObjectCommand() if case.decision.decided_by != BY_THE_ROUTER:
            return Refusal("decided_by_a_person", "Başvurunuzun nereye gideceğine bir görevli karar verdi.")
        case ConfirmCommand() if case.confirmed:
            return Refusal("already_confirmed", "Sorunun çözüldüğünü bize daha önce bildirdiniz.")
        case ReopenCommand() if not _in_time(case, command):
            return Refusal("too_late", "Sorunun çözülmediğini bildirme süresi doldu. Yeni bir başvuru yapın.")
        case _:
            return None


def _in_time(case: Case, command: ReopenCommand) -> bool:
    until = case.answer.data.get("reopen_until") if case.answer else None
    return until is not None and command.issued_at <= datetime.fromisoformat(until)


def routed_event(case: Case, department: str) -> RequestRouted:
    """Return what a directorate's system is told: the request whole and where it stands.

    Args:
        case: the request as far as the directorate has a part in it, see `Case.known_to`.
        department: the directorate's slug.
    """
    return RequestRouted(
        department=department,
        request=case.request,
        decision=case.decision,
        state=state_told(case),
        sequence=case.sequence,
        reply=case.reply,
        open_question=case.open_question,
        applicants_word=word_told(case),
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


def next_frame(case: Case, actor: Actor, cause_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what the next event of a history has in common with every other, but state and summary."""
    return {
        "request_id": case.request.request_id,
        "sequence": case.sequence + 1,
        "occurred_at": now,
        "actor": actor,
        "cause_id": cause_id,
        "previous_hash": case.last_hash,
        "hash": GENESIS,
    }
