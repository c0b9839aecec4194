"""Turns what an applicant chose into a command to the router."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final
from uuid import UUID

from pydantic import StringConstraints, TypeAdapter, ValidationError

from services.intake.channels.problems import field_problems
from services.intake.commands.sending import Commands
from services.intake.tracking.choices import Act, Choice
from services.intake.tracking.replies import EmptyOrTooLongError
from shared.clock import Clock
from shared.contracts.commands import (
    WHY_LIMIT,
    Command,
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    WithdrawCommand,
)
from shared.text.folding import clean
from shared.text.masking import mask_personal

WITH_A_REASON: Final[Mapping[Act, type[ObjectCommand] | type[ReopenCommand]]] = {
    "object": ObjectCommand,
    "reopen": ReopenCommand,
}
"""Acts that may carry a reason in the applicant's words; nobody has to give one."""
_PLAIN: Final[Mapping[Act, type[WithdrawCommand] | type[ConfirmCommand]]] = {
    "withdraw": WithdrawCommand,
    "confirm": ConfirmCommand,
}
_WHY: Final = TypeAdapter[str](Annotated[str, StringConstraints(max_length=WHY_LIMIT)])


class Acts:
    """Sends each choice once, however often and from however many pages it is made."""

    def __init__(self, commands: Commands, clock: Clock) -> None:
        self._commands = commands
        self._clock = clock

    async def sent(self, choices: Iterable[Choice]) -> frozenset[UUID]:
        """Return the command ids of those choices that were made.

        Raises:
            UnavailableError: the database is away.
        """
        return await self._commands.known(choice.command_id for choice in choices)

    async def do(self, choice: Choice, why: str = "") -> None:
        """Return once the command is durable; a reason is masked before anything keeps it.

        Raises:
            EmptyOrTooLongError: the reason is too long.
            UnavailableError: the database is away; the same choice may be made again.
        """
        await self._commands.send(choice.command_id, self._command(choice, why))

    def _command(self, choice: Choice, why: str) -> Command:
        members = {"request_id": choice.request_id, "issued_at": self._clock()}
        if choice.act not in WITH_A_REASON:
            return _PLAIN[choice.act].model_validate(members)
        try:
            reason = _WHY.validate_python(clean(why))
        except ValidationError as error:
            raise EmptyOrTooLongError(field_problems(error)[0]) from None
        # A mask may be longer than what it hides.
        masked = mask_personal(reason)[:WHY_LIMIT] or None
        return WITH_A_REASON[choice.act].model_validate(members | {"why": masked})
