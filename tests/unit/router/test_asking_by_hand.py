"""A person at the desk asks the applicant: the router's own path, but what comes back is a person's."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.router.desk.asking import Asked, read_question
from services.router.desk.choosing import Unreadable
from services.router.domain.asking_back import (
    as_heard,
    asked_by_hand,
    decided_on_reply,
    reply_waits,
)
from services.router.domain.cases import Case, Sealed
from services.router.domain.lifecycle import Refusal, next_event
from services.router.domain.questions import BY_HAND, masked_question
from services.router.domain.verdicts import Assigned
from shared.contracts.chain import first_break
from shared.contracts.commands import ReplyCommand
from shared.contracts.decisions import Question
from shared.contracts.requests import ApplicantReach, Place
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import Priority, State
from tests.unit.router.samples import (
    HOLDER,
    NOW,
    REQUEST_ID,
    RETURNS,
    SHIPPED,
    after,
    assigned,
    decision,
    sent_on,
    triaged,
)

WHOM = {"gorevli": "E.D.", "islem": "k"}
WHERE = Question(id="where", ask="applicant", tr="Neresi?", en="Where?")


def own(text: str) -> Question:
    return Question(id=BY_HAND, ask="applicant", tr=text, en=text)


def ask(case: Case, question: Question, cause: UUID | None = None) -> Sealed | Refusal:
    return asked_by_hand(case, question, staff="E.D.", cause_id=cause or uuid4(), now=NOW)


def replied(case: Case, text: str) -> Case:
    command = ReplyCommand(request_id=REQUEST_ID, issued_at=NOW, text=text)
    event = next_event(case, command, sender=APPLICANTS, cause_id=uuid4(), now=NOW, returns=RETURNS)
    return after(case, event)


def test_the_question_is_a_persons_masked_and_the_request_stays_at_the_desk() -> None:
    case = after(triaged(), ask(triaged(), own("0532 123 45 67 sizin mi?")))
    assert case.state is State.AWAITING_APPLICANT
    assert case.last.data["actor"] == {"kind": "staff", "id": "E.D."}
    assert case.last.data["question"]["tr"] == "[telefon gizlendi] sizin mi?"
    assert case.left_to_a_person == case.history[0]
    assert after(case, sent_on(case, "temizlik")).state is State.ASSIGNED, "nobody has to wait"


def test_the_reply_comes_back_to_a_person_even_if_the_router_is_sure_now() -> None:
    case = replied(after(triaged(), ask(triaged(), own("Ne zamandır?"))), "Üç gündür")
    assert reply_waits(case)
    sure = Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision())
    case = case.after(decided_on_reply(case, sure, {}, NOW + timedelta(hours=1)))
    assert case.state is State.TRIAGE
    assert case.left_to_a_person == case.last
    assert case.last.data["reason"] == "Başvuran sorunuzu yanıtladı."
    assert case.decision.inputs["asked"] == BY_HAND
    assert first_break(e.data for e in case.history) is None


def test_a_person_may_ask_again_and_all_replies_are_heard_each_for_its_question() -> None:
    case = triaged()
    case = Case(case.request.model_copy(update={"place": Place()}), case.history)
    for question, reply in ((own("Ne zamandır?"), "Üç gündür"), (WHERE, "Cami yanı")):
        case = replied(after(case, ask(case, question)), reply)
        sure = Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision())
        case = case.after(decided_on_reply(case, sure, {}, NOW))
    assert case.reply == "Üç gündür\n\nCami yanı"
    assert as_heard(case).place.address == "Cami yanı"
    assert case.decision.inputs["asked"] == "where"


def out_of_reach() -> Case:
    case = triaged()
    reach = ApplicantReach(named=False, media=())
    summary = case.summary.model_copy(update={"applicant": reach}).model_dump(mode="json")
    last = case.last
    mute = Sealed(last.ce_id, last.ce_type, {**last.data, "summary": summary}, last.value, last.request)
    return Case(case.request, (mute,))


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (assigned(), "not_in_triage"),
        (after(opened := triaged(), ask(opened, own("Ne?"))), "asked_already"),
        (triaged(Priority.EMERGENCY), "danger_never_waits"),
        (
            Case(triaged().request.model_copy(update={"part_of": uuid4()}), triaged().history),
            "part_of_another",
        ),
        (out_of_reach(), "out_of_reach"),
    ],
)
def test_nobody_is_asked_otherwise(case: Case, code: str) -> None:
    outcome = ask(case, own("Ne oldu?"))
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_the_same_act_asks_once() -> None:
    case, cause = triaged(), uuid4()
    event = ask(case, own("Ne?"), cause)
    assert ask(after(case, event), own("Ne?"), cause) == event


def test_ready_questions_are_told_word_for_word_in_both_languages() -> None:
    assert len(SHIPPED.questions.ready) > 1
    for ready in SHIPPED.questions.ready:
        asked = read_question({"hazir": ready.id, "soru": ""} | WHOM, SHIPPED.questions)
        assert isinstance(asked, Asked)
        assert (asked.question.tr, asked.question.en) == (ready.tr, ready.en)
        assert masked_question(asked.question) == asked.question


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"hazir": "", "soru": " "} | WHOM, {"soru"}),
        ({"hazir": "where", "soru": "Neresi?"} | WHOM, {"soru"}),
        ({"soru": "x" * 501} | WHOM, {"soru"}),
        ({"soru": "Neresi?"}, {"gorevli", "islem"}),
    ],
)
def test_what_cannot_be_asked_names_the_field(answers: dict[str, str], fields: set[str]) -> None:
    outcome = read_question(answers, SHIPPED.questions)
    assert isinstance(outcome, Unreadable)
    assert set(outcome.errors) == fields
