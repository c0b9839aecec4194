"""How much the door carries at once, and who is refused first when it is too much. Pure."""

import math
from dataclasses import dataclass
from typing import Final

_SHORTEST_S: Final = 1
_LONGEST_S: Final = 30


@dataclass(frozen=True, slots=True)
class Capacity:
    """Requests whose body has arrived and whose answer has not left; most of them wait for the group commit.

    Attributes:
        ordinary: how many there may be before one more is refused.
        reserve: how many more there may be if the further ones are urgent.
    """

    ordinary: int
    reserve: int


def has_room(capacity: Capacity, in_flight: int, *, urgent: bool) -> bool:
    """Tell whether one more request may come in.

    The relay's backlog plays no part: behind a broker that is away it grows for hours, is bounded in memory,
    and keeps nobody waiting who stands at the door.
    """
    return in_flight < capacity.ordinary + (capacity.reserve if urgent else 0)


def retry_after_s(latency_s: float) -> int:
    """Return when to come back: in the time that two requests took of late. All in flight are done by then.

    Args:
        latency_s: how long requests have been taking.
    """
    return min(max(math.ceil(2 * latency_s), _SHORTEST_S), _LONGEST_S)
