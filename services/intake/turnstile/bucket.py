"""A token bucket as one number (the generic cell rate algorithm). Pure; time comes in as nanoseconds.

A bucket holds so many tokens at most and gets a new one at even intervals. All that has to be remembered is
the instant at which it will be full again; one that is full needs no memory at all.
"""

from dataclasses import dataclass
from typing import Final

_SECOND: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How much a bucket allows.

    Attributes:
        count: tokens in a full bucket: what may come at once.
        seconds: time in which an empty bucket becomes full.
    """

    count: int
    seconds: int

    @property
    def interval(self) -> int:
        """Nanoseconds between two new tokens."""
        return self.seconds * _SECOND // self.count


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking for tokens.

    Attributes:
        allowed: whether there were as many.
        full_at: when the bucket will be full; what has to be remembered.
        left: tokens that are left.
        wait_s: whole seconds until there are as many as were asked for or, after that, one; rounded up.
        full_in_s: whole seconds until the bucket is full, rounded up.
    """

    allowed: bool
    full_at: int
    left: int
    wait_s: int
    full_in_s: int


def take(rate: Rate, full_at: int, now: int, count: int = 1) -> Taken:
    """Take tokens out of the bucket that will be full at ``full_at``, all of them or none.

    Args:
        rate: size and speed of the bucket.
        full_at: what was remembered, or 0 of a bucket that was never used.
        now: the present, on the same clock.
        count: how many; more than a full bucket holds are never there.
    """
    begun = max(full_at, now)
    filled = begun + rate.interval * count
    missing = filled - now - rate.interval * rate.count
    if missing > 0:
        left = max(rate.count - -(-(begun - now) // rate.interval), 0)
        return Taken(False, full_at, left, _seconds(missing), _seconds(begun - now))
    left = -missing // rate.interval
    wait = 0 if left else rate.interval + missing
    return Taken(True, filled, left, _seconds(wait), _seconds(filled - now))


def give_back(rate: Rate, full_at: int) -> int:
    """Return what to remember of a bucket after one token went back into it."""
    return full_at - rate.interval


def _seconds(nanoseconds: int) -> int:
    return -(-nanoseconds // _SECOND)
