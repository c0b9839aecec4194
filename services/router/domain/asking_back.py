"""Asking the applicant back: when the router asks, and what it decides once the reply is there.

A machine asks once, and never about danger. Meanwhile the request stands at the desk like any other there, so
that nobody has to wait for the reply.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.decide import SEVERAL
from services.router.domain.events import event_of_verdict
from services.router.domain.lifecycle import ROUTER, next_frame, subject_of
from services.router.domain.questions import ABOUT_THE_PLACE
from services.router.domain.verdicts import Split, Triaged, Verdict
from shared.contracts.decisions import Question
from shared.contracts.lifecycle import QuestionAsked, ReplyReceived
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
    frame = next_frame(case, ROUTER, case.last.ce_id, now)
    wall = case.decision.seen_only_by
    return sealed(
        QuestionAsked(
            **frame,
            state=State.AWAITING_APPLICANT,
            summary=case.summary,
            question=question,
            seen_only_by=wall,
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
    if _asked(case) == ABOUT_THE_PLACE and case.request.place.address is None:
        heard["place"] = case.request.place.model_copy(update={"address": case.reply})
    return case.request.model_copy(update=heard)


def decided_on_reply(case: Case, verdict: Verdict, now: datetime) -> Sealed:
    """Return the event by which the router sends the request on, or leaves it at the desk, after the reply.

    Args:
        case: its history up to the reply, which is the event's cause.
        verdict: on the request as heard, see `as_heard`. If it finds several matters now, a person looks:
            sub-requests are opened along with the request or not at all.
        now: instant of the decision.
    """
    verdict = _seen_by_a_person(verdict) if isinstance(verdict, Split) else verdict
    inputs = verdict.decision.inputs | {"asked": _asked(case)}
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


def _asked(case: Case) -> str:
    """Return the id of the question that was asked."""
    asked = next(e.data for e in case.history if e.ce_type == QuestionAsked.ce_type)
    return str(asked["question"]["id"])
