"""The life of a request: one event per fact, numbered and chained by the router."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, Part, ce_type
from shared.contracts.commands import AnswerFiles, ReplyText, Why
from shared.contracts.decisions import Decision, Question
from shared.contracts.requests import ApplicantReach, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Priority, Regime, State

Sequence = Annotated[int, Field(ge=1)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ActorKind = Literal["service", "department", "applicant", "staff"]
FirstStates = Literal[
    State.RECEIVED,
    State.TRIAGE,
    State.ASSIGNED,
    State.ACCEPTED,
    State.IN_PROGRESS,
    State.ANSWERED,
    State.CLOSED,
    State.FORWARDED,
    State.NOT_EXAMINED,
]
"""The states that the first types know. A later one travels only in the types that came with it, so that no
reader of the first types meets a word that it does not know."""


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
    state: FirstStates
    department: str
    department_name: str
    decision: Decision


class RequestTriaged(LifecycleEvent):
    """The router was not sure enough; a person decides."""

    ce_type: ClassVar[str] = ce_type("request.triaged")
    state: FirstStates
    reason: str
    decision: Decision


class RequestForwarded(LifecycleEvent):
    """Another authority is competent; the request goes there and the applicant is told (law 3071 art. 5)."""

    ce_type: ClassVar[str] = ce_type("request.forwarded")
    state: FirstStates
    authority: str
    phone: str | None = None
    decision: Decision


class RequestNotExamined(LifecycleEvent):
    """The petition is not examined, with the article that says so (law 3071 art. 6)."""

    ce_type: ClassVar[str] = ce_type("request.not_examined")
    state: FirstStates
    article: str
    decision: Decision


class RequestAccepted(LifecycleEvent):
    """The directorate took the request as its own."""

    ce_type: ClassVar[str] = ce_type("request.accepted")
    state: FirstStates
    department: str


class WorkStarted(LifecycleEvent):
    """The directorate is at work on it."""

    ce_type: ClassVar[str] = ce_type("work.started")
    state: FirstStates
    department: str


class QuestionAsked(LifecycleEvent):
    """The applicant is asked what would decide; a person may decide before the reply comes."""

    ce_type: ClassVar[str] = ce_type("question.asked")
    state: Literal[State.AWAITING_APPLICANT]
    question: Question
    department: str | None = Field(None, description="Directorate that asks and goes on; absent: the desk")
    seen_only_by: str | None = Field(
        None, description="Privacy wall, as in the decision: who tells of it in the open leaves the words out"
    )


class ReplyReceived(LifecycleEvent):
    """The applicant replied to the question; what the router makes of it is the next event."""

    ce_type: ClassVar[str] = ce_type("reply.received")
    state: Literal[State.TRIAGE]
    text: ReplyText = Field(description="In the applicant's words, masked")


class ReplyPassedOn(LifecycleEvent):
    """The applicant replied to a directorate's question: the directorate goes on where it stood."""

    ce_type: ClassVar[str] = ce_type("reply.passed_on")
    state: Literal[State.ACCEPTED, State.IN_PROGRESS]
    department: str
    text: ReplyText = Field(description="In the applicant's words, masked")


class AnswerGiven(LifecycleEvent):
    """The directorate answered the applicant."""

    ce_type: ClassVar[str] = ce_type("answer.given")
    state: FirstStates
    department: str
    department_name: str
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    attachments: AnswerFiles = Field(
        (), description="As the directorate names them; intake shows those that it sent for this request"
    )
    final: bool = Field(description="Only a final answer, delivered, stops the clocks")
    reopen_until: Instant | None = Field(
        None,
        description="Until when the applicant may say that it is not solved; as promised with the answer",
    )


class RequestClosed(LifecycleEvent):
    """Nothing more is to be done."""

    ce_type: ClassVar[str] = ce_type("request.closed")
    state: FirstStates
    department: str


class RequestWithdrawn(LifecycleEvent):
    """The applicant took the request back; nobody owes an answer any more."""

    ce_type: ClassVar[str] = ce_type("request.withdrawn")
    state: Literal[State.WITHDRAWN]


class RequestConfirmed(LifecycleEvent):
    """The applicant says that it is solved: closed, by whom it concerns."""

    ce_type: ClassVar[str] = ce_type("request.confirmed")
    state: Literal[State.CLOSED]
    department: str


class RequestReopened(LifecycleEvent):
    """The applicant says that it is not solved: the directorate that answered has it again."""

    ce_type: ClassVar[str] = ce_type("request.reopened")
    state: Literal[State.REOPENED]
    department: str
    why: Why | None = Field(None, description="What is not solved, in the applicant's words, masked")
    times: Annotated[int, Field(ge=1)] = Field(description="How often it has come back by now")
    for_supervisor: bool = Field(description="It came back so often that a supervisor looks at it")


class ApplicantsWord(Part):
    """What the applicant said last of a directorate's work or of the request as a whole."""

    said: Literal["withdrawn", "solved", "not_solved"]
    at: Instant
    why: Why | None = Field(None, description="With 'not_solved': in the applicant's words, masked")
    times: Annotated[int, Field(ge=1)] | None = Field(
        None, description="With 'not_solved': how often the request has come back by now"
    )
    for_supervisor: bool = Field(False, description="A supervisor looks at it, too")


class RequestRouted(Contract):
    """What a directorate's system receives: the request whole, the decision, and where it stands."""

    ce_type: ClassVar[str] = ce_type("request.routed")

    department: str
    request: RequestReceived
    decision: Decision
    state: FirstStates
    sequence: Sequence
    reply: str | None = Field(
        None,
        description="What the applicant replied when asked. Decisions read it behind the description, "
        "as one text with an empty line between",
    )
    open_question: Question | None = Field(
        None,
        description="What the directorate asked the applicant, while the reply is waited for; the state is "
        "then the one in which it was asked",
    )
    applicants_word: ApplicantsWord | None = Field(
        None,
        description="'withdrawn' comes with the state closed: do no more. 'not_solved' comes with the state "
        "assigned: accept it anew",
    )
    routed_at: Instant
