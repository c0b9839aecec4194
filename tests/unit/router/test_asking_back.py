"""The applicant is asked what would decide, once; the reply is decided on, and a person may be first."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.asking_back import (
    as_heard,
    decided_on_reply,
    question_asked,
    question_to_ask,
    reply_waits,
)
from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.corrections import correction_of
from services.router.domain.lifecycle import UNDECIDED_SUBJECT, Refusal, first_event, next_event, routed_event
from services.router.domain.verdicts import Assigned, Forwarded, Split, Triaged, Verdict
from shared.contracts.chain import first_break
from shared.contracts.commands import REPLY_LIMIT, AcceptCommand, Command, ObjectCommand, ReplyCommand
from shared.contracts.decisions import Decision, Matter, Question
from shared.contracts.requests import ApplicantReach, Place
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import Priority, State
from tests.unit.router.samples import (
    CAUSE,
    HOLDER,
    NOW,
    REQUEST_ID,
    RETURNS,
    after,
    assigned,
    decision,
    opened,
    request,
    sent_on,
    triaged,
)

LATER = NOW + timedelta(hours=1)
WHERE = Question(id="where", ask="applicant", tr="Burası neresi?", en="Where is it?")
WHAT = Question(id="what", ask="applicant", tr="Ne oldu?", en="What happened?")
WHICH = Question(id="which", ask="desk", tr="Hangisi?", en="Which?")


def in_doubt(question: Question | None = WHAT, **changes: object) -> Decision:
    return decision(Priority.NORMAL).model_copy(update={"question": question} | changes)


def left_to_a_person(question: Question | None = WHAT, **changes: object) -> Case:
    return opened(Triaged("Emin olunamadı", in_doubt(question, **changes)))


def asked(question: Question = WHAT, **changes: object) -> Case:
    case = left_to_a_person(question, **changes)
    found = question_to_ask(case)
    assert found
    return case.after(question_asked(case, found, NOW))


def does(case: Case, command: Command, sender: str = APPLICANTS) -> Sealed | Refusal:
    return next_event(case, command, sender=sender, cause_id=uuid4(), now=LATER, returns=RETURNS)


def reply(text: str = "Çöp alınmıyor") -> ReplyCommand:
    return ReplyCommand(request_id=REQUEST_ID, issued_at=NOW, text=text)


def replied(text: str = "Çöp alınmıyor", question: Question = WHAT) -> Case:
    case = asked(question)
    return after(case, does(case, reply(text)))


def test_the_applicant_is_asked_after_the_first_decision_and_the_request_stays_at_the_desk() -> None:
    case = asked(seen_only_by="zabita")
    assert case.state is State.AWAITING_APPLICANT
    assert case.last.data["question"] == WHAT.model_dump(mode="json")
    assert case.last.data["seen_only_by"] == "zabita"
    assert case.last.data["actor"] == {"kind": "service", "id": "router"}
    assert case.last.data["cause_id"] == str(case.history[0].ce_id)
    assert case.left_to_a_person == case.history[0], "it keeps its place on the work list"
    assert case.with_consequence(case.history[0]) == case.history
    assert first_break(event.data for event in case.history) is None


@pytest.mark.parametrize(
    "case",
    [
        left_to_a_person(None),
        left_to_a_person(WHICH),
        left_to_a_person(priority=Priority.EMERGENCY),
        asked(),
        replied(),
        opened(Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", in_doubt())),
    ],
    ids=["no-question", "for-the-desk", "danger-never-waits", "asked", "replied", "sure"],
)
def test_nobody_is_asked_otherwise(case: Case) -> None:
    assert question_to_ask(case) is None


def test_who_cannot_hear_of_it_is_not_asked() -> None:
    mute = request(applicant=ApplicantReach(named=False, media=()))
    event = first_event(mute, Triaged("Emin olunamadı", in_doubt()), cause_id=CAUSE, now=NOW)
    assert question_to_ask(fold([event])) is None


def test_a_machine_does_not_ask_about_what_an_applicant_objected_to() -> None:
    case = after(
        assigned(), does(assigned(), ObjectCommand(request_id=REQUEST_ID, issued_at=NOW), APPLICANTS)
    )
    assert question_to_ask(case) is None


@pytest.mark.parametrize("case", [asked(), replied()])
def test_a_person_decides_without_waiting(case: Case) -> None:
    decided = after(case, sent_on(case, "temizlik", reason_code=ReasonCode.AS_PROPOSED))
    assert (decided.state, decided.holder, decided.at_the_desk) == (State.ASSIGNED, HOLDER, ())
    assert not reply_waits(decided)
    late = does(decided, reply())
    assert isinstance(late, Refusal)
    assert late.code == "illegal_transition"


def test_a_reply_is_recorded_masked_and_within_its_limit() -> None:
    case = replied("Beni arayın: 0532 123 45 67")
    assert case.state is State.TRIAGE
    assert case.last.data["actor"] == {"kind": "applicant", "id": "applicants"}
    assert case.reply == case.last.data["text"] == "Beni arayın: [telefon gizlendi]"
    long = replied(("a@b.co " * REPLY_LIMIT)[:REPLY_LIMIT]).reply
    assert long is not None
    assert len(long) == REPLY_LIMIT


def test_only_applicants_reply_and_only_to_a_question() -> None:
    for case, sender, code in (
        (asked(), HOLDER, "not_yours_to_command"),
        (triaged(), APPLICANTS, "illegal_transition"),
        (replied(), APPLICANTS, "illegal_transition"),
    ):
        outcome = does(case, reply(), sender)
        assert isinstance(outcome, Refusal)
        assert outcome.code == code


def test_a_reply_that_comes_again_is_the_one_that_was_recorded() -> None:
    case, cause = asked(), uuid4()
    event = next_event(case, reply(), sender=APPLICANTS, cause_id=cause, now=LATER, returns=RETURNS)
    case = after(case, event)
    case = case.after(decided_on_reply(case, Triaged("Yine belli değil", in_doubt()), {}, LATER))
    assert next_event(case, reply(), sender=APPLICANTS, cause_id=cause, now=LATER, returns=RETURNS) == event


def test_description_and_reply_are_heard_as_one_text() -> None:
    heard = as_heard(replied("Cihangir’de,\nkaldırımda"))
    assert heard.description == "Üç gündür çöp alınmıyor\n\nCihangir’de,\nkaldırımda"
    assert heard.place.address is None
    assert as_heard(asked()) == request()


def test_the_reply_to_where_says_the_place() -> None:
    case = replied("Cami ile okulun arası", WHERE)
    assert as_heard(case).place == request().place.model_copy(update={"address": "Cami ile okulun arası"})
    stated = request(place=Place(address="Sıraselviler 5"))
    case = Case(stated, case.history)
    assert as_heard(case).place == stated.place


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision()), State.ASSIGNED),
        (Forwarded("İSKİ", "185", decision()), State.FORWARDED),
        (Triaged("Yine belli değil", in_doubt(priority=Priority.EMERGENCY)), State.TRIAGE),
    ],
)
def test_the_reply_is_decided_on_in_the_same_history(verdict: Verdict, state: State) -> None:
    case = replied()
    assert reply_waits(case)
    event = decided_on_reply(case, verdict, {}, LATER)
    assert event == decided_on_reply(case, verdict, {}, LATER)
    case = case.after(event)
    assert (case.state, case.sequence) == (state, 4)
    assert event.data["cause_id"] == str(case.history[2].ce_id)
    assert case.with_consequence(case.history[2]) == case.history[2:]
    assert case.decision.inputs["asked"] == WHAT.id
    assert case.summary.priority is verdict.decision.priority
    assert (case.summary.subject == UNDECIDED_SUBJECT) is (state is State.TRIAGE)
    assert question_to_ask(case) is None, "a machine asks once"
    assert not reply_waits(case)
    assert first_break(e.data for e in case.history) is None


def test_who_is_left_to_a_person_again_stands_there_by_the_new_decision_and_has_waited_all_along() -> None:
    case = replied()
    case = case.after(decided_on_reply(case, Triaged("Yine belli değil", in_doubt()), {}, LATER))
    assert case.left_to_a_person == case.last
    assert case.at_the_desk == case.history


def test_a_directorate_gets_the_reply_with_the_request() -> None:
    case = replied()
    case = case.after(decided_on_reply(case, Assigned(HOLDER, "Temizlik İşleri", decision()), {}, LATER))
    routed = routed_event(case, HOLDER)
    assert (routed.request, routed.reply) == (request(), "Çöp alınmıyor")
    accept = AcceptCommand(request_id=REQUEST_ID, issued_at=NOW)
    assert after(case, does(case, accept, HOLDER)).state is State.ACCEPTED


def test_several_matters_after_a_reply_are_for_a_person() -> None:
    one = decision()
    matters = tuple(
        Matter(candidate=one.chosen, priority=Priority.URGENT, start=0, end=3, request_id=linked)
        for linked in (None, UUID(int=7))
    )
    lead = one.model_copy(update={"matters": matters})
    part = Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", one)
    case = replied()
    case = case.after(decided_on_reply(case, Split((part, part), lead), {}, LATER))
    assert case.state is State.TRIAGE
    assert case.decision.rule == "several-subjects"
    assert [matter.request_id for matter in case.decision.matters] == [None, None]
    assert "birden çok konu" in case.last.data["reason"]
    assert case.linked == ()


def test_a_persons_decision_teaches_with_all_of_the_words() -> None:
    case = replied("Asıl mesele çöp")
    case = after(case, sent_on(case, "temizlik"))
    found = correction_of(case, case.last)
    assert found is not None
    assert found.text == "Üç gündür çöp alınmıyor\n\nAsıl mesele çöp"


@given(st.lists(st.sampled_from(["ask", "reply", "decide", "person", "object", "accept"]), max_size=12))
def test_whatever_happens_in_whatever_order_the_history_stays_whole(steps: list[str]) -> None:
    case = left_to_a_person()
    for step in steps:
        outcome: Sealed | Refusal | None
        match step:
            case "ask":
                question = question_to_ask(case)
                outcome = question_asked(case, question, LATER) if question else None
            case "reply":
                outcome = does(case, reply())
            case "decide":
                verdict = Triaged("Yine belli değil", in_doubt())
                outcome = decided_on_reply(case, verdict, {}, LATER) if reply_waits(case) else None
            case "person":
                outcome = sent_on(case, "temizlik")
            case "object":
                outcome = does(case, ObjectCommand(request_id=REQUEST_ID, issued_at=NOW))
            case _:
                outcome = does(case, AcceptCommand(request_id=REQUEST_ID, issued_at=NOW), HOLDER)
        if isinstance(outcome, Sealed):
            case = case.after(outcome)
    assert first_break(e.data for e in case.history) is None
    assert fold(case.history) == case
    assert sum(e.ce_type.endswith("question.asked.v1") for e in case.history) <= 1
    assert sum(e.ce_type.endswith("reply.received.v1") for e in case.history) <= 1
    assert bool(case.left_to_a_person) is (case.state in {State.TRIAGE, State.AWAITING_APPLICANT})
