"""Which lifecycle event a verdict or a command becomes."""

from collections.abc import Mapping
from typing import Any, assert_never

from services.router.domain.cases import Case
from services.router.domain.questions import BY_HAND, masked_question
from services.router.domain.returns import Returns
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from shared.contracts.applicants import OBJECTED
from shared.contracts.commands import (
    REPLY_LIMIT,
    WHY_LIMIT,
    AcceptCommand,
    AnswerCommand,
    AskCommand,
    Command,
    CompleteCommand,
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
    StartCommand,
    WithdrawCommand,
)
from shared.contracts.decisions import Decision, Question
from shared.contracts.departments import department_name
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyPassedOn,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestConfirmed,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
    WorkStarted,
)
from shared.contracts.vocabulary import State
from shared.text.masking import mask_personal


def event_of_verdict(verdict: Verdict, frame: Mapping[str, Any]) -> LifecycleEvent:
    """Return the event that says where a request goes; ``frame`` holds what all lifecycle events share."""
    frame = {**frame, "decision": verdict.decision}
    match verdict:
        case Assigned(department, name):
            return RequestAssigned(**frame, state=State.ASSIGNED, department=department, department_name=name)
        case Triaged(reason):
            return RequestTriaged(**frame, state=State.TRIAGE, reason=reason)
        case Forwarded(authority, phone):
            return RequestForwarded(**frame, state=State.FORWARDED, authority=authority, phone=phone)
        case NotExamined(article):
            return RequestNotExamined(**frame, state=State.NOT_EXAMINED, article=article)
        case Split():
            return event_of_verdict(verdict.lead, frame)
        case _:
            assert_never(verdict)


def event_of_command(
    command: Command, case: Case, frame: Mapping[str, Any], returns: Returns
) -> LifecycleEvent:
    """Return the event that says ``command`` was carried out.

    Args:
        command: what was asked.
        case: the request's history up to then.
        frame: what all lifecycle events share.
        returns: what applies to requests that come back.
    """
    match command:
        case AcceptCommand() | StartCommand() | AskCommand() | AnswerCommand() | CompleteCommand():
            return _by_directorate(command, case, frame, returns)
        case _:
            return _by_applicant(command, case, frame, returns)


def _by_directorate(
    command: Command, case: Case, frame: Mapping[str, Any], returns: Returns
) -> LifecycleEvent:
    frame = {**frame, "department": case.holder}
    match command:
        case AcceptCommand():
            return RequestAccepted(**frame)
        case StartCommand():
            return WorkStarted(**frame)
        case AskCommand():
            asked = Question(id=BY_HAND, ask="applicant", tr=command.text, en=command.text_en or command.text)
            wall = case.decision.seen_only_by
            return QuestionAsked(**frame, question=masked_question(asked), seen_only_by=wall)
        case AnswerCommand():
            return AnswerGiven(
                **frame,
                department_name=department_name(frame["department"]),
                text=command.text,
                attachments=command.attachments,
                final=True,
                reopen_until=returns.until(frame["occurred_at"]),
            )
        case _:
            return RequestClosed(**frame)


def _by_applicant(command: Command, case: Case, frame: Mapping[str, Any], returns: Returns) -> LifecycleEvent:
    match command:
        case ObjectCommand():
            reason = "Başvuran otomatik sonuca itiraz etti (6698 m.11/1-g)."
            return RequestTriaged(**frame, reason=reason, decision=_objected(case.decision, command))
        case ReplyCommand():
            text = _masked(command.text, REPLY_LIMIT)
            if case.holder:
                return ReplyPassedOn(**frame, department=case.holder, text=text)
            return ReplyReceived(**frame, text=text)
        case WithdrawCommand():
            return RequestWithdrawn(**frame)
        case ConfirmCommand():
            return RequestConfirmed(**frame, department=case.holder)
        case ReopenCommand():
            times = case.returned + 1
            return RequestReopened(
                **frame,
                department=case.holder,
                why=_masked(command.why, WHY_LIMIT) if command.why else None,
                times=times,
                for_supervisor=returns.for_supervisor(times),
            )
        case _:
            raise TypeError(f"no event is declared for the command {command.name}")


def _masked(text: str, limit: int) -> str:
    # A mask may be longer than what it hides.
    return mask_personal(text)[:limit]


def _objected(decision: Decision, command: ObjectCommand) -> Decision:
    said = {"objection": mask_personal(command.why)} if command.why else {}
    return decision.model_copy(update={"rule": OBJECTED, "inputs": decision.inputs | said})
