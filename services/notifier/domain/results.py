"""How one attempt to tell an applicant something can end, and what follows for the clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.notifier.domain.messages import PlannedMessage
from shared.contracts.notifications import NotificationConcluded

TRACKING_PAGE_EVIDENCE = "tracking page"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The gateway took it: ``evidence`` is what it said, without any address."""

    evidence: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """This message cannot pass now and may later, for example into a full mailbox."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """This message will never pass, for example to an address that does not exist."""

    reason: str


Result: TypeAlias = Delivered | Deferred | Refused


def concluded(
    message: PlannedMessage, result: Result, *, attempts: int, at: datetime
) -> NotificationConcluded:
    """Return the event that says how ``message`` ended.

    Args:
        message: what was to be told.
        result: of the last attempt; one that was deferred for the last time has failed.
        attempts: how many there were, 1 at least.
        at: when it ended.
    """
    delivered = isinstance(result, Delivered)
    return NotificationConcluded(
        message_id=message.id,
        request_id=message.request_id,
        event_id=message.event_id,
        sequence=message.sequence,
        purpose=message.purpose,
        medium=message.medium,
        outcome="delivered" if delivered else "failed",
        evidence=result.evidence if isinstance(result, Delivered) else result.reason,
        attempts=attempts,
        concluded_at=at,
    )
