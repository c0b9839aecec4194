from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.sla_monitor.documents import advance_change, change_for, clock_document, clock_of
from services.sla_monitor.domain.clocks import AnswerOutcome, Fact, Stage, apply
from services.sla_monitor.sweeper import escalation_document
from shared.contracts.vocabulary import State
from tests.unit.sla_monitor.samples import NOON, clock

FACTS: list[Fact] = [
    Stage(1, State.ASSIGNED, NOON, "temizlik"),
    Stage(2, State.ACCEPTED, NOON + timedelta(hours=1), "temizlik"),
    Stage(3, State.CLOSED, NOON + timedelta(hours=3), "temizlik"),
    AnswerOutcome("m1", False, "sms", NOON + timedelta(hours=2)),
    AnswerOutcome("m2", True, "email", NOON + timedelta(hours=2)),
]


def changed(document: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Apply an update as the database does."""
    result = {k: dict(v) if isinstance(v, dict) else v for k, v in document.items()}
    for path, value in change.get("$set", {}).items():
        outer, _, inner = path.partition(".")
        if inner:
            result[outer][inner] = value
        else:
            result[outer] = value
    for name in change.get("$unset", {}):
        result.pop(name, None)
    return result


def test_a_clock_comes_back_as_it_was_stored() -> None:
    told = clock()
    for fact in FACTS:
        told = apply(told, fact)
    assert clock_of(clock_document(replace(told, reached=2))) == replace(told, reached=2)


@given(st.permutations(FACTS), st.integers(0, len(FACTS)))
def test_updates_in_any_order_store_what_the_domain_says(facts: list[Fact], cut: int) -> None:
    stored, told = clock_document(clock()), clock()
    for fact in facts:
        told = apply(told, fact)
    for batch in (facts[:cut], facts[cut:], facts):
        stored = changed(stored, change_for(batch))
    assert clock_of(stored) == told
    assert stored["open"] == (told.stop is None)
    assert "next_at" not in stored


def test_a_running_clock_waits_for_its_next_rung() -> None:
    told = clock()
    assert clock_document(told)["next_at"] == told.rungs[0].at


def test_a_clock_opened_by_its_last_event_waits_for_nothing() -> None:
    document = clock_document(apply(clock(), Stage(1, State.FORWARDED, NOON)))
    assert document["open"] is False
    assert "next_at" not in document


def test_after_the_last_rung_nothing_is_waited_for() -> None:
    told = clock()
    assert advance_change(told.rungs, len(told.rungs))["$unset"] == {"next_at": ""}
    assert advance_change(told.rungs, 1)["$set"]["next_at"] == told.rungs[1].at


def test_an_escalation_is_the_same_whoever_raises_it_and_differs_by_rung() -> None:
    told = clock()
    first, again = (escalation_document(told, told.rungs[0], NOON + timedelta(d)) for d in (1, 2))
    assert first["_id"] == again["_id"]
    assert len({escalation_document(told, rung, NOON)["_id"] for rung in told.rungs}) == len(told.rungs)
