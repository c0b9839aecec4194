"""A request of several matters is answered once, when nobody owes a part of the answer any more."""

from datetime import timedelta
from uuid import UUID

from services.notifier.domain.joint import Ended, ending_of, joint_answer, matters_of
from services.notifier.domain.plan import plan
from shared.contracts.decisions import Candidate, Decision, Matter
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    RequestAssigned,
    RequestForwarded,
    RequestReopened,
    RequestWithdrawn,
)
from shared.contracts.vocabulary import Priority
from tests.unit.notifier.samples import REQUEST, lifecycle_event

PART = UUID(int=77)
BOTH = (REQUEST, PART)


def split_decision() -> Decision:
    def matter(title: str, body: str, request_id: UUID | None) -> Matter:
        chosen = Candidate(category_code="X-Y", category_title=title, body=body, confidence=0.9)
        return Matter(candidate=chosen, priority=Priority.NORMAL, start=0, end=1, request_id=request_id)

    opening = lifecycle_event(RequestAssigned)
    assert isinstance(opening, RequestAssigned)
    matters = (matter("Yol bozukluğu", "Fen", None), matter("Su kesintisi", "İSKİ", PART))
    return opening.decision.model_copy(update={"matters": matters})


def of_part(kind: type[LifecycleEvent], **changes: object) -> LifecycleEvent:
    event = lifecycle_event(kind, **changes)
    summary = event.summary.model_copy(update={"part_of": REQUEST, "subject": "Su kesintisi"})
    later = event.occurred_at + timedelta(hours=1)
    return event.model_copy(update={"request_id": PART, "summary": summary, "occurred_at": later})


def ended(event: LifecycleEvent, event_id: int = 1) -> Ended:
    found = ending_of(event, UUID(int=event_id), {REQUEST: BOTH})
    assert found is not None
    return found


def test_the_receipt_names_all_matters_and_their_bodies() -> None:
    (receipt,) = plan(lifecycle_event(RequestAssigned, decision=split_decision()), UUID(int=1))
    assert [(m.subject, m.body) for m in receipt.matters] == [
        ("Yol bozukluğu", "Fen"),
        ("Su kesintisi", "İSKİ"),
    ]


def test_a_linked_matter_tells_nobody_anything_by_itself() -> None:
    assert plan(of_part(RequestAssigned), UUID(int=1)) == []
    assert plan(of_part(AnswerGiven, sequence=3), UUID(int=1)) == []


def test_a_directorates_question_about_one_matter_is_told_under_the_request_that_the_applicant_knows() -> (
    None
):
    (message,) = plan(of_part(QuestionAsked, sequence=3), UUID(int=1))
    assert (message.request_id, message.purpose) == (REQUEST, "question")


def test_which_matters_a_request_holds_stands_in_the_decision_that_split_it() -> None:
    assert matters_of(lifecycle_event(RequestAssigned, decision=split_decision())) == BOTH
    assert matters_of(lifecycle_event(RequestAssigned, decision=split_decision(), sequence=2)) == BOTH
    seen = tuple(m.model_copy(update={"request_id": None}) for m in split_decision().matters)
    only_seen = split_decision().model_copy(update={"matters": seen})
    whole = lifecycle_event(RequestAssigned, decision=only_seen, sequence=2)
    assert matters_of(whole) == ()
    assert [message.matters for message in plan(whole, UUID(int=1))] == [()]
    assert matters_of(lifecycle_event(RequestAssigned)) == ()


def test_only_requests_that_were_split_wait_for_others() -> None:
    answer = lifecycle_event(AnswerGiven, sequence=4)
    assert ending_of(answer, UUID(int=1), {}) is None
    assert ending_of(answer, UUID(int=1), {REQUEST: BOTH}) is not None
    assert (
        ending_of(lifecycle_event(AnswerGiven, sequence=3, final=False), UUID(int=1), {REQUEST: BOTH}) is None
    )


def test_the_answer_waits_for_the_last_matter_and_holds_all() -> None:
    one = ended(lifecycle_event(AnswerGiven, sequence=4, text="Kapatıldı."))
    other = ended(of_part(AnswerGiven, sequence=3, text="Su verildi."), 2)
    assert joint_answer(BOTH, [one]) is None
    message = joint_answer(BOTH, [other, one])
    assert message is not None
    assert (message.request_id, message.event_id, message.purpose) == (REQUEST, UUID(int=2), "final_answer")
    assert [(a.subject, a.text) for a in message.answers] == [
        ("Yolda çukur", "Kapatıldı."),
        ("Su kesintisi", "Su verildi."),
    ]
    assert joint_answer(BOTH, [one, other]) == message


def test_a_withdrawn_or_returned_matter_is_told_of_under_the_request_that_the_applicant_knows() -> None:
    for kind, purpose in ((RequestWithdrawn, "withdrawn"), (RequestReopened, "reopened")):
        (message,) = plan(of_part(kind, sequence=3), UUID(int=1))
        assert (message.request_id, message.purpose, message.subject) == (REQUEST, purpose, "Su kesintisi")


def test_an_answer_waits_for_no_withdrawn_matter() -> None:
    one = ended(lifecycle_event(AnswerGiven, sequence=4))
    message = joint_answer(BOTH, [one, ended(of_part(RequestWithdrawn, sequence=2), 2)])
    assert message is not None
    assert (message.request_id, len(message.answers)) == (REQUEST, 1)


def test_a_matter_that_came_back_is_waited_for_and_answered_anew_with_all() -> None:
    one = ended(lifecycle_event(AnswerGiven, sequence=4, text="Kapatıldı."))
    other = ended(of_part(AnswerGiven, sequence=3, text="Su verildi."), 2)
    back = ended(of_part(RequestReopened, sequence=4), 3)
    assert joint_answer(BOTH, [back, one, other]) is None
    again = ended(of_part(AnswerGiven, sequence=6, text="Boru değişti."), 4)
    message = joint_answer(BOTH, [again, one, back, other])
    assert message is not None
    assert message.event_id == UUID(int=4)
    assert [a.text for a in message.answers] == ["Kapatıldı.", "Boru değişti."]


def test_a_matter_of_another_authority_keeps_nobody_waiting() -> None:
    forwarded = ended(of_part(RequestForwarded))
    answered = ended(lifecycle_event(AnswerGiven, sequence=4))
    message = joint_answer(BOTH, [forwarded, answered])
    assert message is not None
    assert len(message.answers) == 1


def test_where_nobody_answers_there_is_nothing_to_say() -> None:
    both = [ended(of_part(RequestForwarded)), ended(lifecycle_event(RequestForwarded))]
    assert joint_answer(BOTH, both) is None
