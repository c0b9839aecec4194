"""From the lifecycle topic to planned messages."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from services.notifier.domain.joint import ending_of, joint_answer, matters_of, may_end
from services.notifier.domain.messages import PlannedMessage
from services.notifier.domain.plan import plan
from services.notifier.matters import MatterStore
from services.notifier.post_room import PostRoom
from services.notifier.store import PendingMessage
from shared.clock import Clock
from shared.contracts.cloudevents import CloudEvent, read_event
from shared.contracts.lifecycle import AnswerGiven, LifecycleEvent
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.topics import LIFECYCLE
from shared.messaging import Lane, RawRecord

LIFECYCLE_LANE = Lane(service="notifier", group="notifier", topics=(LIFECYCLE,))


class LifecycleHandler:
    """Plans and records the messages of a whole batch in one write. What is prepared is their number."""

    def __init__(self, post_room: PostRoom, matters: MatterStore, clock: Clock) -> None:
        self._post_room = post_room
        self._matters = matters
        self._clock = clock

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Record the messages that ``records`` call for and set them on their way."""
        events = [read_event(r.value, r.headers, LIFECYCLE_BY_TYPE) for r in records]
        together, joint = await self._joint(events)
        now = self._clock()
        planned = [
            PendingMessage(message, now, event.traceparent)
            for event in events
            if event.data.request_id not in together or not isinstance(event.data, AnswerGiven)
            for message in plan(event.data, event.id)
        ]
        planned += [PendingMessage(message, now) for message in joint]
        await self._post_room.accept(planned)
        return len(planned)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Nothing: what a record called for is durable once its batch is prepared."""

    async def _joint(
        self, events: Sequence[CloudEvent[LifecycleEvent]]
    ) -> tuple[AbstractSet[UUID], list[PlannedMessage]]:
        """Return which requests of the batch were split, and the answers that it completes."""
        opened = {e.data.request_id: ids for e in events if (ids := matters_of(e.data))}
        ends = [e for e in events if may_end(e.data)]
        wholes = {e.data.summary.part_of or e.data.request_id for e in ends} - opened.keys()
        await self._matters.split(opened)
        splits = await self._matters.splits(wholes) | opened
        ended = [found for e in ends if (found := ending_of(e.data, e.id, splits))]
        await self._matters.end(ended)
        touched = opened.keys() | {e.whole for e in ended}
        endings = await self._matters.endings(touched)
        joint = (joint_answer(splits[w], endings.get(w, ())) for w in touched if w in splits)
        return splits.keys(), [message for message in joint if message]
