"""What intake remembers of a request."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.requests import AttachedFile, RequestReceived
from shared.contracts.vocabulary import Channel, Source


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """An accepted request: the promise given to the applicant, and the event to be published.

    Attributes:
        request_id: follows from channel, client and idempotency key.
        receipt_number: what the applicant holds.
        channel: the door it came through.
        fingerprint: of the body, to tell a retry from another request under the same key.
        recorded_at: when it became durable here, in UTC with milliseconds.
        received_at: when the authority had it: earlier, if it came by another way.
        emergency: it goes to the topic that no backlog stands before.
        event: the `RequestReceived` as JSON, exactly as it is published.
        traceparent: the trace it belongs to.
    """

    request_id: UUID
    receipt_number: str
    channel: Channel
    fingerprint: str
    recorded_at: datetime
    received_at: datetime
    emergency: bool
    event: str
    traceparent: str | None = None

    @property
    def request(self) -> RequestReceived:
        """The request as other services read it: free text is masked, nothing tells whose it is."""
        return RequestReceived.model_validate_json(self.event)

    @property
    def way(self) -> Channel | Source:
        """How it came: by the door, or as the counter says that it reached the authority."""
        if self.channel is not Channel.RECEPTION:
            return self.channel
        return self.request.facts.source or self.channel

    @property
    def attachments(self) -> tuple[AttachedFile, ...]:
        """The files it came with."""
        return self.request.attachments


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One fact of a request's life, as the router told it.

    Attributes:
        request_id: the request.
        sequence: the fact's number within the request.
        type: CloudEvents type.
        event: the event's data as JSON.
        matter: the linked sub-request whose fact it is, of a request that holds several matters.
    """

    request_id: UUID
    sequence: int
    type: str
    event: str
    matter: UUID | None = None

    def told(self) -> LifecycleEvent:
        """Return the event that tells the fact."""
        return LIFECYCLE_BY_TYPE[self.type].model_validate_json(self.event)

    def telling(self, event: LifecycleEvent) -> "TimelineEntry":
        """Return the same fact told by another event."""
        return replace(self, event=event.model_dump_json(exclude_none=True))
