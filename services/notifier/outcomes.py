"""From an ending to the topic that the clocks read: recorded at once, published in batches behind it."""

import asyncio
from collections.abc import Sequence

from services.notifier.domain.results import Result, concluded
from services.notifier.metrics import CONCLUDED
from services.notifier.store import Ending, MessageStore, PendingMessage
from shared.clock import Clock
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.topics import OUTCOMES
from shared.ids import derived_id
from shared.loops import again_and_again
from shared.messaging import Publisher

SOURCE = "notifier"
_BATCH = 200
_HELD = 10_000
_RELAY_EVERY_S = 5.0


class Outcomes:
    """Records how messages ended and sees to it that the broker learns of each."""

    def __init__(self, store: MessageStore, publisher: Publisher, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._waiting: asyncio.Queue[Ending] = asyncio.Queue(_HELD)

    async def conclude(self, pending: PendingMessage, result: Result, attempts: int) -> None:
        """Record that one message ended with ``result``, after so many attempts; see `record`."""
        event = concluded(pending.message, result, attempts=attempts, at=self._clock())
        await self.record([Ending(event, pending.traceparent)])

    async def record(self, endings: Sequence[Ending]) -> None:
        """Return once the endings are durable. Publishing follows and is not waited for.

        Raises:
            UnavailableError: the database is away; call again.
        """
        for ending in await self._store.end(endings):
            CONCLUDED.labels(ending.event.medium, ending.event.purpose, ending.event.outcome).inc()
            self._hand_over(ending)

    async def publish(self) -> None:
        """Publish what was recorded, for ever. What an outage interrupts, `relay` brings again."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._publisher.send_all([record_of_ending(e) for e in batch])
            await self._store.mark_published(batch)

    async def relay(self) -> None:
        """Bring again, for ever, what was recorded and never published: after a crash or an outage."""
        await again_and_again(self._bring_again, every_s=_RELAY_EVERY_S)

    async def _bring_again(self) -> None:
        # While there is a queue the broker is slow or away, and asking again would only lengthen it.
        if self._waiting.empty():
            for ending in await self._store.unpublished(self._clock()):
                self._hand_over(ending)

    def _hand_over(self, ending: Ending) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(ending)


def record_of_ending(ending: Ending) -> Record:
    """Return the record that tells of ``ending``; however often it is made, its id is the same."""
    event = ending.event
    return to_record(
        OUTCOMES,
        CloudEvent(
            id=derived_id(event.message_id, "concluded"),
            source=SOURCE,
            time=event.concluded_at,
            subject=event.request_id,
            data=event,
            traceparent=ending.traceparent,
        ),
    )
