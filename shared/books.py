"""The books: every accepted request stands somewhere, and nothing stands anywhere that was not accepted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.contracts.vocabulary import State

Standing = tuple[str, str]
"""Id of a request and the state it stands in."""


@dataclass(frozen=True, slots=True)
class Books:
    """One comparison.

    Attributes:
        accepted: how many requests were accepted.
        by_state: how many stand where; those waiting for a first decision stand under ``received``.
        missing: accepted and standing nowhere, by id, in order.
        unknown: standing somewhere and never accepted, by id, in order.
    """

    accepted: int
    by_state: Mapping[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether accepted requests and standing ones are the same, by id and so by count."""
        return not self.missing and not self.unknown


def balance(accepted: Iterable[str], standing: Iterable[Standing]) -> Books:
    """Return the books over what intake accepted and what the router knows.

    Args:
        accepted: ids of all requests that were accepted; one that is named twice counts once.
        standing: where each request stands; of one that is named twice, the last standing counts.
    """
    waiting = set(accepted)
    count = len(waiting)
    states: Counter[str] = Counter()
    unknown = []
    for request_id, state in dict(standing).items():
        if request_id in waiting:
            waiting.discard(request_id)
            states[state] += 1
        else:
            unknown.append(request_id)
    if waiting:
        states[State.RECEIVED] += len(waiting)
    return Books(count, dict(sorted(states.items())), tuple(sorted(waiting)), tuple(sorted(unknown)))
