"""A verdict that cannot fail proves nothing: each fault it looks for is made here once."""

import pytest

from tests.faults.verdict import Fact, Message, judge

ACCEPTED = {"r1": "BB-1", "r2": "BB-2"}
FACTS = [Fact("r1", 1, "a"), Fact("r2", 1, "b"), Fact("r1", 2, "c")]
MESSAGES = [Message("m1", "BB-1", "alındı")]


def test_a_run_without_faults_is_clean_and_repeats_are_only_counted() -> None:
    verdict = judge(ACCEPTED, [*FACTS, *FACTS], MESSAGES, {"r1"}, {"r1", "r2"})
    assert verdict.clean
    assert verdict.repeated == 3


@pytest.mark.parametrize(
    ("fault", "facts", "messages", "clocks"),
    [
        ("lost", FACTS[:1], MESSAGES, {"r1", "r2"}),
        ("phantom", [*FACTS, Fact("r9", 1, "z")], MESSAGES, {"r1", "r2"}),
        ("phantom", FACTS, [*MESSAGES, Message("m9", "BB-9", "alındı")], {"r1", "r2"}),
        ("double", [*FACTS, Fact("r1", 1, "other")], MESSAGES, {"r1", "r2"}),
        ("double", FACTS, [*MESSAGES, Message("m2", "BB-1", "alındı")], {"r1", "r2"}),
        ("disorder", [FACTS[2], FACTS[0], FACTS[1]], MESSAGES, {"r1", "r2"}),
        ("disorder", [*FACTS, Fact("r2", 3, "d")], MESSAGES, {"r1", "r2"}),
        ("untold", FACTS, [], {"r1", "r2"}),
        ("unclocked", FACTS, MESSAGES, {"r1"}),
    ],
)
def test_each_fault_is_found(
    fault: str, facts: list[Fact], messages: list[Message], clocks: set[str]
) -> None:
    verdict = judge(ACCEPTED, facts, messages, {"r1"}, clocks)
    assert not verdict.clean
    assert [name for name, count in verdict.rows() if count and name not in {"accepted", "repeated"}] == [
        fault
    ]
