"""What operations may ask the notifier. No answer holds personal data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.notifier.post_room import PostRoom
from services.notifier.store import MessageStore
from shared.clock import Clock
from shared.contracts.base import Instant
from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Medium
from shared.web.problem_catalogue import standard_problem

_NOT_FOUND = 404


class MessageStatus(BaseModel):
    """Where one message stands; ``evidence`` and ``attempts`` are there once it has ended."""

    message_id: UUID
    request_id: UUID
    purpose: Purpose
    medium: Medium
    outcome: Literal["pending", "delivered", "failed"]
    evidence: str | None = None
    attempts: int | None = None
    concluded_at: Instant | None = None


class PendingFigures(BaseModel):
    """Messages of one medium that have not ended; the age is that of the oldest, in seconds."""

    pending: int
    oldest_age_s: float | None


def message_routes(store: MessageStore, post_room: PostRoom, clock: Clock) -> APIRouter:
    """Return the notifier's routes."""
    router = APIRouter(prefix="/v1", tags=["messages"])

    @router.get("/messages/{message_id}")
    async def message(message_id: UUID) -> MessageStatus:
        status = await store.status(message_id)
        if status is None:
            raise standard_problem(_NOT_FOUND)
        ending = status.ending
        return MessageStatus(
            message_id=status.message.id,
            request_id=status.message.request_id,
            purpose=status.message.purpose,
            medium=status.message.medium,
            outcome=ending.outcome if ending else "pending",
            evidence=ending.evidence if ending else None,
            attempts=ending.attempts if ending else None,
            concluded_at=ending.concluded_at if ending else None,
        )

    @router.get("/pending")
    async def pending() -> dict[Medium, PendingFigures]:
        now = clock()
        return {
            medium: PendingFigures(pending=waiting.count, oldest_age_s=_age(waiting.oldest, now))
            for medium, waiting in post_room.waiting().items()
        }

    return router


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else round(max((now - since).total_seconds(), 0.0), 3)
