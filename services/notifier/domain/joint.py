"""One answer to a request of several matters (3071 art. 7): it waits until nobody owes a part of it any more.

Each matter is dealt with under its own request id; the applicant knows one request and gets one answer. Where
one matter begins again, as when its answer solved nothing, the next answer holds all once more.
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
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
)

DECIDES = (RequestAssigned, RequestForwarded, RequestNotExamined)


_BEGINS_AGAIN = (RequestReopened, RequestTriaged)
_ENDS = (AnswerGiven, RequestForwarded, RequestNotExamined, RequestWithdrawn)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the municipality's part in one matter ended, or that it began again.

    It ends with an answer, because it is another's, or because nobody wants it any more.

    Attributes:
        request_id: of the matter.
        whole: id of the request that the applicant knows.
        event_id: id of the event that ended it or set it going again.
        event: that event.
    """

    request_id: UUID
    whole: UUID
    event_id: UUID
    event: LifecycleEvent

    @property
    def over(self) -> bool:
        """Whether nobody owes anything in this matter."""
        return not isinstance(self.event, _BEGINS_AGAIN)


def matters_of(event: LifecycleEvent) -> tuple[UUID, ...]:
    """Return the request ids of all matters, if ``event`` tells of a request that was split; else none.

    The router splits a request when it opens it, a person later. Matters without a sub-request of their own
    were only seen, not split.
    """
    if event.summary.part_of or not isinstance(event, DECIDES):
        return ()
    matters = event.decision.matters
    if not any(matter.request_id for matter in matters):
        return ()
    return tuple(matter.request_id or event.request_id for matter in matters)


def ending_of(event: LifecycleEvent, event_id: UUID, splits: Mapping[UUID, Sequence[UUID]]) -> Ended | None:
    """Return what ``event`` ended or set going again, if that is one of several matters.

    Args:
        event: one fact in the life of a request.
        event_id: its CloudEvents id.
        splits: requests that are known to have been split, each with its matters.
    """
    whole = event.summary.part_of or event.request_id
    if event.summary.part_of is None and whole not in splits:
        return None
    return Ended(event.request_id, whole, event_id, event) if may_end(event) else None


def may_end(event: LifecycleEvent) -> bool:
    """Return whether ``event`` would end a matter or set it going again, were it one of several."""
    if isinstance(event, _BEGINS_AGAIN):
        return event.sequence > 1
    return isinstance(event, _ENDS) and (not isinstance(event, AnswerGiven) or event.final)


def joint_answer(matters: Sequence[UUID], endings: Iterable[Ended]) -> PlannedMessage | None:
    """Return the one answer to a request of these matters; None while one is open, or if nobody answered.

    A matter that ended without an answer was told of when it did. The message follows from the latest event,
    so that planning twice plans one message.
    """
    in_order = sorted(endings, key=lambda ended: ended.event.sequence)
    by_matter = {ended.request_id: ended for ended in in_order}
    if any(matter not in by_matter or not by_matter[matter].over for matter in matters):
        return None
    given = [e for matter in matters if isinstance(e := by_matter[matter].event, AnswerGiven)]
    if not given:
        return None
    answers = tuple(
        ToldAnswer(subject=e.summary.subject, department=e.department_name, text=e.text) for e in given
    )
    details = {"answers": answers, "with_files": any(e.attachments for e in given)}
    last = max(by_matter.values(), key=lambda ended: (ended.event.occurred_at, ended.event_id))
    return message_about(last.event, last.event_id, "answered", "final_answer", details)
