"""What a directorate's system is told of what the applicant said, in the states that it knows.

Readers of the first version know nine states. One that came later is told as the one of these that asks the
same of them, with the applicant's word beside it: what was withdrawn is closed, what came back is assigned,
and what waits for a reply stands where it was asked.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from services.router.domain.cases import Case, Sealed
from shared.contracts.lifecycle import (
    ApplicantsWord,
    RequestConfirmed,
    RequestReopened,
    RequestWithdrawn,
)
from shared.contracts.vocabulary import State

_TOLD_AS: Final[Mapping[State, State]] = {State.WITHDRAWN: State.CLOSED, State.REOPENED: State.ASSIGNED}
_SAID: Final[Mapping[str, Literal["withdrawn", "solved", "not_solved"]]] = {
    RequestWithdrawn.ce_type: "withdrawn",
    RequestConfirmed.ce_type: "solved",
    RequestReopened.ce_type: "not_solved",
}


def state_told(case: Case) -> State:
    """Return where the request stands, in the states that every directorate's system knows."""
    state = case.stood_before_asking
    return _TOLD_AS.get(state, state)


def word_told(case: Case) -> ApplicantsWord | None:
    """Return what the applicant said last; a later answer leaves nothing of it to be heeded."""
    answer = case.answer
    since = case.history[answer.sequence :] if answer else case.history
    said = next((event for event in reversed(since) if event.ce_type in _SAID), None)
    return _word(said) if said else None


def _word(event: Sealed) -> ApplicantsWord:
    told: Mapping[str, Any] = event.data
    return ApplicantsWord(
        said=_SAID[event.ce_type],
        at=told["occurred_at"],
        why=told.get("why"),
        times=told.get("times"),
        for_supervisor=told.get("for_supervisor", False),
    )
