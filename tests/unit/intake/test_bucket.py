from hypothesis import given
from hypothesis import strategies as st

from services.intake.turnstile.bucket import Rate, take
from services.intake.turnstile.buckets import Buckets

SECOND = 1_000_000_000
rates = st.builds(Rate, count=st.integers(1, 500), seconds=st.integers(1, 3_600))
gaps = st.lists(st.integers(0, 5 * SECOND), min_size=1, max_size=60)


@given(rates, gaps)
def test_no_stretch_of_time_lets_more_through_than_a_full_bucket_and_what_flows_in(
    rate: Rate, gaps: list[int]
) -> None:
    now, full_at, passed = 10 * SECOND, 0, []
    for gap in gaps:
        now += gap
        taken = take(rate, full_at, now)
        full_at = taken.full_at
        if taken.allowed:
            passed.append(now)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= rate.count + (passed[last] - passed[first]) // rate.interval + 1


@given(rates)
def test_a_full_bucket_lets_exactly_its_count_through_at_once(rate: Rate) -> None:
    full_at, passed = 0, 0
    for _ in range(rate.count + 1):
        taken = take(rate, full_at, SECOND)
        full_at = taken.full_at
        passed += taken.allowed
        assert taken.left == max(rate.count - passed, 0)
    assert passed == rate.count
    assert not taken.allowed


@given(rates, gaps)
def test_who_waits_as_told_is_let_through(rate: Rate, gaps: list[int]) -> None:
    now, full_at = 0, 0
    for gap in gaps:
        now += gap
        taken = take(rate, full_at, now)
        full_at = taken.full_at
        if not taken.allowed:
            assert taken.wait_s > 0
            assert take(rate, full_at, now + taken.wait_s * SECOND).allowed


@given(rates, st.integers(1, 600))
def test_a_refusal_takes_nothing(rate: Rate, tries: int) -> None:
    full_at = rate.interval * rate.count
    for _ in range(min(tries, 50)):
        refused = take(rate, full_at, 0)
        assert (refused.allowed, refused.full_at) == (False, full_at)


def test_each_caller_has_a_bucket_and_what_is_given_back_is_there_again() -> None:
    buckets = Buckets(Rate(1, 60), clock=lambda: SECOND)
    assert buckets.take("a").allowed
    assert buckets.take("b").allowed
    assert not buckets.take("a").allowed
    buckets.give_back("a")
    assert buckets.take("a").allowed


def test_a_flood_of_callers_takes_no_more_than_so_much_memory() -> None:
    buckets = Buckets(Rate(1, 60), clock=lambda: SECOND, most=10)
    for caller in range(1_000):
        buckets.take(str(caller))
    assert not buckets.take("999").allowed
    assert buckets.take("0").allowed
    assert len(buckets._full_at) == 10
