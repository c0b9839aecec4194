"""One bucket for each caller, in the memory of this process.

Several replicas each allow the whole rate: the limits protect the door, they are no quota to account by.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from services.intake.turnstile.bucket import Rate, Taken, give_back, take

_MOST: Final = 100_000


class Buckets:
    """The buckets of all callers who were here lately."""

    def __init__(
        self, rate: Rate, *, clock: Callable[[], int] = time.monotonic_ns, most: int = _MOST
    ) -> None:
        """Begin with all buckets full.

        Args:
            rate: size and speed of each.
            clock: nanoseconds that only go forward.
            most: how many callers are remembered; beyond that, those who were here longest ago are forgotten.
        """
        self.rate = rate
        self._clock = clock
        self._most = most
        self._full_at: OrderedDict[str, int] = OrderedDict()

    def take(self, caller: str, count: int = 1) -> Taken:
        """Take tokens out of the caller's bucket, all of them or none."""
        taken = take(self.rate, self._full_at.get(caller, 0), self._clock(), count)
        self._full_at[caller] = taken.full_at
        self._full_at.move_to_end(caller)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return taken

    def give_back(self, caller: str) -> None:
        """Put a token back that turned out not to be needed."""
        if caller in self._full_at:
            self._full_at[caller] = give_back(self.rate, self._full_at[caller])
