"""What a directorate or an applicant may ask the router to do with a request, and the refusal it may get.

A command names no sender: the topic it came on says who sent it.
"""

from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, Part, ce_type
from shared.contracts.vocabulary import Stage

ANSWER_FILES_LIMIT: Final = 10
REPLY_LIMIT: Final = 2000
WHY_LIMIT: Final = 1000
QUESTION_LIMIT: Final = 500
QuestionText = Annotated[str, Field(min_length=1, max_length=QUESTION_LIMIT)]
ReplyText = Annotated[str, Field(min_length=1, max_length=REPLY_LIMIT)]
Why = Annotated[str, Field(min_length=1, max_length=WHY_LIMIT)]
"""A reason in the applicant's words, masked. Nobody has to give one."""


class Command(Contract):
    """A wish to change the state of one request."""

    name: ClassVar[str]
    request_id: UUID
    issued_at: Instant


class AcceptCommand(Command):
    """Take the request as the directorate's own."""

    name: ClassVar[str] = "accept"
    ce_type: ClassVar[str] = ce_type("accept.commanded")


class StartCommand(Command):
    """Say that work has begun."""

    name: ClassVar[str] = "start"
    ce_type: ClassVar[str] = ce_type("start.commanded")


class AnswerFile(Part):
    """A file that goes with an answer, by reference: its directorate sent it to intake for this request."""

    id: UUID
    stage: Stage | None = Field(
        None, description="Whether a photo shows the place before or after the work; of a PDF it says nothing"
    )


AnswerFiles = Annotated[tuple[AnswerFile, ...], Field(max_length=ANSWER_FILES_LIMIT)]


class AnswerCommand(Command):
    """Answer the applicant for good."""

    name: ClassVar[str] = "answer"
    ce_type: ClassVar[str] = ce_type("answer.commanded")
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    attachments: AnswerFiles = Field((), description="Files that go with it, in the order they are shown")


class AskCommand(Command):
    """Ask the applicant something; an answer may be given without waiting for the reply."""

    name: ClassVar[str] = "ask"
    ce_type: ClassVar[str] = ce_type("ask.commanded")
    text: QuestionText = Field(description="The question in Turkish; told masked, without names or addresses")
    text_en: QuestionText | None = Field(None, description="The same in English; absent: as in Turkish")


class CompleteCommand(Command):
    """Close a request whose final answer was given."""

    name: ClassVar[str] = "complete"
    ce_type: ClassVar[str] = ce_type("complete.commanded")


class ObjectCommand(Command):
    """The applicant objects to what a machine alone decided (law 6698 art. 11): a person is to decide."""

    name: ClassVar[str] = "object"
    ce_type: ClassVar[str] = ce_type("object.commanded")
    why: Why | None = Field(None, description="In the applicant's words, masked; nobody has to give a reason")


class ReplyCommand(Command):
    """The applicant replies to the question that was asked."""

    name: ClassVar[str] = "reply"
    ce_type: ClassVar[str] = ce_type("reply.commanded")
    text: ReplyText = Field(description="In the applicant's words, masked")


class WithdrawCommand(Command):
    """The applicant takes the request back; nobody owes an answer any more."""

    name: ClassVar[str] = "withdraw"
    ce_type: ClassVar[str] = ce_type("withdraw.commanded")


class ConfirmCommand(Command):
    """The applicant says of the answer that the matter is solved."""

    name: ClassVar[str] = "confirm"
    ce_type: ClassVar[str] = ce_type("confirm.commanded")


class ReopenCommand(Command):
    """The applicant says of the answer that the matter is not solved.

    In time is what was said in time: ``issued_at`` counts, not when the router gets to hear of it.
    """

    name: ClassVar[str] = "reopen"
    ce_type: ClassVar[str] = ce_type("reopen.commanded")
    why: Why | None = Field(None, description="What is not solved, in the applicant's words, masked")


class CommandRefused(Contract):
    """A command was not carried out, and why."""

    ce_type: ClassVar[str] = ce_type("command.refused")

    request_id: UUID
    command_id: UUID = Field(description="Derived from the sender and the command's own id")
    command: str
    sender: str
    code: str = Field(description="Machine-readable reason, for example 'illegal_transition'")
    reason: str = Field(description="The reason in Turkish, for the person at the desk")
    refused_at: Instant
