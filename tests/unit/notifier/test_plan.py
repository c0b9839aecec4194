from uuid import UUID

import pytest

from services.notifier.domain.plan import plan
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
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
from shared.contracts.vocabulary import Medium
from shared.ids import derived_id
from tests.unit.notifier.samples import lifecycle_event

EVENT = UUID("5e1a2b3c-0000-5000-8000-000000000009")


@pytest.mark.parametrize(
    ("kind", "happening"),
    [
        (RequestAssigned, "assigned"),
        (RequestTriaged, "triaged"),
        (RequestForwarded, "forwarded"),
        (RequestNotExamined, "not_examined"),
    ],
)
def test_the_first_decision_gives_one_receipt_that_also_says_what_was_decided(
    kind: type[LifecycleEvent], happening: str
) -> None:
    (message,) = plan(lifecycle_event(kind, sequence=1), EVENT)
    assert (message.purpose, message.happening) == ("receipt", happening)


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        (RequestAssigned, "assignment"),
        (RequestForwarded, "forward"),
        (RequestNotExamined, "not_examined"),
        (AnswerGiven, "final_answer"),
        (QuestionAsked, "question"),
        (RequestWithdrawn, "withdrawn"),
        (RequestReopened, "reopened"),
    ],
)
def test_later_moments_have_a_message_of_their_own(kind: type[LifecycleEvent], purpose: str) -> None:
    (message,) = plan(lifecycle_event(kind, sequence=2), EVENT)
    assert message.purpose == purpose


@pytest.mark.parametrize(
    "kind", [RequestTriaged, RequestAccepted, WorkStarted, RequestClosed, RequestConfirmed]
)
def test_inner_steps_are_not_told(kind: type[LifecycleEvent]) -> None:
    assert plan(lifecycle_event(kind, sequence=3), EVENT) == []


@pytest.mark.parametrize(("language", "asked"), [("tr", "Burası neresi?"), ("en", "Where is it?")])
def test_a_question_is_asked_in_the_applicants_language(language: str, asked: str) -> None:
    (message,) = plan(lifecycle_event(QuestionAsked, sequence=2, language=language), EVENT)
    assert (message.happening, message.question) == ("asked", asked)


def test_no_message_carries_a_question_from_behind_a_privacy_wall() -> None:
    (message,) = plan(lifecycle_event(QuestionAsked, sequence=2, seen_only_by="saglik"), EVENT)
    assert message.question is None


def test_the_message_of_an_answer_knows_whether_files_go_with_it() -> None:
    files = [{"id": str(UUID(int=1))}]
    with_them, without = (
        plan(lifecycle_event(AnswerGiven, sequence=3, attachments=given), EVENT)[0] for given in (files, [])
    )
    assert (with_them.with_files, without.with_files) == (True, False)


def test_an_answer_that_is_not_final_is_not_told_as_one() -> None:
    assert plan(lifecycle_event(AnswerGiven, sequence=3, final=False), EVENT) == []


def test_the_medium_is_the_first_the_applicant_named() -> None:
    (message,) = plan(lifecycle_event(RequestAssigned, media=(Medium.SMS, Medium.EMAIL)), EVENT)
    assert message.medium is Medium.SMS


def test_planning_twice_plans_the_same_message() -> None:
    event = lifecycle_event(RequestAssigned)
    assert plan(event, EVENT) == plan(event, EVENT)
    assert plan(event, EVENT)[0].id == derived_id(EVENT, "receipt/email")


def test_two_events_plan_two_messages() -> None:
    event = lifecycle_event(RequestAssigned, sequence=2)
    assert plan(event, EVENT)[0].id != plan(event, UUID(int=3))[0].id


@pytest.mark.parametrize(("wanted", "spoken"), [("tr", "tr"), ("en", "en"), ("EN-gb", "en"), ("de", "tr")])
def test_a_language_without_templates_is_answered_in_turkish(wanted: str, spoken: str) -> None:
    assert plan(lifecycle_event(RequestAssigned, language=wanted), EVENT)[0].language == spoken


def test_the_message_carries_what_its_words_need() -> None:
    (forwarded,) = plan(lifecycle_event(RequestForwarded), EVENT)
    (refused,) = plan(lifecycle_event(RequestNotExamined), EVENT)
    (answered,) = plan(lifecycle_event(AnswerGiven, sequence=4, text="Kapatıldı."), EVENT)
    assert (forwarded.authority, forwarded.phone) == ("İSKİ", "153")
    assert refused.article == "3071 m.6/b"
    assert (answered.answer, answered.department) == ("Kapatıldı.", "Fen İşleri Müdürlüğü")
