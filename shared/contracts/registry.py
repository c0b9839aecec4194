"""Every event and command that travels, by CloudEvents type."""

from shared.contracts.base import Contract
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    Command,
    CommandRefused,
    CompleteCommand,
    ObjectCommand,
    StartCommand,
)
from shared.contracts.escalations import EscalationRaised
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestForwarded,
    RequestNotExamined,
    RequestRouted,
    RequestTriaged,
    WorkStarted,
)
from shared.contracts.notifications import NotificationConcluded
from shared.contracts.requests import RequestReceived

LIFECYCLE: tuple[type[LifecycleEvent], ...] = (
    RequestAssigned,
    RequestTriaged,
    RequestForwarded,
    RequestNotExamined,
    RequestAccepted,
    WorkStarted,
    AnswerGiven,
    RequestClosed,
)
COMMANDS: tuple[type[Command], ...] = (
    AcceptCommand,
    StartCommand,
    AnswerCommand,
    CompleteCommand,
    ObjectCommand,
)

_ALL: tuple[type[Contract], ...] = (
    RequestReceived,
    RequestRouted,
    *LIFECYCLE,
    *COMMANDS,
    CommandRefused,
    EscalationRaised,
    NotificationConcluded,
)

CONTRACTS: dict[str, type[Contract]] = {model.ce_type: model for model in _ALL}
