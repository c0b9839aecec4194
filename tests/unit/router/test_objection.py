"""An applicant objects to what a machine alone decided (law 6698 art. 11): then a person decides."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case, Sealed
from services.router.domain.lifecycle import UNDECIDED_SUBJECT, Refusal, next_event
from services.router.domain.transitions import TRANSITIONS
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Verdict
from services.router.effects import records_of
from shared.contracts import topics
from shared.contracts.chain import first_break
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    Command,
    CompleteCommand,
    ObjectCommand,
    StartCommand,
)
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import State
from tests.unit.router.samples import (
    HOLDER,
    NOW,
    REQUEST_ID,
    RETURNS,
    after,
    assigned,
    decision,
    opened,
    sent_on,
    triaged,
)

LATER = NOW + timedelta(hours=1)


def command(kind: type[Command], **members: object) -> Command:
    return kind(request_id=REQUEST_ID, issued_at=NOW, **members)


def does(case: Case, asked: Command, sender: str = HOLDER, cause: UUID | None = None) -> Sealed | Refusal:
    return next_event(case, asked, sender=sender, cause_id=cause or uuid4(), now=LATER, returns=RETURNS)


def objects(case: Case, why: str | None = None) -> Sealed | Refusal:
    return does(case, command(ObjectCommand, why=why), APPLICANTS)


def accepted() -> Case:
    return after(assigned(), does(assigned(), command(AcceptCommand)))


AUTOMATIC: list[Verdict] = [
    Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision()),
    Forwarded("İSKİ", "185", decision()),
    NotExamined("3071 m.6/b", decision()),
]


@pytest.mark.parametrize("case", [*map(opened, AUTOMATIC), accepted()])
def test_what_was_decided_automatically_goes_to_a_person(case: Case) -> None:
    told = after(case, objects(case))
    assert (told.state, told.holder) == (State.TRIAGE, None)
    assert told.last.ce_type.endswith("request.triaged.v1")
    assert told.last.data["actor"] == {"kind": "applicant", "id": "applicants"}
    assert "itiraz" in told.last.data["reason"]
    assert told.decision.rule == "objected"
    assert told.decision.chosen == decision().chosen, "the person sees what was objected to"
    assert told.summary.subject == UNDECIDED_SUBJECT
    assert first_break(e.data for e in told.history) is None


def test_the_applicants_words_are_kept_masked() -> None:
    told = after(assigned(), objects(assigned(), why="Beni arayın: 0532 123 45 67"))
    assert told.decision.inputs["objection"] == "Beni arayın: [telefon gizlendi]"


def test_a_person_then_decides_for_good() -> None:
    case = after(assigned(), objects(assigned()))
    confirmed = after(case, sent_on(case, "temizlik", reason_code=ReasonCode.AS_PROPOSED))
    assert (confirmed.state, confirmed.holder) == (State.ASSIGNED, HOLDER)
    again = objects(confirmed)
    assert isinstance(again, Refusal)
    assert again.code == "decided_by_a_person"
    assert "görevli" in again.reason


def test_nobody_objects_while_a_person_is_at_it() -> None:
    case = accepted()
    working = after(case, does(case, command(StartCommand)))
    answered = after(working, does(working, command(AnswerCommand, text="Toplandı.")))
    closed = after(answered, does(answered, command(CompleteCommand)))
    for case in (triaged(), working, answered, closed):
        outcome = objects(case)
        assert isinstance(outcome, Refusal)
        assert outcome.code == "illegal_transition"
        assert outcome.reason.endswith(".")


def test_applicants_and_directorates_command_only_what_is_theirs() -> None:
    for asked, sender in (
        (command(ObjectCommand), HOLDER),
        (command(AcceptCommand), APPLICANTS),
    ):
        outcome = does(assigned(), asked, sender)
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_yours_to_command"
    assert {row.by for row in TRANSITIONS.values()} == {"department", "applicant"}


def test_a_command_that_comes_again_after_the_objection_is_still_the_one_that_was_carried_out() -> None:
    cause = uuid4()
    event = does(assigned(), command(AcceptCommand), cause=cause)
    case = after(assigned(), event)
    taken = after(case, objects(case))
    assert does(taken, command(AcceptCommand), cause=cause) == event
    refused = does(taken, command(StartCommand))
    assert isinstance(refused, Refusal)
    assert refused.code == "not_the_holder"


def test_the_directorate_learns_that_a_request_was_taken_from_it_and_nothing_after_that() -> None:
    taken = after(assigned(), objects(assigned()))
    given = after(taken, sent_on(taken, "iski", code="SU-KSN"))
    for case in (taken, given):
        lifecycle, routed = records_of(taken.last, case)
        assert lifecycle.topic == topics.LIFECYCLE
        assert routed.topic == topics.routed_topic(HOLDER)
        assert b'"state":"triage"' in (routed.value or b"")
    assert [r.topic for r in records_of(given.last, given)] == [topics.LIFECYCLE]


def test_a_directorate_that_gets_it_back_is_never_taken_back_in_time() -> None:
    taken = after(assigned(), objects(assigned()))
    back = after(taken, sent_on(taken, "temizlik"))
    for event in back.history:
        _, routed = records_of(event, back)
        assert b'"sequence":3' in (routed.value or b"")
