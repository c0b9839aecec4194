"""The life of a request: one event per fact, numbered and chained by the router."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, Part, ce_type
from shared.contracts.decisions import Decision
from shared.contracts.requests import ApplicantReach, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Priority, Regime, State

Sequence = Annotated[int, Field(ge=1)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ActorKind = Literal["service", "department", "applicant", "staff"]


class Actor(Part):
    """Who caused it. A directorate is known by the topic its command came on, never by what it claims."""

    kind: ActorKind
    id: str


class Summary(Part):
    """What every reader of a lifecycle event needs to know of the request, free of personal data."""

    receipt_number: str
    channel: Channel
    kind: Kind
    regime: Regime
    priority: Priority
    subject: str = Field(description="Title of the category, not the applicant's words")
    neighbourhood: str | None = None
    applicant: ApplicantReach
    received_at: Instant
    part_of: UUID | None = Field(
        None,
        description="Request whose one matter this linked sub-request carries: the applicant knows that one",
    )


class LifecycleEvent(Contract):
    """One fact in the life of a request."""

    request_id: UUID
    sequence: Sequence = Field(description="1, 2, 3 … without a gap within one request")
    state: State = Field(description="State of the request after this event")
    occurred_at: Instant
    actor: Actor
    cause_id: UUID = Field(description="Id of the event or command that caused this one")
    summary: Summary
    previous_hash: Hash = Field(description="Hash of the event before; 64 zeros for the first")
    hash: Hash = Field(description="SHA-256 of this event without this member, as canonical JSON")


class RequestAssigned(LifecycleEvent):
    """A directorate is to act."""

    ce_type: ClassVar[str] = ce_type("request.assigned")
    department: str
    department_name: str
    decision: Decision


class RequestTriaged(LifecycleEvent):
    """The router was not sure enough; a person decides."""

    ce_type: ClassVar[str] = ce_type("request.triaged")
    reason: str
    decision: Decision


class RequestForwarded(LifecycleEvent):
    """Another authority is competent; the request goes there and the applicant is told (law 3071 art. 5)."""

    ce_type: ClassVar[str] = ce_type("request.forwarded")
    authority: str
    phone: str | None = None
    decision: Decision


class RequestNotExamined(LifecycleEvent):
    """The petition is not examined, with the article that says so (law 3071 art. 6)."""

    ce_type: ClassVar[str] = ce_type("request.not_examined")
    article: str
    decision: Decision


class RequestAccepted(LifecycleEvent):
    """The directorate took the request as its own."""

    ce_type: ClassVar[str] = ce_type("request.accepted")
    department: str


class WorkStarted(LifecycleEvent):
    """The directorate is at work on it."""

    ce_type: ClassVar[str] = ce_type("work.started")
    department: str


class AnswerGiven(LifecycleEvent):
    """The directorate answered the applicant."""

    ce_type: ClassVar[str] = ce_type("answer.given")
    department: str
    department_name: str
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    final: bool = Field(description="Only a final answer, delivered, stops the clocks")


class RequestClosed(LifecycleEvent):
    """Nothing more is to be done."""

    ce_type: ClassVar[str] = ce_type("request.closed")
    department: str


class RequestRouted(Contract):
    """What a directorate's system receives: the request whole, the decision, and where it stands."""

    ce_type: ClassVar[str] = ce_type("request.routed")

    department: str
    request: RequestReceived
    decision: Decision
    state: State
    sequence: Sequence
    routed_at: Instant
