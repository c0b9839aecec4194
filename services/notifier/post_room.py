"""Where planned messages come in and are shared out to the media."""

from collections.abc import Sequence

from services.notifier.dispatcher import Dispatcher, Waiting
from services.notifier.domain.results import TRACKING_PAGE_EVIDENCE, Delivered, concluded
from services.notifier.metrics import OLDEST, PENDING
from services.notifier.outcomes import Outcomes
from services.notifier.store import IN_FLIGHT, Ending, MessageStore, PendingMessage
from shared.clock import Clock
from shared.contracts.vocabulary import Medium
from shared.loops import again_and_again

_LOOK_EVERY_S = 5.0
_ONE_ATTEMPT = 1


class PostRoom:
    """Records messages, hands them to their dispatchers, and looks after those that were left behind."""

    def __init__(
        self, store: MessageStore, outcomes: Outcomes, dispatchers: Sequence[Dispatcher], clock: Clock
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._dispatchers = {d.medium: d for d in dispatchers}
        self._clock = clock

    async def accept(self, planned: Sequence[PendingMessage]) -> None:
        """Record messages and set them on their way; those recorded before are on it already.

        Between the write and the hand-over nothing is awaited, so that no other look at the database can
        find a new message first and send it too.

        Raises:
            UnavailableError: the database is away; call again.
        """
        self._share_out(await self._store.record(planned))
        # Not only the new ones: a crash may have come between the two writes.
        await self._show([p for p in planned if p.message.medium is Medium.TRACKING_PAGE])

    async def recover(self) -> None:
        """Take up what a former life of this replica left; call it before anything new comes in."""
        async for page in self._store.unended(self._clock() + IN_FLIGHT):
            self._share_out(page)

    async def look_after(self) -> None:
        """Bring again, for ever, what found no room; keep the figures."""
        await again_and_again(self._bring_again, every_s=_LOOK_EVERY_S)

    def waiting(self) -> dict[Medium, Waiting]:
        """Return what has not ended, by medium."""
        return {medium: dispatcher.waiting() for medium, dispatcher in self._dispatchers.items()}

    async def _bring_again(self) -> None:
        self._measure()
        async for page in self._store.unended(self._clock()):
            # One that is not held now and has not ended by the next line will come by no other way.
            left = [p for p in page if not self._held(p)]
            self._share_out(await self._store.without_ended(left))

    async def _show(self, messages: Sequence[PendingMessage]) -> None:
        """Conclude what needs no gateway: the tracking page shows it as soon as the lifecycle says it."""
        result, now = Delivered(TRACKING_PAGE_EVIDENCE), self._clock()
        await self._outcomes.record(
            [
                Ending(concluded(p.message, result, attempts=_ONE_ATTEMPT, at=now), p.traceparent)
                for p in messages
            ]
        )

    def _share_out(self, messages: Sequence[PendingMessage]) -> None:
        for pending in messages:
            if dispatcher := self._dispatchers.get(pending.message.medium):
                dispatcher.offer(pending)

    def _held(self, pending: PendingMessage) -> bool:
        dispatcher = self._dispatchers.get(pending.message.medium)
        return dispatcher is not None and dispatcher.holds(pending.message.id)

    def _measure(self) -> None:
        now = self._clock()
        for medium, waiting in self.waiting().items():
            PENDING.labels(medium).set(waiting.count)
            age = (now - waiting.oldest).total_seconds() if waiting.oldest else 0.0
            OLDEST.labels(medium).set(max(age, 0.0))
