"""When a message that was put off is tried again."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, model_validator

from shared.contracts.vocabulary import Medium


class RetryPolicy(BaseModel):
    """How often and how late one message is tried again, as data.

    Attributes:
        first: wait after the first attempt.
        factor: how much longer each further wait is.
        longest: no wait is longer.
        attempts: after this many the message has failed.
        jitter: share of the wait by which it may be longer, to part those put off together.
    """

    model_config = ConfigDict(frozen=True)

    first: timedelta
    factor: float
    longest: timedelta
    attempts: int
    jitter: float = 0.2

    @model_validator(mode="after")
    def _sane(self) -> "RetryPolicy":
        if self.first <= timedelta(0) or self.longest < self.first:
            raise ValueError("waits must be positive, and the longest no shorter than the first")
        if self.factor < 1 or self.attempts < 1 or self.jitter < 0:
            raise ValueError("factor and attempts are 1 at least, jitter is 0 at least")
        return self

    def wait_after(self, attempts: int, chance: float) -> timedelta | None:
        """Return how long to wait after ``attempts`` attempts (1 at least), or None when that was the last.

        Args:
            attempts: attempts made so far.
            chance: a random number from 0 to 1 that spreads the waits.
        """
        if attempts >= self.attempts:
            return None
        # The exponent is bounded by `attempts`, but a float has an end that data must not reach.
        steps = min(attempts - 1, 60)
        seconds = min(self.first.total_seconds() * self.factor**steps, self.longest.total_seconds())
        return timedelta(seconds=seconds * (1 + self.jitter * chance))


RETRY_POLICIES: Mapping[Medium, RetryPolicy] = {
    # Greylisting lets a mail pass after minutes, a full mailbox after hours: about two days in all.
    Medium.EMAIL: RetryPolicy(first=timedelta(seconds=5), factor=3, longest=timedelta(hours=4), attempts=19),
    # A late SMS is of little use: about six hours in all.
    Medium.SMS: RetryPolicy(first=timedelta(seconds=2), factor=3, longest=timedelta(hours=1), attempts=14),
}
