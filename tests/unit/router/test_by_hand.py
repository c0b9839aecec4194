"""A person at the desk decides."""

import pytest

from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Sealed
from services.router.domain.lifecycle import Refusal
from shared.contracts.chain import first_break
from shared.contracts.vocabulary import Priority, State
from tests.unit.router.samples import SHIPPED, after, assigned, sent_on, triaged


@pytest.mark.parametrize(
    ("body", "state"),
    [("temizlik", State.ASSIGNED), ("iski", State.FORWARDED), ("none", State.NOT_EXAMINED)],
)
def test_a_person_sends_a_request_on_from_triage(body: str, state: State) -> None:
    case = after(triaged(), sent_on(triaged(), body))
    assert case.state is state
    assert case.decision.decided_by == "p-17"
    assert case.summary.subject == "Çöp toplama"
    assert case.summary.priority is Priority.URGENT
    assert first_break(e.data for e in case.history) is None


@pytest.mark.parametrize(
    ("seen", "found", "priority"),
    [
        (Priority.EMERGENCY, ReasonCode.OTHER, Priority.EMERGENCY),
        (Priority.EMERGENCY, ReasonCode.FALSE_DANGER, Priority.URGENT),
        (Priority.NORMAL, ReasonCode.MISSED_DANGER, Priority.EMERGENCY),
    ],
)
def test_danger_is_what_was_seen_unless_the_person_sees_otherwise(
    seen: Priority, found: ReasonCode, priority: Priority
) -> None:
    event = sent_on(triaged(seen), "temizlik", reason_code=found)
    assert isinstance(event, Sealed)
    assert event.data["summary"]["priority"] == priority


def test_the_decision_keeps_the_reason_by_code_and_in_words_without_a_phone_number() -> None:
    case = after(triaged(), sent_on(triaged(), "temizlik", reason="0532 123 45 67 ile görüştüm"))
    assert case.decision.inputs["reason"] == "[telefon gizlendi] ile görüştüm"
    assert case.decision.inputs["reason_code"] == "other"


def test_the_wall_is_that_of_what_the_person_found() -> None:
    walled = next(c for c in SHIPPED.categories if SHIPPED.handling.wall_of(c.code))
    body = walled.destinations[0].body
    case = after(triaged(), sent_on(triaged(), body, code=walled.code, knowledge=SHIPPED))
    wall = SHIPPED.handling.wall_of(walled.code)
    assert wall is not None
    assert case.decision.seen_only_by == wall.seen_by


def test_by_hand_only_from_triage_and_only_to_what_is_known() -> None:
    for outcome, code in (
        (sent_on(assigned(), "temizlik"), "not_in_triage"),
        (sent_on(triaged(), "yok"), "unknown_destination"),
        (sent_on(triaged(), "iski", code="YOK-YOK"), "unknown_destination"),
    ):
        assert isinstance(outcome, Refusal)
        assert outcome.code == code


def test_as_proposed_is_only_what_was_proposed() -> None:
    agreed = sent_on(triaged(), "temizlik", reason_code=ReasonCode.AS_PROPOSED)
    assert isinstance(agreed, Sealed)
    elsewhere = sent_on(triaged(), "iski", reason_code=ReasonCode.AS_PROPOSED)
    assert isinstance(elsewhere, Refusal)
    assert elsewhere.code == "not_as_proposed"
