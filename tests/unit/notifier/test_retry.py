from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.notifier.domain.retry import RETRY_POLICIES, RetryPolicy
from shared.contracts.vocabulary import Medium

POLICY = RetryPolicy(
    first=timedelta(seconds=2), factor=3, longest=timedelta(seconds=30), attempts=5, jitter=0.5
)


def test_waits_grow_up_to_the_longest() -> None:
    assert [POLICY.wait_after(n, 0) for n in (1, 2, 3, 4)] == [timedelta(seconds=s) for s in (2, 6, 18, 30)]


def test_after_the_last_attempt_there_is_no_wait() -> None:
    assert POLICY.wait_after(5, 0) is None


def test_chance_lengthens_a_wait_by_the_jitter_at_most() -> None:
    assert POLICY.wait_after(1, 1) == timedelta(seconds=3)


def test_a_policy_with_very_many_attempts_has_a_wait_for_each() -> None:
    endless = POLICY.model_copy(update={"attempts": 10_000})
    assert endless.wait_after(9_999, 0) == timedelta(seconds=30)


@pytest.mark.parametrize(
    "wrong", [{"first": timedelta(0)}, {"longest": timedelta(seconds=1)}, {"factor": 0.5}, {"attempts": 0}]
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RetryPolicy(**(POLICY.model_dump() | wrong))


def test_both_media_start_within_seconds_and_go_on_for_hours() -> None:
    for medium in (Medium.EMAIL, Medium.SMS):
        policy = RETRY_POLICIES[medium]
        waits = [policy.wait_after(n, 0) for n in range(1, policy.attempts)]
        assert waits[0] <= timedelta(seconds=5)
        assert sum(waits, timedelta()) > timedelta(hours=5)
