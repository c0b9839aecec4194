"""Which lifecycle event a verdict or a command becomes."""

from collections.abc import Mapping
from typing import Any, Final, assert_never

from services.router.domain.cases import Case
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from shared.contracts.commands import (
    REPLY_LIMIT,
    AcceptCommand,
    AnswerCommand,
    Command,
    CompleteCommand,
    ObjectCommand,
    ReplyCommand,
    StartCommand,
)
from shared.contracts.decisions import Decision
from shared.contracts.departments import department_name
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestForwarded,
    RequestNotExamined,
    RequestTriaged,
    WorkStarted,
)
from shared.contracts.vocabulary import State
from shared.text.masking import mask_personal

OBJECTED: Final = "objected"
"""Rule named by decisions that an applicant objects to."""


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


def event_of_command(command: Command, case: Case, frame: Mapping[str, Any]) -> LifecycleEvent:
    """Return the event that says ``command`` was carried out.

    Args:
        command: what was asked.
        case: the request's history up to then.
        frame: what all lifecycle events share.
    """
    if isinstance(command, ObjectCommand):
        reason = "Başvuran otomatik sonuca itiraz etti (6698 m.11/1-g)."
        return RequestTriaged(**frame, reason=reason, decision=_objected(case.decision, command))
    if isinstance(command, ReplyCommand):
        # A mask may be longer than what it hides.
        return ReplyReceived(**frame, text=mask_personal(command.text)[:REPLY_LIMIT])
    frame = {**frame, "department": case.holder}
    match command:
        case AcceptCommand():
            return RequestAccepted(**frame)
        case StartCommand():
            return WorkStarted(**frame)
        case AnswerCommand():
            name = department_name(frame["department"])
            return AnswerGiven(**frame, department_name=name, text=command.text, final=True)
        case CompleteCommand():
            return RequestClosed(**frame)
        case _:
            raise TypeError(f"no event is declared for the command {command.name}")


def _objected(decision: Decision, command: ObjectCommand) -> Decision:
    said = {"objection": mask_personal(command.why)} if command.why else {}
    return decision.model_copy(update={"rule": OBJECTED, "inputs": decision.inputs | said})
