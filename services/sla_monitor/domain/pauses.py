"""Spans in which it was the applicant's turn: to reply to a question, or to say that nothing is solved.

The municipality's own target stands still in them; the period of a law never does. What comes back keeps the
clocks it had: they go on and do not start anew, so that an answer that solves nothing buys no time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from shared.clock import ISTANBUL
from shared.contracts.vocabulary import State

_ANSWERED: Final = frozenset({State.ANSWERED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Pause:
    """One span after a question or an answer; ``until`` is None while the applicant is waited for."""

    since: datetime
    until: datetime | None = None
    after: Literal["question", "answer"] = "question"

    @property
    def length(self) -> timedelta:
        """How long it lasted; nothing before it has ended."""
        return self.until - self.since if self.until else timedelta()

    def took(self, day: date) -> bool:
        """Return whether the local day began within the span, so that it counts for nobody."""
        return self.until is not None and _local_day(self.since) < day <= _local_day(self.until)


def pauses_of(states: Mapping[int, tuple[State, datetime]]) -> tuple[Pause, ...]:
    """Return the pauses that a request's states show, in order of time.

    Args:
        states: by sequence, the state after each lifecycle event known so far, and when. A pause ends with
            whatever comes next: the reply, or a person who decided without waiting for it. An event that is
            heard of later moves that end to where it belongs. After an answer there was a pause only if the
            request came back; until then nothing is owed.
    """
    in_order = [states[n] for n in sorted(states)]
    ended = [
        Pause(since, until)
        for (state, since), (_, until) in pairwise(in_order)
        if state is State.AWAITING_APPLICANT
    ]
    open_still = [Pause(at) for state, at in in_order[-1:] if state is State.AWAITING_APPLICANT]
    return tuple(sorted((*ended, *_returns(in_order), *open_still), key=lambda pause: pause.since))


def _returns(in_order: Sequence[tuple[State, datetime]]) -> Iterator[Pause]:
    answered: datetime | None = None
    for state, at in in_order:
        if state in _ANSWERED:
            answered = answered or at
        else:
            if state is State.REOPENED and answered:
                yield Pause(answered, at, after="answer")
            answered = None


def _local_day(instant: datetime) -> date:
    return instant.astimezone(ISTANBUL).date()
