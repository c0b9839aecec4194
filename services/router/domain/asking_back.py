"""Asking the applicant back: when the router asks, and what it decides once the reply is there.

A machine asks once, a person as often as it takes, and nobody about danger. Meanwhile the request stands at
the desk like any other there, so that nobody has to wait for the reply. What a person asked comes back to a
person.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.decide import SEVERAL
from services.router.domain.events import event_of_verdict
from services.router.domain.joining import noted, on_joining
from services.router.domain.lifecycle import ROUTER, Refusal, next_frame, subject_of
from services.router.domain.questions import ABOUT_THE_PLACE, masked_question
from services.router.domain.verdicts import Split, Triaged, Verdict
from shared.contracts.decisions import Question
from shared.contracts.lifecycle import Actor, QuestionAsked, ReplyReceived
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority, State

_BETWEEN: Final = "\n\n"
_FIRST: Final = 1


def question_to_ask(case: Case) -> Question | None:
    """Return what the applicant is to be asked now: only right after the first decision, and never in danger.

    Asked is whoever can hear of it: by a message, or on the tracking page that needs no contact data.
    """
    if case.sequence != _FIRST or case.state is not State.TRIAGE:
        return None
    question = case.decision.question
    if question is None or question.ask != "applicant" or not case.summary.applicant.media:
        return None
    return None if case.decision.priority is Priority.EMERGENCY else question


def question_asked(case: Case, question: Question, now: datetime) -> Sealed:
    """Return the event by which the applicant is asked ``question``; its cause is the first decision."""
    return _asked_by(ROUTER, case, question, case.last.ce_id, now)


def asked_by_hand(
    case: Case, question: Question, *, staff: str, cause_id: UUID, now: datetime
) -> Sealed | Refusal:
    """Return the event by which a person at the desk asks the applicant.

    Args:
        case: the request's history; must be in triage, without danger and with no question open.
        question: what is asked; masked before it is kept.
        staff: staff code of who asks.
        cause_id: id of the person's act; the same act gives the same event again.
        now: instant of the act.
    """
    if done := case.caused_by(cause_id):
        return done
    if refusal := _not_askable(case):
        return refusal
    return _asked_by(Actor(kind="staff", id=staff), case, masked_question(question), cause_id, now)


def _not_askable(case: Case) -> Refusal | None:
    if not case.at_the_desk:
        return Refusal("not_in_triage", "Başvuru artık ön incelemede değil.")
    if case.open_question:
        return Refusal("asked_already", "Başvurana sorduk, yanıtını bekliyoruz. Karar da verebilirsiniz.")
    if case.decision.priority is Priority.EMERGENCY:
        return Refusal("danger_never_waits", "Acil başvuruda yanıt beklenmez. Hemen arayın ya da gönderin.")
    if case.request.part_of:
        return Refusal("part_of_another", "Soruyu bağlı olduğu başvuruda sorun.")
    if not case.summary.applicant.media:
        return Refusal("out_of_reach", "Başvurana ulaşacak bir yol yok. Karar verin.")
    return None


def _asked_by(actor: Actor, case: Case, question: Question, cause_id: UUID, now: datetime) -> Sealed:
    return sealed(
        QuestionAsked(
            **next_frame(case, actor, cause_id, now),
            state=State.AWAITING_APPLICANT,
            summary=case.summary,
            question=question,
            seen_only_by=case.decision.seen_only_by,
        )
    )


def reply_waits(case: Case) -> bool:
    """Return whether the applicant replied and nobody has decided since."""
    return case.last.ce_type == ReplyReceived.ce_type


def as_heard(case: Case) -> RequestReceived:
    """Return the request in all of the applicant's words: description and reply as one text.

    Who was asked where it is said the place, too, even in words that name none by themselves.
    """
    if case.reply is None:
        return case.request
    heard: dict[str, object] = {"description": f"{case.request.description}{_BETWEEN}{case.reply}"}
    where = _reply_about_the_place(case)
    if where and case.request.place.address is None:
        heard["place"] = case.request.place.model_copy(update={"address": where})
    return case.request.model_copy(update=heard)


def decided_on_reply(case: Case, verdict: Verdict, known: Mapping[UUID, Case], now: datetime) -> Sealed:
    """Return the event by which the router sends the request on, or leaves it at the desk, after the reply.

    Args:
        case: its history up to the reply, which is the event's cause.
        verdict: on the request as heard, see `as_heard`. If it finds several matters now, a person looks:
            the router opens sub-requests along with the request or not at all. A person looks, too, where a
            person asked, as after an objection.
        known: by id, the request that the applicant asks to be added to, as it is now: what was in doubt when
            the request came may fit by now. Where a person asked, that person sees what was found of it.
        now: instant of the decision.
    """
    asked, heard = _questions(case)[-1], as_heard(case)
    verdict = _seen_by_a_person(verdict) if isinstance(verdict, Split) else verdict
    if asked.data["actor"]["kind"] == "staff":
        verdict = noted(heard, verdict, known)
        if not isinstance(verdict, Triaged):
            verdict = Triaged("Başvuran sorunuzu yanıtladı.", verdict.decision)
    else:
        verdict = on_joining(heard, verdict, known)
    inputs = verdict.decision.inputs | {"asked": str(asked.data["question"]["id"])}
    told = verdict.decision.model_copy(update={"inputs": inputs})
    frame = next_frame(case, ROUTER, case.last.ce_id, now)
    frame["summary"] = case.summary.model_copy(
        update={"subject": subject_of(verdict), "priority": told.priority}
    )
    return sealed(event_of_verdict(replace(verdict, decision=told), frame))


def _seen_by_a_person(split: Split) -> Triaged:
    matters = tuple(m.model_copy(update={"request_id": None}) for m in split.decision.matters)
    titles = " ve ".join(matter.candidate.category_title for matter in matters)
    decision = split.decision.model_copy(update={"matters": matters, "rule": SEVERAL})
    return Triaged(f"Başvuruda yanıtla birlikte birden çok konu var: {titles}.", decision)


def _questions(case: Case) -> list[Sealed]:
    return [event for event in case.history if event.ce_type == QuestionAsked.ce_type]


def _reply_about_the_place(case: Case) -> str | None:
    """Return what was replied right after the question for the place."""
    about = {e.sequence for e in _questions(case) if e.data["question"]["id"] == ABOUT_THE_PLACE}
    replies = (e for e in case.history if e.ce_type == ReplyReceived.ce_type)
    return next((str(e.data["text"]) for e in replies if e.sequence - 1 in about), None)
