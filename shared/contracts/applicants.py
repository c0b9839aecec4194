"""What an applicant may do in which state: the router decides by it, the tracking page offers by it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.contracts.commands import (
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
    WithdrawCommand,
)
from shared.contracts.vocabulary import State

UNANSWERED: Final = frozenset(
    {
        State.TRIAGE,
        State.AWAITING_APPLICANT,
        State.ASSIGNED,
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.REOPENED,
    }
)
"""States in which the municipality owes an answer."""

OPEN_TO_APPLICANTS: Final[Mapping[str, frozenset[State]]] = MappingProxyType(
    {
        WithdrawCommand.name: UNANSWERED,
        ConfirmCommand.name: frozenset({State.ANSWERED, State.CLOSED}),
        ReopenCommand.name: frozenset({State.ANSWERED, State.CLOSED}),
        ObjectCommand.name: frozenset({State.ASSIGNED, State.ACCEPTED, State.FORWARDED, State.NOT_EXAMINED}),
        ReplyCommand.name: frozenset({State.AWAITING_APPLICANT}),
    }
)
"""By command, the states that it may come in.

No law says until when a petition may be taken back: as long as an answer is owed, so that nobody's finished
work is undone. A directorate may close what it answered; whether it is solved the applicant says even then.
Objecting is possible as long as nobody has gone to work: also to being sent away or not being examined.
"""

OBJECTED: Final = "objected"
"""Rule named by decisions that an applicant objects to."""

BY_THE_ROUTER: Final = "router"
"""Who decides where no person does; only such a decision can be objected to (law 6698 art. 11/1-g)."""
