"""What people do at the desk. A person's act has no topic behind it, so it carries its own outbox."""

import asyncio
from contextlib import suppress
from uuid import UUID

from services.router.domain.by_hand import ReasonCode, assign_by_hand
from services.router.domain.cases import Case, Sealed
from services.router.domain.lifecycle import Refusal
from services.router.domain.matters import Knowledge
from services.router.effects import records_of
from services.router.store import RouterStore
from shared.clock import Clock
from shared.ids import derived_id
from shared.messaging import Publisher
from shared.outcomes import UnavailableError

_EVERY_S = 5.0
_TRIES = 5


class Acts:
    """Carries out people's acts: announce, append, publish, mark as published."""

    def __init__(self, store: RouterStore, publisher: Publisher, knowledge: Knowledge, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._knowledge = knowledge
        self._clock = clock
        self._publishing: set[asyncio.Task[None]] = set()

    async def assign(
        self,
        request_id: UUID,
        *,
        body: str,
        code: str,
        staff: str,
        reason_code: ReasonCode,
        reason: str,
        act: str,
    ) -> Case | Refusal | None:
        """Send a request on from triage and return it as it is then.

        Args:
            request_id: the request.
            body: id of the competent body.
            code: category code.
            staff: staff code of who decides.
            reason_code: what that person found of the router's first choice.
            reason: why, in that person's words.
            act: key of this act; the same key does it once.

        Returns:
            The case afterwards, why it was refused, or None for an unknown request.
        """
        cause = derived_id(f"{staff}/{act}", "assignment")
        for _ in range(_TRIES):
            case = (await self._store.cases([request_id])).get(request_id)
            if case is None:
                return None
            now = self._clock()
            outcome = assign_by_hand(
                case,
                self._knowledge,
                body=body,
                code=code,
                staff=staff,
                reason_code=reason_code,
                reason=reason,
                cause_id=cause,
                now=now,
            )
            if isinstance(outcome, Refusal):
                return outcome
            if outcome in case.history:
                return case
            await self._store.announce_act(outcome, now)
            if await self._store.append([outcome], now):
                case = case.after(outcome)
                self._publish_soon(outcome, case)
                return case
        return Refusal("busy", "Başvuru şu an başka biri tarafından işleniyor.")

    async def publish_forgotten(self) -> None:
        """Publish, for ever, what a crash or an outage kept from being published."""
        while True:
            for event_id, event in (await self._store.unpublished_acts(self._clock())).items():
                if event is None:
                    await self._store.act_published([event_id], self._clock())
                    continue
                request_id = UUID(event.data["request_id"])
                await self._publish(event, (await self._store.cases([request_id]))[request_id])
            await asyncio.sleep(_EVERY_S)

    def _publish_soon(self, event: Sealed, case: Case) -> None:
        task = asyncio.create_task(self._publish(event, case))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    async def _publish(self, event: Sealed, case: Case) -> None:
        with suppress(UnavailableError):  # `publish_forgotten` comes back to it
            await self._publisher.send_all(records_of(event, case))
            await self._store.act_published([event.ce_id], self._clock())
