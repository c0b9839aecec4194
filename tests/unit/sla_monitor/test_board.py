from dataclasses import replace
from datetime import timedelta

from services.sla_monitor.console.board import OpenClock, board, open_clock
from services.sla_monitor.console.charts import HOUR_HEIGHT, UNIT_WIDTH, columns, parts
from services.sla_monitor.documents import clock_document
from services.sla_monitor.domain.clocks import AnswerOutcome, Stage, apply
from shared.contracts.vocabulary import Priority, State
from tests.unit.sla_monitor.samples import NOON, clock

HOUR = timedelta(hours=1)
PLAIN = OpenClock(
    request_id="r0",
    receipt_number="BB-2026-0012345-K",
    subject="Çöp konteyneri taşıyor",
    neighbourhood="Cihangir",
    priority=Priority.NORMAL,
    received_at=NOON - 5 * HOUR,
    internal_due=NOON + 40 * HOUR,
    legal_due=NOON + 400 * HOUR,
    department="temizlik",
    unclaimed=False,
    paused=False,
    answer_undelivered=False,
    raised=(),
)
LATE = replace(PLAIN, request_id="late", internal_due=NOON - 2 * HOUR)
LATER = replace(PLAIN, request_id="later", internal_due=NOON - HOUR, department="fen")
TODAY = replace(PLAIN, request_id="today", internal_due=NOON + 3 * HOUR)
EMERGENCY = replace(
    PLAIN, request_id="emergency", priority=Priority.EMERGENCY, unclaimed=True, internal_due=NOON + HOUR / 2
)


def test_figures_count_each_open_clock_where_it_belongs() -> None:
    shown = board([PLAIN, LATE, LATER, TODAY, EMERGENCY], NOON)
    assert (shown.open, shown.late, shown.today, len(shown.unclaimed)) == (5, 2, 2, 1)


def test_unclaimed_emergencies_burn_first_then_the_longest_late() -> None:
    shown = board([PLAIN, TODAY, LATER, EMERGENCY, LATE], NOON)
    assert [c.request_id for c in shown.burning] == ["emergency", "late", "later", "today"]


def test_a_claimed_emergency_burns_by_its_due_time_like_any_other() -> None:
    shown = board([LATE, replace(EMERGENCY, unclaimed=False)], NOON)
    assert [c.request_id for c in shown.burning] == ["late", "emergency"]
    assert shown.unclaimed == []


def test_those_that_wait_for_the_applicant_are_counted() -> None:
    asked = apply(clock(), Stage(1, State.AWAITING_APPLICANT, NOON))
    waiting = open_clock(clock_document(asked))
    assert waiting.paused
    assert waiting.unclaimed
    assert board([PLAIN, waiting], NOON).paused == 1


def test_today_ends_at_local_midnight() -> None:
    before, after = NOON.replace(hour=20, minute=59), NOON.replace(hour=21, minute=0)
    shown = board([replace(PLAIN, internal_due=before), replace(PLAIN, internal_due=after)], NOON)
    assert shown.today == 1


def test_more_than_a_screen_is_cut_and_counted() -> None:
    shown = board([replace(LATE, request_id=str(n)) for n in range(70)], NOON)
    assert (len(shown.burning), shown.burning_total) == (50, 70)


def test_without_open_clocks_nothing_burns_and_nothing_is_next() -> None:
    shown = board([], NOON)
    assert (shown.open, shown.burning, shown.next_due, shown.units) == (0, [], None, [])


def test_targets_are_counted_in_their_local_hour_without_those_that_are_over() -> None:
    shown = board([LATE, TODAY, replace(TODAY, request_id="b")], NOON + timedelta(minutes=20))
    assert [bar.count for bar in shown.hours][:5] == [0, 0, 0, 2, 0]


def test_units_stand_in_order_of_what_is_late() -> None:
    triage = replace(PLAIN, request_id="t", department=None)
    shown = board([triage, TODAY, PLAIN, LATER], NOON)
    assert [(u.slug, u.late, u.today, u.on_time) for u in shown.units] == [
        ("fen", 1, 0, 0),
        ("temizlik", 0, 1, 1),
        (None, 0, 0, 1),
    ]


def test_the_console_reads_what_the_store_wrote() -> None:
    told = apply(clock(), Stage(1, State.ASSIGNED, NOON, "temizlik"))
    told = replace(apply(told, AnswerOutcome("m", False, "sms", NOON)), reached=1)
    shown = open_clock(clock_document(told))
    assert (shown.department, shown.unclaimed, shown.answer_undelivered) == ("temizlik", True, True)
    assert [rung.told for rung in shown.raised] == ["sorumlu"]
    assert shown.internal_due == told.deadlines.internal.due_at


def test_the_highest_column_takes_the_whole_height_and_none_is_negative() -> None:
    drawn = columns(board([TODAY, TODAY, EMERGENCY], NOON).hours)
    assert max(column.height for column in drawn) == HOUR_HEIGHT
    assert drawn[1].height == 0
    assert [column.hour for column in drawn[:2]] == ["12", "13"]


def test_parts_of_a_bar_lie_side_by_side_within_the_width() -> None:
    load = board([LATE, TODAY, PLAIN, PLAIN], NOON).units[0]
    drawn = parts(load, most=4)
    assert [(p.kind, p.x, p.width) for p in drawn] == [
        ("late", 0.0, UNIT_WIDTH / 4),
        ("today", UNIT_WIDTH / 4, UNIT_WIDTH / 4),
        ("on-time", UNIT_WIDTH / 2, UNIT_WIDTH / 2),
    ]
