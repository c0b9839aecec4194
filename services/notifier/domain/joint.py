"""One answer to a request of several matters (3071 art. 7): it waits until nobody owes a part of it any more.

Each matter is dealt with under its own request id; the applicant knows one request and gets one answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifier.domain.messages import PlannedMessage, ToldAnswer
from services.notifier.domain.plan import message_about
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    RequestAssigned,
    RequestForwarded,
    RequestNotExamined,
)

DECIDES = (RequestAssigned, RequestForwarded, RequestNotExamined)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the municipality's part in one matter ended: with an answer, or because it is another's.

    Attributes:
        request_id: of the matter.
        whole: id of the request that the applicant knows.
        event_id: id of the event that ended it.
        event: that event.
    """

    request_id: UUID
    whole: UUID
    event_id: UUID
    event: LifecycleEvent


def matters_of(event: LifecycleEvent) -> tuple[UUID, ...]:
    """Return the request ids of all matters, if ``event`` opens a request that was split; else none."""
    if event.sequence != 1 or event.summary.part_of or not isinstance(event, DECIDES):
        return ()
    linked = [m.request_id or event.request_id for m in event.decision.matters]
    return tuple(linked) if len(linked) > 1 else ()


def ending_of(event: LifecycleEvent, event_id: UUID, splits: Mapping[UUID, Sequence[UUID]]) -> Ended | None:
    """Return what ``event`` ended, if it ended one of several matters.

    Args:
        event: one fact in the life of a request.
        event_id: its CloudEvents id.
        splits: requests that are known to have been split, each with its matters.
    """
    whole = event.summary.part_of or event.request_id
    if event.summary.part_of is None and whole not in splits:
        return None
    match event:
        case AnswerGiven() if event.final:
            return Ended(event.request_id, whole, event_id, event)
        case RequestForwarded() | RequestNotExamined():
            return Ended(event.request_id, whole, event_id, event)
        case _:
            return None


def joint_answer(matters: Sequence[UUID], endings: Iterable[Ended]) -> PlannedMessage | None:
    """Return the one answer to a request of these matters; None while one is open, or if nobody answered.

    A matter that ended without an answer was told of with the receipt. The message follows from the latest
    event, so that planning twice plans one message.
    """
    by_matter = {ended.request_id: ended for ended in endings}
    if any(matter not in by_matter for matter in matters):
        return None
    answers = [
        ToldAnswer(subject=e.summary.subject, department=e.department_name, text=e.text)
        for matter in matters
        if isinstance(e := by_matter[matter].event, AnswerGiven)
    ]
    if not answers:
        return None
    last = max(by_matter.values(), key=lambda ended: (ended.event.occurred_at, ended.event_id))
    whole = last.event.model_copy(update={"request_id": last.whole})
    return message_about(whole, last.event_id, "answered", "final_answer", {"answers": tuple(answers)})
