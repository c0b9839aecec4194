"""Every event and command that travels, by CloudEvents type."""

from collections.abc import Mapping
from typing import Final

from shared.contracts.base import Contract
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    AskCommand,
    Command,
    CommandRefused,
    CompleteCommand,
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
    StartCommand,
    WithdrawCommand,
)
from shared.contracts.escalations import EscalationRaised
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyPassedOn,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestConfirmed,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestRouted,
    RequestTriaged,
    RequestWithdrawn,
    WorkStarted,
)
from shared.contracts.notifications import (
    NotificationConcluded,
    NotificationConcludedV1,
    NotificationConcludedV2,
)
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
    QuestionAsked,
    ReplyReceived,
    RequestWithdrawn,
    RequestConfirmed,
    RequestReopened,
    ReplyPassedOn,
)
COMMANDS: tuple[type[Command], ...] = (
    AcceptCommand,
    StartCommand,
    AnswerCommand,
    CompleteCommand,
    AskCommand,
    ObjectCommand,
    ReplyCommand,
    WithdrawCommand,
    ConfirmCommand,
    ReopenCommand,
)

_ALL: tuple[type[Contract], ...] = (
    RequestReceived,
    RequestRouted,
    *LIFECYCLE,
    *COMMANDS,
    CommandRefused,
    EscalationRaised,
    NotificationConcludedV1,
    NotificationConcludedV2,
    NotificationConcluded,
)

LIFECYCLE_BY_TYPE: Final[Mapping[str, type[LifecycleEvent]]] = {model.ce_type: model for model in LIFECYCLE}
COMMANDS_BY_TYPE: Final[Mapping[str, type[Command]]] = {model.ce_type: model for model in COMMANDS}
CONTRACTS: Final[Mapping[str, type[Contract]]] = {model.ce_type: model for model in _ALL}
