"""What operations must know: a clock ran out, or is about to."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, ce_type
from shared.contracts.vocabulary import Priority

ClockKind = Literal["legal", "internal"]


class EscalationRaised(Contract):
    """One step of the escalation ladder was reached for one clock of one request."""

    ce_type: ClassVar[str] = ce_type("escalation.raised")

    request_id: UUID
    receipt_number: str
    clock: ClockKind
    policy: str = Field(description="Id and version of the policy whose clock it is")
    step: Annotated[int, Field(ge=1)]
    told: str = Field(description="Rung of the ladder that is told, for example 'şef'")
    department: str | None = Field(None, description="Slug of the holder; absent while in triage")
    subject: str
    neighbourhood: str | None = None
    priority: Priority
    due_at: Instant
    raised_at: Instant
