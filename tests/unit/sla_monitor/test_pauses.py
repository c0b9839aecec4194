"""Waiting for the applicant moves the municipality's own target and never the law's."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla_monitor.domain.clocks import Fact, Stage, apply
from services.sla_monitor.domain.deadlines import INTERNAL_SHARE, Deadlines, derive_deadlines
from services.sla_monitor.domain.pauses import Pause, pauses_of
from shared.contracts.vocabulary import Priority, Regime, State
from tests.unit.sla_monitor.samples import NOON, calendar, clock, local, policies

HOUR = timedelta(hours=1)
ASKED = NOON + timedelta(minutes=1)
STATES = (State.TRIAGE, State.AWAITING_APPLICANT, State.TRIAGE, State.ASSIGNED, State.ACCEPTED)
priorities = st.sampled_from(sorted(set(Priority) - {Priority.EMERGENCY}))
spans = st.tuples(st.timedeltas(timedelta(), 20 * HOUR), st.timedeltas(timedelta(), timedelta(days=40)))


def due(
    *pauses: Pause,
    priority: Priority = Priority.URGENT,
    received: datetime = NOON,
    regime: Regime = Regime.PETITION_3071,
) -> Deadlines:
    return derive_deadlines(regime, priority, received, policies(), calendar(), pauses=pauses)


def stage(number: int) -> Stage:
    return Stage(number, STATES[number - 1], NOON + timedelta(hours=number**2))


def test_a_pause_lasts_until_whatever_comes_next() -> None:
    told = clock()
    for number in (1, 2):
        told = apply(told, stage(number))
    assert told.pauses == (Pause(stage(2).at),)
    assert told.paused
    told = apply(told, stage(4))
    assert told.pauses == (Pause(stage(2).at, stage(4).at),), "a person decided, as far as is known"
    assert not told.paused
    assert apply(told, stage(3)).pauses == (Pause(stage(2).at, stage(3).at),)


@given(st.permutations([*map(stage, range(1, 6)), *map(stage, range(1, 6))]))
def test_events_in_any_order_and_repeated_give_the_same_pauses_and_targets(facts: list[Fact]) -> None:
    told = clock()
    for fact in facts:
        told = apply(told, fact)
    assert told.pauses == (Pause(stage(2).at, stage(3).at),)
    assert due(*told.pauses) == due(Pause(stage(2).at, stage(3).at))


def test_a_forwarded_request_waits_for_nobody() -> None:
    told = apply(apply(clock(), stage(2)), Stage(9, State.FORWARDED, NOON))
    assert not told.paused


def test_the_target_goes_on_where_the_answer_left_it() -> None:
    monday = local("2026-11-23")
    answered, back = local("2026-11-24", "10:00"), local("2026-11-30", "09:00")
    states = {1: State.ASSIGNED, 2: State.ANSWERED, 3: State.CLOSED, 4: State.REOPENED}
    times = (monday, answered, answered + HOUR, back)
    (pause,) = pauses_of({n: (state, at) for (n, state), at in zip(states.items(), times, strict=True)})
    assert pause == Pause(answered, back, after="answer")
    paused = due(pause, priority=Priority.NORMAL, received=monday)
    assert paused.internal.due_at == local("2026-12-04", "17:00:00")
    assert paused.legal == due(priority=Priority.NORMAL, received=monday).legal
    told = [step.text for step in paused.internal.steps]
    assert "Bekleme bitti: 24.11.2026 10.00 yanıtından bu yana geçen süre sayılmadı." in told


def test_an_answer_that_stands_is_no_pause() -> None:
    assert pauses_of({1: (State.ANSWERED, NOON), 2: (State.CLOSED, NOON + HOUR)}) == ()


def test_no_state_no_pause() -> None:
    assert pauses_of({}) == ()


def test_a_target_in_minutes_moves_by_as_long_as_the_wait_was() -> None:
    paused = due(Pause(ASKED, ASKED + 30 * HOUR))
    assert paused.internal.due_at == due().internal.due_at + 30 * HOUR
    assert paused.legal == due().legal
    assert any("sayılmadı" in step.text for step in paused.internal.steps)


def test_days_that_began_while_the_applicant_was_waited_for_do_not_count() -> None:
    monday = local("2026-11-23")
    plain = due(priority=Priority.NORMAL, received=monday)
    assert plain.internal.due_at == local("2026-11-30", "17:00:00")
    over_two_days = Pause(monday, local("2026-11-25", "09:00"))
    paused = due(over_two_days, priority=Priority.NORMAL, received=monday)
    assert paused.internal.due_at == local("2026-12-02", "17:00:00")
    told = [step.text for step in paused.internal.steps]
    assert "Bekleme bitti: 23.11.2026 10.00 sorusundan bu yana geçen süre sayılmadı." in told
    assert "5. iş günü; hafta sonları sayılmadı." in told
    the_same_day = Pause(monday, monday + HOUR)
    assert (
        due(the_same_day, priority=Priority.NORMAL, received=monday).internal.due_at == plain.internal.due_at
    )


def test_while_the_applicant_is_waited_for_the_target_is_the_latest_it_may_come_to() -> None:
    paused = due(Pause(ASKED))
    assert paused.internal.due_at == paused.legal.at_share(INTERNAL_SHARE)
    assert "soru soruldu" in paused.internal.steps[-2].text
    assert paused.legal == due().legal


def test_a_question_that_comes_after_the_target_was_missed_excuses_nothing() -> None:
    late = due().internal.due_at + HOUR
    assert due(Pause(late)) == due()
    assert due(Pause(late, late + HOUR)) == due()


@pytest.mark.parametrize("priority", [Priority.URGENT, Priority.NORMAL])
def test_two_pauses_add_up(priority: Priority) -> None:
    one, two = Pause(ASKED, ASKED + 30 * HOUR), Pause(ASKED + 40 * HOUR, ASKED + 90 * HOUR)
    both = due(one, two, priority=priority).internal.due_at
    assert both > due(one, priority=priority).internal.due_at > due(priority=priority).internal.due_at


@given(priorities, st.sampled_from(Regime), st.lists(spans, max_size=3), st.booleans())
def test_no_pause_moves_the_law_or_the_target_beyond_its_share_or_back(
    priority: Priority, regime: Regime, lengths: list[tuple[timedelta, timedelta]], waiting: bool
) -> None:
    pauses, at = [], NOON
    for run, wait in lengths:
        pauses.append(Pause(at + run, at + run + wait))
        at += run + wait
    if waiting:
        pauses.append(Pause(at))
    plain, paused = due(priority=priority, regime=regime), due(*pauses, priority=priority, regime=regime)
    assert paused.legal == plain.legal
    assert plain.internal.due_at <= paused.internal.due_at <= paused.legal.at_share(INTERNAL_SHARE)
    assert paused == due(*pauses, priority=priority, regime=regime)
