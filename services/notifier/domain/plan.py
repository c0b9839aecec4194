"""Which moments of a request's life the applicant is told of, and how."""

from typing import Any, get_args
from uuid import UUID

from services.notifier.domain.messages import Happening, Language, PlannedMessage, ToldMatter
from shared.contracts.decisions import Decision
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    RequestAssigned,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
)
from shared.contracts.notifications import Purpose
from shared.ids import derived_id

_FIRST = 1
_TOLD_OF_A_MATTER = (RequestWithdrawn, RequestReopened, QuestionAsked)
_LANGUAGES = get_args(Language)


def plan(event: LifecycleEvent, event_id: UUID) -> list[PlannedMessage]:
    """Return the messages that ``event`` calls for: one, or none.

    The router's first decision gives the receipt (circular 2004/12: date, number and subject, on every
    channel), which also says what was decided, so that nobody gets two messages for one moment. Being
    forwarded and not being examined are told whenever they happen (law 3071 art. 5 and 6), and so are a later
    assignment, the final answer (art. 7) and a question to the applicant. A withdrawal and a return are
    confirmed, in case they were somebody else's. The medium is the applicant's first choice. Linked
    sub-requests tell nobody anything but that: the request they belong to speaks for all.

    Args:
        event: one fact in the life of a request.
        event_id: its CloudEvents id, from which the message's id follows.
    """
    told = _told(event)
    if told is None or (event.summary.part_of and not isinstance(event, _TOLD_OF_A_MATTER)):
        return []
    happening, purpose, details = told
    if event.sequence == _FIRST:
        purpose = "receipt"
    return [message_about(event, event_id, happening, purpose, details)]


def message_about(
    event: LifecycleEvent, event_id: UUID, happening: Happening, purpose: Purpose, details: dict[str, Any]
) -> PlannedMessage:
    """Return the message that tells of ``event``, on the applicant's first medium and in their language."""
    summary = event.summary
    medium = summary.applicant.media[0]
    return PlannedMessage(
        id=derived_id(event_id, f"{purpose}/{medium}"),
        event_id=event_id,
        request_id=summary.part_of or event.request_id,
        sequence=event.sequence,
        purpose=purpose,
        medium=medium,
        language=_language(summary.applicant.language),
        happening=happening,
        receipt_number=summary.receipt_number,
        regime=summary.regime,
        subject=summary.subject,
        received_at=summary.received_at,
        occurred_at=event.occurred_at,
        **details,
    )


def _told(event: LifecycleEvent) -> tuple[Happening, Purpose, dict[str, Any]] | None:
    told: tuple[Happening, Purpose, dict[str, Any]] | None = None
    match event:
        case RequestAssigned():
            by = {"department": event.department_name} | _matters(event.decision)
            told = "assigned", "assignment", by
        case RequestTriaged() if event.sequence == _FIRST:
            told = "triaged", "receipt", {}
        case RequestForwarded():
            whom = {"authority": event.authority, "phone": event.phone}
            told = "forwarded", "forward", whom | _matters(event.decision)
        case RequestNotExamined():
            told = "not_examined", "not_examined", {"article": event.article} | _matters(event.decision)
        case QuestionAsked():
            told = "asked", "question", {"question": _question(event)}
        case AnswerGiven() if event.final:
            by = {"department": event.department_name, "answer": event.text}
            told = "answered", "final_answer", by | {"with_files": bool(event.attachments)}
        case RequestWithdrawn():
            told = "withdrawn", "withdrawn", {}
        case RequestReopened():
            told = "reopened", "reopened", {}
    return told


def _question(event: QuestionAsked) -> str | None:
    """Return the question as a message may say it: none carries what stands behind a privacy wall."""
    if event.seen_only_by:
        return None
    return event.question.tr if _language(event.summary.applicant.language) == "tr" else event.question.en


def _matters(decision: Decision) -> dict[str, tuple[ToldMatter, ...]]:
    """Return what is told of the matters of a request that was split; others were only seen in it."""
    if not any(matter.request_id for matter in decision.matters):
        return {}
    told = (ToldMatter(subject=m.candidate.category_title, body=m.candidate.body) for m in decision.matters)
    return {"matters": tuple(told)}


def _language(wanted: str) -> Language:
    return next((language for language in _LANGUAGES if wanted.lower().startswith(language)), "tr")
