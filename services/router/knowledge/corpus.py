"""Messages as residents write them, each with where it belongs: to learn from, and to be judged by."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, TextIO

from pydantic import Field, field_validator

from services.router.domain.matters import Knowledge
from services.router.domain.rows import Row
from services.router.knowledge.files import KnowledgeError, read_rows
from shared.contracts.vocabulary import Channel, Priority

FOLDER = Path(__file__).parent
TRAINING = FOLDER / "messages"
DEVELOPMENT = FOLDER / "development"

Style = Literal[
    "plain",
    "short",
    "long",
    "ascii",
    "typo",
    "caps",
    "street",
    "angry",
    "polite",
    "petition",
    "operator",
    "transcript",
    "field",
    "indirect",
    "negated",
    "story",
    "two_subjects",
    "hidden_danger",
    "other_authority",
    "near_miss",
]
"""The way a message is written, or what makes it hard."""

Label = tuple[str, str]
"""Category code and id of the competent body."""


class Message(Row):
    """One message.

    Attributes:
        code: category codes, one per subject; none where nobody could route it without asking back.
        body: ids of the competent bodies, in the same order.
        priority: how pressing it is, of several subjects the most pressing.
    """

    code: tuple[str, ...]
    body: tuple[str, ...]
    priority: Priority
    channel: Channel
    style: Style
    text: Annotated[str, Field(min_length=1, max_length=20_000)]

    @field_validator("code", "body", mode="before")
    @classmethod
    def _joined_with_plus(cls, value: object) -> object:
        return tuple(part for part in value.split("+") if part) if isinstance(value, str) else value

    @property
    def labels(self) -> tuple[Label, ...]:
        """Where each subject belongs; empty where one has to ask back."""
        return tuple(zip(self.code, self.body, strict=True))


def load_messages(folder: Path, knowledge: Knowledge) -> tuple[Message, ...]:
    """Return the messages of every CSV file in ``folder``, in order of file name and line.

    Raises:
        KnowledgeError: a line cannot be used, or names what ``knowledge`` does not have.
    """
    known = knowledge.known_destinations
    messages: list[Message] = []
    for path in sorted(folder.glob("*.csv")):
        for line, message in read_rows(path, Message):
            _check(path, line, message, known)
            messages.append(message)
    return tuple(messages)


def write_messages(messages: Iterable[Message], file: TextIO) -> None:
    """Write messages as `load_messages` reads them."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Message.model_fields)
    for m in messages:
        writer.writerow(["+".join(m.code), "+".join(m.body), m.priority, m.channel, m.style, m.text])


def load_training(knowledge: Knowledge) -> tuple[Message, ...]:
    """Return all that the classifier learns from: the corpus, and the catalogue's topics.

    Raises:
        KnowledgeError: as `load_messages`.
    """
    return (*load_messages(TRAINING, knowledge), *topics_as_messages(knowledge))


def topics_as_messages(knowledge: Knowledge) -> tuple[Message, ...]:
    """Return the topics of the catalogue as messages: one plain sentence each."""
    return tuple(
        Message(
            code=(example.category_code,),
            body=(example.body,),
            priority=knowledge.destination(example.category_code, example.body).priority,
            channel=Channel.WEB,
            style="plain",
            text=example.text,
        )
        for example in knowledge.examples
    )


def _check(path: Path, line: int, message: Message, known: Iterable[Label]) -> None:
    if len(message.code) != len(message.body):
        raise KnowledgeError(f"{path}:{line}: body: as many bodies as codes, joined with + in the same order")
    for code, body in message.labels:
        if (code, body) not in known:
            raise KnowledgeError(f"{path}:{line}: body: matters of {code} do not go to {body}")
