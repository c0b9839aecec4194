"""A call that is owed to an applicant, and how the tries went. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

_WAITS: Final = (timedelta(hours=2), timedelta(hours=22))
"""After the first miss another time of the day, after the second one another day; a third miss ends it."""
MOST_TRIES: Final = len(_WAITS) + 1


class Reason(StrEnum):
    """Why somebody is called."""

    QUESTION = "question"
    ANSWER = "answer"


class CallState(StrEnum):
    """Where a call stands."""

    OPEN = "open"
    REACHED = "reached"
    UNREACHED = "unreached"  # tried often enough
    OVER = "over"  # nothing is left to say


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, by whom (staff code), and whether somebody answered."""

    at: datetime
    by: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is owed.

    Attributes:
        request_id: the request that the applicant knows.
        matter: the request or linked sub-request in which the question or answer was told.
        sequence: number of the event that told it.
        reason: what it told.
        since: when it was told.
        due_at: when the next try is due.
        state: where the call stands.
        attempts: the tries so far, oldest first.
    """

    request_id: UUID
    matter: UUID
    sequence: int
    reason: Reason
    since: datetime
    due_at: datetime
    state: CallState = CallState.OPEN
    attempts: tuple[Attempt, ...] = ()

    @property
    def id(self) -> str:
        """Follows from the event, so that a second delivery owes no second call."""
        return f"{self.matter}-{self.sequence}"

    def after(self, attempt: Attempt) -> "Call":
        """Return the call as it stands after one more try."""
        attempts = (*self.attempts, attempt)
        if attempt.reached:
            return replace(self, attempts=attempts, state=CallState.REACHED)
        if len(attempts) >= MOST_TRIES:
            return replace(self, attempts=attempts, state=CallState.UNREACHED)
        return replace(self, attempts=attempts, due_at=attempt.at + _WAITS[len(attempts) - 1])
