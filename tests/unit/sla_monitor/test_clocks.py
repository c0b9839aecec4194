from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.sla_monitor.domain.clocks import (
    AnswerOutcome,
    Fact,
    RequestClock,
    Stage,
    apply,
    may_run_again,
    missing_sequences,
)
from services.sla_monitor.domain.ladder import due_rungs, next_at
from services.sla_monitor.domain.pauses import Pause
from shared.contracts.vocabulary import State
from tests.unit.sla_monitor.samples import NOON, clock

ASSIGNED = Stage(1, State.ASSIGNED, NOON, "temizlik")
ACCEPTED = Stage(2, State.ACCEPTED, NOON + timedelta(hours=1), "temizlik")
ANSWERED = Stage(3, State.ANSWERED, NOON + timedelta(hours=2), "temizlik")
CLOSED = Stage(4, State.CLOSED, NOON + timedelta(hours=9), "temizlik")
FAILED = AnswerOutcome("m1", False, "sms", NOON + timedelta(hours=2, minutes=1))
DELIVERED = AnswerOutcome("m2", True, "tracking_page", NOON + timedelta(hours=2, minutes=2))
HISTORY = (ASSIGNED, ACCEPTED, ANSWERED, CLOSED, FAILED, DELIVERED)


@given(st.permutations([*HISTORY, *HISTORY]))
def test_facts_in_any_order_and_repeated_give_the_same_clock(facts: list[Fact]) -> None:
    told = expected = clock()
    for fact in facts:
        told = apply(told, fact)
    for fact in HISTORY:
        expected = apply(expected, fact)
    assert told == expected
    assert told.stop == expected.stop


def test_an_answer_that_was_given_leaves_the_clocks_running() -> None:
    told = apply(apply(clock(), ASSIGNED), ANSWERED)
    assert told.stop is None


def test_a_delivered_answer_stops_them_even_before_the_answer_is_heard_of() -> None:
    stop = apply(clock(), DELIVERED).stop
    assert stop is not None
    assert (stop.reason, stop.at) == ("answer_delivered", DELIVERED.at)


def test_an_answer_that_reached_nobody_leaves_them_running_and_says_so() -> None:
    told = apply(apply(clock(), ANSWERED), FAILED)
    assert told.stop is None
    assert told.answer_undelivered
    assert not apply(told, DELIVERED).answer_undelivered


def test_states_without_an_answer_to_give_stop_them() -> None:
    for state in (State.FORWARDED, State.NOT_EXAMINED, State.CLOSED, State.WITHDRAWN):
        stop = apply(clock(), Stage(1, state, NOON)).stop
        assert stop is not None
        assert stop.reason == state


def test_the_first_stop_counts() -> None:
    stop = apply(apply(clock(), CLOSED), DELIVERED).stop
    assert stop is not None
    assert stop.reason == "answer_delivered"


def test_what_comes_back_to_a_person_is_owed_an_answer_again() -> None:
    told = apply(apply(clock(), Stage(1, State.FORWARDED, NOON)), Stage(2, State.TRIAGE, NOON))
    assert told.stop is None
    assert told.unclaimed
    again = apply(told, Stage(3, State.FORWARDED, NOON + timedelta(hours=1))).stop
    assert again is not None
    assert again.at == NOON + timedelta(hours=1)


def test_an_answer_that_reached_the_applicant_is_not_taken_back() -> None:
    told = apply(apply(clock(), DELIVERED), Stage(5, State.TRIAGE, NOON))
    assert told.stop is not None


REOPENED = Stage(5, State.REOPENED, NOON + timedelta(days=2), "temizlik")
AGAIN = Stage(6, State.ANSWERED, NOON + timedelta(days=3), "temizlik")


def told_of(*facts: Fact) -> RequestClock:
    told = clock()
    for fact in facts:
        told = apply(told, fact)
    return told


def test_an_answer_that_solved_nothing_stops_nothing() -> None:
    told = told_of(*HISTORY, REOPENED)
    assert told.stop is None
    assert told.unclaimed, "nobody has taken it since"
    assert told.deadlines == clock().deadlines, "no clock starts anew"
    assert not told.answer_undelivered


