"""What the tracking page offers an applicant in which state, against a table written out by hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.records import TimelineEntry
from services.intake.tracking.choices import Choice, choices_in, overtaken_in
from services.intake.tracking.story import tell
from shared.contracts.vocabulary import State
from tests.unit.intake.test_timeline import DECISION, RECEIVED, RECORD, entry, event

UNTIL = RECEIVED + timedelta(days=30)
OFFERED: dict[tuple[str, ...], set[str]] = {
    (): set(),
    ("request.triaged",): {"withdraw"},
    ("request.assigned",): {"withdraw", "object"},
    ("request.assigned", "request.accepted"): {"withdraw", "object"},
    ("request.assigned", "request.accepted", "work.started"): {"withdraw"},
    ("request.assigned", "request.accepted", "answer.given"): {"confirm", "reopen"},
    ("request.assigned", "request.accepted", "answer.given", "request.closed"): {"confirm", "reopen"},
    ("request.assigned", "request.accepted", "answer.given", "request.confirmed"): {"reopen"},
    ("request.assigned", "request.accepted", "answer.given", "request.reopened"): {"withdraw"},
    ("request.triaged", "question.asked"): {"withdraw"},
    ("request.forwarded",): {"object"},
    ("request.not_examined",): {"object"},
    ("request.assigned", "request.withdrawn"): set(),
}


def life(*names: str, **changes: Any) -> list[Any]:  # noqa: ANN401
    extra = {"answer.given": {"reopen_until": UNTIL}}
    return [event(n, number, **extra.get(n, {}), **changes) for number, n in enumerate(names, start=1)]


def acts(choices: Any) -> set[str]:  # noqa: ANN401
    return {choice.act for choice in choices}


@pytest.mark.parametrize("names", OFFERED, ids="-".join)
def test_what_is_offered(names: tuple[str, ...]) -> None:
    assert acts(choices_in(life(*names))) == OFFERED[names]


def test_nobody_objects_to_a_persons_decision_or_twice_to_the_same() -> None:
    by_hand = DECISION | {"decided_by": "p-17"}
    assert acts(choices_in([event("request.assigned", 1, decision=by_hand)])) == {"withdraw"}
    objected = DECISION | {"rule": "objected"}
    back = [*life("request.assigned"), event("request.triaged", 2, decision=objected)]
    assert acts(choices_in(back)) == {"withdraw"}
    assert tell(RECORD, [entry("request.triaged", 1, decision=objected)]).moments[0].key == "objected"


def test_the_day_comes_from_the_answer_and_passes() -> None:
    (reopen,) = (c for c in choices_in(life("request.assigned", "answer.given")) if c.act == "reopen")
    assert reopen.until == UNTIL
    assert reopen.open_at(UNTIL)
    assert not reopen.open_at(UNTIL + timedelta(seconds=1))
    before_the_rule = [*life("request.assigned"), event("answer.given", 2)]
    assert acts(choices_in(before_the_rule)) == {"confirm"}


def test_a_choice_is_the_same_command_until_what_it_is_about_changes() -> None:
    def withdraw(*names: str) -> Choice:
        (found,) = (c for c in choices_in(life(*names)) if c.act == "withdraw")
        return found

    first = withdraw("request.assigned")
    assert first.command_id == withdraw("request.assigned", "request.accepted").command_id
    again = withdraw("request.assigned", "answer.given", "request.reopened")
    assert again.command_id != first.command_id


@pytest.mark.parametrize(
    ("names", "late"),
    [
        (("request.assigned", "request.accepted"), set()),
        (("request.assigned", "work.started"), {"object"}),
        (("request.assigned", "answer.given"), {"object", "withdraw"}),
        (("request.assigned", "request.withdrawn"), set()),
        (("request.forwarded",), {"withdraw"}),
    ],
)
def test_what_the_request_moved_on_from(names: tuple[str, ...], late: set[str]) -> None:
    assert acts(overtaken_in(life(*names))) == late


def test_each_matter_is_chosen_for_by_its_own_id() -> None:
    part = UUID(int=7)
    own = [entry("request.assigned", 1), entry("answer.given", 2, reopen_until=UNTIL)]
    theirs = event("request.assigned", 1, request_id=part)
    theirs = theirs.model_copy(
        update={"summary": theirs.summary.model_copy(update={"part_of": RECORD.request_id, "subject": "Su"})}
    )
    linked = TimelineEntry(RECORD.request_id, 1, theirs.ce_type, theirs.model_dump_json(), matter=part)
    story = tell(RECORD, [*own, linked])
    assert story.request_ids == (RECORD.request_id, part)
    assert {(c.act, c.request_id, c.about) for c in story.choices} == {
        ("confirm", RECORD.request_id, "Çöp konteyneri taşıyor"),
        ("reopen", RECORD.request_id, "Çöp konteyneri taşıyor"),
        ("withdraw", part, "Su"),
        ("object", part, "Su"),
    }


def test_what_is_left_of_a_request_says_where_it_stands() -> None:
    part = UUID(int=7)
    theirs = event("request.assigned", 1, request_id=part)
    linked = TimelineEntry(RECORD.request_id, 1, theirs.ce_type, theirs.model_dump_json(), matter=part)
    withdrawn = [entry("request.triaged", 1), entry("request.withdrawn", 2)]
    story = tell(RECORD, [*withdrawn, linked])
    assert (story.state, story.facts["holder"]) == (State.ASSIGNED, "Temizlik İşleri")
    assert tell(RECORD, withdrawn).state is State.WITHDRAWN
