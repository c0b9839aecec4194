"""What the demonstration tells of each request."""

from typing import Any

from deploy.demo.board import line, sums
from deploy.demo.residents import Visit, visits
from deploy.demo.story import Story
from shared.contracts.escalations import EscalationRaised
from shared.contracts.lifecycle import RequestAssigned, RequestClosed, RequestTriaged
from shared.contracts.notifications import NotificationConcluded
from shared.contracts.vocabulary import Channel, State

VISIT = Visit(channel=Channel.WEB, body={"description": "Çöp alınmıyor"})


def decided(state: State, *, department: str | None = None, by: str = "router") -> dict[str, Any]:
    event = {
        "request_id": "r1",
        "state": state,
        "decision": {"chosen": {"body": "Temizlik İşleri Müdürlüğü"}, "decided_by": by},
    }
    return event | ({"department": department} if department else {})


def story() -> Story:
    told = Story()
    told.came(VISIT, "r1", "BB-1")
    return told


def test_what_waits_for_a_person_goes_nowhere_yet() -> None:
    told = story()
    told.heard(RequestTriaged.ce_type, decided(State.TRIAGE))
    assert told.tales["r1"].holder == ""
    assert line(told.tales["r1"]) == "BB-1  triage             -"


def test_a_person_s_decision_is_told_as_one() -> None:
    told = story()
    told.heard(RequestAssigned.ce_type, decided(State.ASSIGNED, department="temizlik", by="masa-1"))
    assert told.tales["r1"].by_hand
    assert told.tales["r1"].holder == "Temizlik İşleri Müdürlüğü"


def test_an_event_that_overtakes_the_door_s_answer_is_not_lost() -> None:
    told = Story()
    assert told.heard(RequestAssigned.ce_type, decided(State.ASSIGNED, department="temizlik")) is None
    told.came(VISIT, "r1", "BB-1")
    assert told.tales["r1"].state is State.ASSIGNED


def test_it_is_finished_when_all_came_to_an_end_and_something_was_late() -> None:
    told = story()
    told.came(VISIT, "r2", "BB-2")
    told.heard(RequestAssigned.ce_type, decided(State.ASSIGNED, department="fen"))
    told.heard(RequestClosed.ce_type, {"request_id": "r2", "state": State.CLOSED})
    assert not told.finished
    told.heard(EscalationRaised.ce_type, {"request_id": "r1", "told": "şef"})
    assert told.finished
    assert line(told.tales["r1"]).endswith("late, told: şef")


def test_the_sums_count_delivered_messages_only() -> None:
    told = story()
    for outcome in ("delivered", "failed"):
        told.heard(NotificationConcluded.ce_type, {"request_id": "r1", "outcome": outcome})
    assert sums(told) == "1 requests: 1 received; ✋ 0 sent on by a person; 1 messages delivered; 0 escalated"


def test_people_come_through_every_door() -> None:
    everybody = visits()
    assert {visit.channel for visit in everybody} == set(Channel)
    assert len(everybody) == 40
