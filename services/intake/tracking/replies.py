"""An applicant's reply to the question on the tracking page."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError

from services.intake.channels.problems import field_problems
from services.intake.commands.sending import Commands
from services.intake.tracking.story import OpenQuestion
from shared.clock import Clock
from shared.contracts.commands import REPLY_LIMIT, ReplyCommand
from shared.ids import derived_id
from shared.text.folding import clean
from shared.text.masking import mask_personal
from shared.web.field_messages import FieldError
from shared.web.problems import FieldProblem


def _written(text: str) -> str:
    if not text:
        raise FieldError("Yanıtınızı yazın.", "Write your reply.", "empty")
    return text


_REPLY: Final = TypeAdapter[str](
    Annotated[str, StringConstraints(max_length=REPLY_LIMIT), AfterValidator(_written)]
)


class EmptyOrTooLongError(Exception):
    """A reply that cannot be taken, and why."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Replies:
    """Takes one reply to each question: the first one, however often and from however many pages it comes."""

    def __init__(self, commands: Commands, clock: Clock) -> None:
        self._commands = commands
        self._clock = clock

    async def given(self, request_id: UUID, token: str) -> str | None:
        """Return what was replied to the question of this token, or None.

        Raises:
            UnavailableError: the database is away.
        """
        command = await self._commands.sent(_reply_id(request_id, token))
        return command.text if isinstance(command, ReplyCommand) else None

    async def give(self, question: OpenQuestion, typed: str) -> None:
        """Return once the reply is durable; it is masked before anything keeps it.

        Raises:
            EmptyOrTooLongError: nothing was written, or too much.
            UnavailableError: the database is away; the same reply may be given again.
        """
        try:
            text = _REPLY.validate_python(clean(typed))
        except ValidationError as error:
            raise EmptyOrTooLongError(field_problems(error)[0]) from None
        # A mask may be longer than what it hides.
        masked = mask_personal(text)[:REPLY_LIMIT]
        command = ReplyCommand(request_id=question.request_id, issued_at=self._clock(), text=masked)
        await self._commands.send(_reply_id(question.request_id, question.token), command)


def _reply_id(request_id: UUID, token: str) -> UUID:
    return derived_id(request_id, f"reply/{token}")
