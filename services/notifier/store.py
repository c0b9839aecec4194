"""What the notifier remembers: messages planned, how they ended, and which endings were published.

Three collections of facts that are only ever inserted, all under the message's id; what one has and the next
has not is unfinished work.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.notifier.domain.messages import PlannedMessage
from shared.contracts.notifications import NotificationConcluded
from shared.storage import Backlog, Database, Document, GroupCommit

IN_FLIGHT = timedelta(seconds=60)
"""A message younger than this is taken to be on its way in the process that planned it."""

_PAGE = 500
_LONGEST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that was recorded and has not ended, with the trace it belongs to."""

    message: PlannedMessage
    recorded_at: datetime
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a message ended, with the trace it belongs to."""

    event: NotificationConcluded
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What may be told of a message to whoever knows its id."""

    message: PlannedMessage
    ending: NotificationConcluded | None


class MessageStore:
    """The notifier's database.

    Args:
        database: its own.
        instance: name of this replica. Each finishes what it planned itself, so that no two send one message.
    """

    def __init__(self, database: Database, *, instance: str) -> None:
        self._instance = instance
        self._messages = database.collection("messages")
        self._outcomes = database.collection("outcomes")
        self._published = database.collection("outcomes_published")
        self._unended = Backlog(
            facts=self._messages,
            done=self._outcomes,
            ledger=database.collection(f"messages_unended_{instance}"),
            grace=IN_FLIGHT,
            longest_wait=_LONGEST_WAIT,
        )
        self._unpublished = Backlog(
            facts=self._outcomes,
            done=self._published,
            ledger=database.collection(f"outcomes_unpublished_{instance}"),
            longest_wait=_LONGEST_WAIT,
        )
        self._end = GroupCommit(self._outcomes)

    async def ensure_indexes(self) -> None:
        """Create the indexes the backlogs rely on."""
        await self._unended.ensure_indexes()
        await self._unpublished.ensure_indexes()

    async def record(self, planned: Sequence[PendingMessage]) -> list[PendingMessage]:
        """Record messages in one write and return those that were not recorded before."""
        new = await self._messages.insert_new(
            [
                {
                    "_id": str(p.message.id),
                    "message": p.message.model_dump(mode="json", exclude_none=True),
                    "recorded_at": p.recorded_at,
                    "traceparent": p.traceparent,
                    "instance": self._instance,
                }
                for p in planned
            ]
        )
        return [p for p in planned if str(p.message.id) in new]

    async def end(self, endings: Sequence[Ending]) -> list[Ending]:
        """Record endings, together with whatever else ends now, and return those that are new."""
        new = await asyncio.gather(*(self._end.insert(partial(_ending_document, e)) for e in endings))
        return [e for e, is_new in zip(endings, new, strict=True) if is_new]

    async def mark_published(self, endings: Sequence[Ending]) -> None:
        """Record that the broker has these endings."""
        await self._published.insert_new([{"_id": str(e.event.message_id)} for e in endings])

    async def unended(self, now: datetime) -> AsyncIterator[list[PendingMessage]]:
        """Yield, in pages, this replica's messages that should have ended by now and are due for a look."""
        while page := await self._unended.unfinished(now, limit=_PAGE):
            yield [_pending(d) for d in page if d["instance"] == self._instance]

    async def without_ended(self, candidates: Sequence[PendingMessage]) -> list[PendingMessage]:
        """Return the candidates that have not ended in the meantime."""
        ended = await self._outcomes.get_many((str(c.message.id) for c in candidates), fields=["_id"])
        return [c for c in candidates if str(c.message.id) not in ended]

    async def unpublished(self, now: datetime) -> list[Ending]:
        """Return endings that the broker should have by now and that are due for another look."""
        return [_ending(d) for d in await self._unpublished.unfinished(now, limit=_PAGE)]

    async def status(self, message_id: UUID) -> Status | None:
        """Return where a message stands, or None if there is no such message."""
        document = await self._messages.get(str(message_id))
        if document is None:
            return None
        outcome = await self._outcomes.get(str(message_id))
        return Status(_pending(document).message, _ending(outcome).event if outcome else None)


def _pending(document: Document) -> PendingMessage:
    message: dict[str, Any] = document["message"]
    return PendingMessage(
        PlannedMessage.model_validate(message), document["recorded_at"], document["traceparent"]
    )


def _ending(document: Document) -> Ending:
    return Ending(NotificationConcluded.model_validate(document["event"]), document["traceparent"])


def _ending_document(ending: Ending) -> Document:
    return {
        "_id": str(ending.event.message_id),
        "event": ending.event.model_dump(mode="json"),
        "recorded_at": ending.event.concluded_at,
        "traceparent": ending.traceparent,
    }
