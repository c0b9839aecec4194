"""How telling the applicant ended: the evidence that the clocks read."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, ce_type
from shared.contracts.vocabulary import Medium

Purpose = Literal[
    "receipt", "assignment", "forward", "not_examined", "final_answer", "question", "withdrawn", "reopened"
]
Outcome = Literal["delivered", "failed"]


class NotificationConcluded(Contract):
    """One message to one applicant was delivered, or will not be."""

    ce_type: ClassVar[str] = ce_type("notification.concluded", version=3)

    message_id: UUID
    request_id: UUID
    event_id: UUID = Field(description="Lifecycle event the message told of")
    sequence: Annotated[int, Field(ge=1)] = Field(description="Sequence of that event")
    purpose: Purpose
    medium: Medium
    outcome: Outcome
    evidence: str = Field(description="What the gateway or mail server said; never an address")
    attempts: Annotated[int, Field(ge=1)]
    concluded_at: Instant


class NotificationConcludedV2(NotificationConcluded):
    """The same from before applicants could withdraw and reopen; written no more, and still read."""

    ce_type: ClassVar[str] = ce_type("notification.concluded", version=2)
    purpose: Literal["receipt", "assignment", "forward", "not_examined", "final_answer", "question"]


class NotificationConcludedV1(NotificationConcluded):
    """The same from before applicants were asked anything; written no more, and still read."""

    ce_type: ClassVar[str] = ce_type("notification.concluded")
    purpose: Literal["receipt", "assignment", "forward", "not_examined", "final_answer"]