def test_what_is_heard_late_of_the_first_answer_does_not_stop_them_again() -> None:
    late = AnswerOutcome("m3", True, "email", REOPENED.at + timedelta(hours=1))
    assert told_of(*HISTORY, REOPENED, late).stop is None
    second = AnswerOutcome("m4", True, "email", AGAIN.at + timedelta(hours=1))
    stop = told_of(*HISTORY, REOPENED, late, AGAIN, second).stop
    assert stop is not None
    assert (stop.reason, stop.at) == ("answer_delivered", second.at)


@given(st.permutations([*HISTORY, REOPENED, AGAIN]))
def test_a_return_in_any_order_gives_the_same_clock(facts: list[Fact]) -> None:
    told, expected = told_of(*facts), told_of(*HISTORY, REOPENED, AGAIN)
    assert (told.stop, told.pauses) == (expected.stop, expected.pauses)
    assert told.pauses == (Pause(ANSWERED.at, REOPENED.at, after="answer"),)


def test_a_withdrawn_request_stops_for_good() -> None:
    stop = told_of(ASSIGNED, ACCEPTED, Stage(3, State.WITHDRAWN, NOON)).stop
    assert stop is not None
    assert stop.reason == "withdrawn"


def test_events_that_may_set_the_clocks_going_again() -> None:
    back, first = {2: Stage(2, State.TRIAGE, NOON)}, {1: Stage(1, State.TRIAGE, NOON)}
    assert may_run_again(frozenset({1}), back)
    assert may_run_again(frozenset({2}), {1: ASSIGNED}), "an event that comes late"
    assert may_run_again(frozenset({1, 2, 3, 4}), {5: REOPENED})
    assert not may_run_again(frozenset(), first)
    assert not may_run_again(frozenset({1}), {2: ACCEPTED})
    assert not may_run_again(frozenset({1, 2}), {1: ASSIGNED})


def test_a_request_is_unclaimed_until_a_directorate_takes_it() -> None:
    told = apply(clock(), ASSIGNED)
    assert told.unclaimed
    assert not apply(told, ACCEPTED).unclaimed


def test_the_holder_is_the_directorate_named_last() -> None:
    told = apply(apply(clock(), ASSIGNED), Stage(2, State.TRIAGE, NOON))
    assert told.department == "temizlik"


def test_missing_sequences_are_those_below_the_highest_known() -> None:
    assert missing_sequences(frozenset({1, 2, 5})) == {3, 4}
    assert missing_sequences(frozenset({2})) == {1}
    assert missing_sequences(frozenset()) == frozenset()


def test_rungs_of_both_clocks_stand_in_order_of_time() -> None:
    rungs = clock().rungs
    assert [rung.at for rung in rungs] == sorted(rung.at for rung in rungs)
    assert [(r.clock, r.step, r.told) for r in rungs] == [
        ("internal", 1, "sorumlu"),
        ("internal", 2, "şef"),
        ("internal", 3, "müdür"),
        ("internal", 4, "başkan yardımcısı"),
        ("legal", 1, "sorumlu"),
        ("legal", 2, "şef"),
        ("legal", 3, "müdür"),
        ("legal", 4, "başkan yardımcısı"),
    ]


def test_everybody_was_told_before_a_legal_period_ends() -> None:
    told = clock()
    assert max(rung.at for rung in told.rungs) <= told.deadlines.legal.due_at


def test_only_rungs_whose_time_has_come_are_due() -> None:
    told = clock()
    due = told.deadlines.internal.due_at
    assert [r.told for r in due_rungs(told.rungs, 0, due)] == ["sorumlu", "şef"]
    assert [r.told for r in due_rungs(told.rungs, 1, due)] == ["şef"]
    assert due_rungs(told.rungs, 0, NOON) == ()


def test_the_ladder_ends() -> None:
    rungs = clock().rungs
    assert next_at(rungs, 0) == rungs[0].at
    assert next_at(rungs, len(rungs)) is None
