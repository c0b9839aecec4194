"""What an applicant may do now with a request, or with one matter of it. Pure, read from its lifecycle.

Each choice has a token that names what it is about: the answer that is judged, the decision that is objected
to, the time since the request came back last. By it a choice made twice is one command, and one made on an
old page is told from one that is still open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from shared.contracts.applicants import BY_THE_ROUTER, OBJECTED, OPEN_TO_APPLICANTS
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    RequestAssigned,
    RequestConfirmed,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestTriaged,
)
from shared.contracts.vocabulary import State
from shared.ids import derived_id

Act = Literal["withdraw", "confirm", "reopen", "object"]

_DECIDES: Final = (RequestAssigned, RequestTriaged, RequestForwarded, RequestNotExamined)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that an applicant may do.

    Attributes:
        act: the command's name.
        request_id: the request, or the linked sub-request that carries the matter.
        token: what in its life it is about.
        about: the matter, where there are several.
        until: last moment; None where there is none.
    """

    act: Act
    request_id: UUID
    token: str
    about: str = ""
    until: datetime | None = None

    @property
    def command_id(self) -> UUID:
        """Id of the command that it becomes: the same choice is one command, however often it is made."""
        return derived_id(self.request_id, f"{self.act}/{self.token}")

    def open_at(self, now: datetime) -> bool:
        """Return whether there is time for it."""
        return self.until is None or now <= self.until


def choices_in(events: Sequence[LifecycleEvent], *, about: str = "") -> Iterator[Choice]:
    """Yield what may be done as far as the state says; see `Choice.open_at` for the rest.

    Args:
        events: the life of one request or matter, in order.
        about: the matter, where there are several.
    """
    for choice in _conceivable(events, about):
        if events[-1].state in OPEN_TO_APPLICANTS[choice.act]:
            yield choice


def overtaken_in(events: Sequence[LifecycleEvent], *, about: str = "") -> Iterator[Choice]:
    """Yield what could be done until the request moved on: whoever did it all the same came too late."""
    for choice in _conceivable(events, about):
        if choice.act in ("withdraw", "object") and events[-1].state not in (
            *OPEN_TO_APPLICANTS[choice.act],
            State.WITHDRAWN,
        ):
            yield choice


def _conceivable(events: Sequence[LifecycleEvent], about: str) -> Iterator[Choice]:
    if not events:
        return
    request_id = events[-1].request_id
    came_back = next((e.sequence for e in reversed(events) if isinstance(e, RequestReopened)), 0)
    decided = next((e for e in reversed(events) if isinstance(e, _DECIDES)), None)
    if decided and decided.decision.decided_by == BY_THE_ROUTER and decided.decision.rule != OBJECTED:
        yield Choice("object", request_id, str(decided.sequence), about)
    answer = next((e for e in reversed(events) if isinstance(e, AnswerGiven) and e.final), None)
    if answer:
        token = str(answer.sequence)
        if not any(isinstance(e, RequestConfirmed) and e.sequence > answer.sequence for e in events):
            yield Choice("confirm", request_id, token, about)
        if answer.reopen_until:
            yield Choice("reopen", request_id, token, about, answer.reopen_until)
    yield Choice("withdraw", request_id, str(came_back), about)
