"""From the lifecycle topic to planned messages."""

from collections.abc import Sequence

from services.notifier.domain.plan import plan
from services.notifier.post_room import PostRoom
from services.notifier.store import PendingMessage
from shared.clock import Clock
from shared.contracts.cloudevents import UnreadableEventError, read_event
from shared.contracts.registry import LIFECYCLE as LIFECYCLE_MODELS
from shared.contracts.topics import LIFECYCLE
from shared.messaging import Lane, RawRecord
from shared.outcomes import PoisonError

_KNOWN = {model.ce_type: model for model in LIFECYCLE_MODELS}

LIFECYCLE_LANE = Lane(service="notifier", group="notifier", topics=(LIFECYCLE,))


class LifecycleHandler:
    """Plans and records the messages of a whole batch in one write. What is prepared is their number."""

    def __init__(self, post_room: PostRoom, clock: Clock) -> None:
        self._post_room = post_room
        self._clock = clock

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Record the messages that ``records`` call for and set them on their way."""
        planned = [p for record in records for p in self._planned(record)]
        await self._post_room.accept(planned)
        return len(planned)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Nothing: what a record called for is durable once its batch is prepared."""

    def _planned(self, record: RawRecord) -> list[PendingMessage]:
        try:
            event = read_event(record.value, record.headers, _KNOWN)
        except UnreadableEventError as error:
            raise PoisonError(str(error)) from error
        now = self._clock()
        return [PendingMessage(m, now, event.traceparent) for m in plan(event.data, event.id)]
