"""What is proposed to the corpus, and how often people override the router."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.by_hand import ReasonCode
from services.router.domain.corrections import Correction, Said
from services.router.domain.learning import harvest, week_of, weekly
from services.router.domain.past import DecisionMade
from shared.contracts.decisions import Candidate
from shared.contracts.vocabulary import Channel, Priority
from tests.unit.router.samples import KNOWLEDGE

NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
RIGHT = KNOWLEDGE.candidate("TEM-TOP", "temizlik", 0.6)
WRONG = KNOWLEDGE.candidate("SU-KSN", "iski", 1)


def correction(
    number: int = 1, *, chosen: Candidate = WRONG, sent: bool = False, days: int = 0, **changes: object
) -> Correction:
    said = Said(
        at=NOON + timedelta(days=days),
        candidate=RIGHT,
        sent=sent,
        rule="below-threshold",
        knowledge_version="k",
        model_version="m",
    )
    return Correction(
        request_id=f"r{number}",
        channel=Channel.WEB,
        text=f"musluktan su gelmiyor {number}",
        said=said,
        chosen=chosen,
        priority=Priority.NORMAL,
        reason_code=ReasonCode.WRONG_CATEGORY,
        reason="Su işi",
        staff="p-1",
        at=NOON + timedelta(days=days, hours=1),
    ).model_copy(update=changes)


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [(True, WRONG), (False, WRONG), (False, RIGHT)],
)
def test_a_disagreement_is_proposed_and_so_is_what_the_router_left_open(
    sent: bool, chosen: Candidate
) -> None:
    (proposal,) = harvest([correction(sent=sent, chosen=chosen)], KNOWLEDGE).proposals
    assert proposal.code == chosen.category_code
    assert KNOWLEDGE.bodies_by_id[proposal.body].name == chosen.body


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("nothing-new", {"sent": True, "chosen": RIGHT}),
        ("walled", {"text": None}),
        ("not-in-the-words", {"reason_code": ReasonCode.WRONG_PLACE}),
        ("not-in-the-words", {"reason_code": ReasonCode.SEVERAL_MATTERS}),
        ("no-such-destination", {"chosen": KNOWLEDGE.candidate("TEM-TOP", "iski", 1)}),
    ],
)
def test_the_rest_is_left_out_for_a_reason(why: str, changes: dict[str, Any]) -> None:
    found = harvest([correction(**changes)], KNOWLEDGE)
    assert (found.proposals, found.left_out) == ((), {why: 1})


def test_a_place_that_no_category_goes_to_is_named() -> None:
    elsewhere = KNOWLEDGE.candidate("TEM-TOP", "iski", 1)
    found = harvest([correction(n, chosen=elsewhere) for n in (1, 2)], KNOWLEDGE)
    assert found.missing == {("TEM-TOP", "İSKİ"): 2}


def test_a_body_of_another_version_of_the_knowledge_is_no_destination() -> None:
    gone = WRONG.model_copy(update={"body": "Kaldırılmış Müdürlük"})
    assert harvest([correction(chosen=gone)], KNOWLEDGE).left_out == {"no-such-destination": 1}


def test_of_decisions_on_the_same_words_the_latest_counts() -> None:
    same = {"text": "SULAR akmıyor!"}
    found = harvest(
        [
            correction(2, days=1, chosen=RIGHT, text="sular akmıyor"),
            correction(1, **same),
            correction(3, text="başka bir şey"),
        ],
        KNOWLEDGE,
    )
    assert [(p.correction.request_id, p.code) for p in found.proposals] == [
        ("r3", "SU-KSN"),
        ("r2", "TEM-TOP"),
    ]
    assert found.left_out == {"said-again": 1}


def test_a_week_begins_on_monday_in_istanbul() -> None:
    sunday = datetime(2026, 11, 29, 20, 59, tzinfo=UTC)
    assert week_of(sunday) == "2026-W48"
    assert week_of(sunday + timedelta(minutes=1)) == "2026-W49"
    assert week_of(datetime(2027, 1, 2, tzinfo=UTC)) == "2026-W53"


def test_overrides_count_in_the_week_of_the_decision_they_correct() -> None:
    made = [DecisionMade(at=NOON, category_code="TEM-TOP")] * 3
    made += [DecisionMade(at=NOON + timedelta(days=7), category_code="SU-KSN")]
    corrections = [
        correction(1, at=NOON + timedelta(days=9)),
        correction(2, chosen=RIGHT, reason_code=ReasonCode.AS_PROPOSED),
        correction(3, days=-30),
    ]
    first, second = weekly(made, corrections)
    assert (first.name, first.total.decided, first.total.overridden) == ("2026-W48", 3, 1)
    assert first.by_reason == {ReasonCode.WRONG_CATEGORY: 1}
    assert first.by_code["TEM-TOP"].share == pytest.approx(1 / 3)
    assert (second.name, second.total.share) == ("2026-W49", 0)


def test_a_request_that_was_decided_twice_is_overridden_once_at_most() -> None:
    made = [DecisionMade(at=NOON, category_code="TEM-TOP")]
    (week,) = weekly(made, [correction(), correction(chosen=RIGHT, days=1)])
    assert week.total.overridden == 0


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=30))
def test_shares_are_shares(rows: list[tuple[int, bool]]) -> None:
    made = [DecisionMade(at=NOON + timedelta(days=d), category_code="TEM-TOP") for d, _ in rows]
    corrections = [correction(n, days=d) for n, (d, wrong) in enumerate(rows) if wrong]
    weeks = weekly(made, corrections)
    assert sum(week.total.decided for week in weeks) == len(rows)
    assert sum(week.total.overridden for week in weeks) == len(corrections)
    assert all(0 <= rate.share <= 1 for week in weeks for rate in (week.total, *week.by_code.values()))
