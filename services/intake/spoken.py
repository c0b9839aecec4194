"""What an applicant said after the request, taken out of commands and events. Pure."""

from typing import Final, TypeVar

from shared.contracts.base import Contract
from shared.contracts.commands import ObjectCommand, ReopenCommand, ReplyCommand
from shared.contracts.lifecycle import ReplyPassedOn, ReplyReceived, RequestReopened, RequestTriaged

ERASED: Final = "[silindi]"
"""Stands where a reply stood; shown as it is on the tracking page, like the words of masked data."""
_OBJECTION: Final = "objection"
"""What the router calls the words of an objection among the inputs of its decision."""
_Told = TypeVar("_Told", bound=Contract)


def without_words(told: _Told) -> _Told:
    """Return a command or an event without the applicant's own words; what was done stays told."""
    return told.model_copy(update=_silence(told))


def _silence(told: Contract) -> dict[str, object]:
    match told:
        case ReplyCommand() | ReplyReceived() | ReplyPassedOn():
            return {"text": ERASED}
        case ObjectCommand() | ReopenCommand() | RequestReopened():
            return {"why": None}
        case RequestTriaged() if _OBJECTION in told.decision.inputs:
            left = {name: value for name, value in told.decision.inputs.items() if name != _OBJECTION}
            return {"decision": told.decision.model_copy(update={"inputs": left})}
        case _:
            return {}
