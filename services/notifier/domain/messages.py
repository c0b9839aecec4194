"""What is to be told to whom, before anybody knows the address."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.base import Instant
from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Medium, Regime

Language = Literal["tr", "en"]
Happening = Literal[
    "assigned", "triaged", "forwarded", "not_examined", "answered", "asked", "withdrawn", "reopened"
]


class ToldMatter(BaseModel):
    """One of several matters of a request, and whose it is."""

    model_config = ConfigDict(frozen=True)

    subject: str
    body: str


class ToldAnswer(BaseModel):
    """The answer to one of several matters."""

    model_config = ConfigDict(frozen=True)

    subject: str
    department: str
    text: str


class PlannedMessage(BaseModel):
    """One message about one moment in one request's life. It holds no contact data.

    Attributes:
        id: follows from the event, the purpose and the medium, so that planning twice plans one message.
        happening: what the event said; a receipt words it along with the receipt itself.
        receipt_number: in capitals with dashes, as on the receipt.
        subject: title of the category, not the applicant's words.
        received_at: when the authority had the request, the date on the receipt.
        department: name of the directorate that acts or answers.
        authority: name of the outside authority the request was forwarded to.
        phone: that authority's short number.
        article: provision that keeps the petition from being examined.
        answer: text of the final answer.
        question: what the applicant is asked, in the message's language; None where it is to be read on the
            tracking page alone.
        matters: all matters of a request that was split, in the order of its text.
        answers: the answers to them, where the message is the one answer to all.
        with_files: files go with the answer; they are read on the tracking page alone.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    event_id: UUID
    request_id: UUID
    sequence: int
    purpose: Purpose
    medium: Medium
    language: Language
    happening: Happening
    receipt_number: str
    regime: Regime
    subject: str
    received_at: Instant
    occurred_at: Instant
    department: str | None = None
    authority: str | None = None
    phone: str | None = None
    article: str | None = None
    answer: str | None = None
    question: str | None = None
    matters: tuple[ToldMatter, ...] = ()
    answers: tuple[ToldAnswer, ...] = ()
    with_files: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """What the vault tells for one message: where it goes, and what the applicant recognises it by."""

    address: str
    tracking_url: str
    receipt_number: str
    name: str | None = None
