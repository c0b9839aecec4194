"""What people do at the desk. A person's act has no topic behind it, so it carries its own outbox."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.router.domain.asking_back import asked_by_hand
from services.router.domain.by_hand import ReasonCode, assign_by_hand
from services.router.domain.cases import Case, Sealed
from services.router.domain.lifecycle import Refusal
from services.router.domain.matters import Knowledge
from services.router.domain.split_by_hand import Part, split_by_hand, split_off
from services.router.effects import records_of
from services.router.store import RouterStore
from shared.clock import Clock
from shared.contracts.decisions import Question
from shared.ids import derived_id
from shared.loops import again_and_again
from shared.messaging import Publisher
from shared.outcomes import UnavailableError

_EVERY_S = 5.0
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Act:
    """What every act has.

    Attributes:
        request_id: the request.
        staff: staff code of who acts.
        key: of this act; the same key does it once.
    """

    request_id: UUID
    staff: str
    key: str

    def cause(self, kind: str) -> UUID:
        """Return the id that the event of this act is derived from."""
        return derived_id(f"{self.staff}/{self.key}", kind)


class Acts:
    """Carries out people's acts: announce, append, publish, mark as published.

    Each act returns the case afterwards, why it was refused, or None for an unknown request, and raises
    `UnavailableError` while the database is away.
    """

    def __init__(self, store: RouterStore, publisher: Publisher, knowledge: Knowledge, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._knowledge = knowledge
        self._clock = clock
        self._publishing: set[asyncio.Task[None]] = set()

    async def assign(
        self, act: Act, *, body: str, code: str, reason_code: ReasonCode, reason: str
    ) -> Case | Refusal | None:
        """Send a request on from triage.

        Args:
            act: who acts on which request.
            body: id of the competent body.
            code: category code.
            reason_code: what that person found of the router's first choice.
            reason: why, in that person's words.
        """

        def assigned(case: Case, now: datetime) -> Sealed | Refusal:
            return assign_by_hand(
                case,
                self._knowledge,
                body=body,
                code=code,
                staff=act.staff,
                reason_code=reason_code,
                reason=reason,
                cause_id=act.cause("assignment"),
                now=now,
            )

        return await self._do(act.request_id, assigned)

    async def split(self, act: Act, *, parts: Sequence[Part], reason: str) -> Case | Refusal | None:
        """Split a request that holds several matters and send each where it belongs.

        Args:
            act: who acts on which request.
            parts: its matters, in the order of its text.
            reason: why, in that person's words.
        """

        def split(case: Case, now: datetime) -> Sealed | Refusal:
            return split_by_hand(
                case,
                self._knowledge,
                parts=parts,
                staff=act.staff,
                reason=reason,
                cause_id=act.cause("split"),
                now=now,
            )

        return await self._do(act.request_id, split)

    async def ask(self, act: Act, question: Question) -> Case | Refusal | None:
        """Ask the applicant a question; the request stays at the desk."""

        def asked(case: Case, now: datetime) -> Sealed | Refusal:
            return asked_by_hand(case, question, staff=act.staff, cause_id=act.cause("question"), now=now)

        return await self._do(act.request_id, asked)

    async def _do(
        self, request_id: UUID, decided: Callable[[Case, datetime], Sealed | Refusal]
    ) -> Case | Refusal | None:
        """Append what is ``decided`` of the history and publish it; do again if another writer was first."""
        for _ in range(_TRIES):
            case = (await self._store.cases([request_id])).get(request_id)
            if case is None:
                return None
            now = self._clock()
            outcome = decided(case, now)
            if isinstance(outcome, Refusal):
                return outcome
            if outcome in case.history:
                return case
            await self._store.announce_act(outcome, now)
            if await self._store.append([outcome], now):
                case = case.after(outcome)
                await self._open_linked(outcome, case)
                self._publish_soon(outcome, case)
                return case
        return Refusal("busy", "Başvuru şu an başka biri tarafından işleniyor.")

    async def _open_linked(self, event: Sealed, case: Case) -> list[Case]:
        """Return the sub-requests that ``event`` opens, written now unless they were before."""
        opened = split_off(case, event, self._knowledge)
        if not opened:
            return []
        ids = [child.request.request_id for child in opened]
        known = await self._store.decided(ids)
        fresh = [child for child in opened if child.request.request_id not in known]
        now = self._clock()
        await self._store.announce([child.request for child in fresh], now)
        await self._store.append([child.last for child in fresh], now)
        return list((await self._store.cases(ids)).values())

    async def publish_forgotten(self) -> None:
        """Publish, for ever, what a crash or an outage kept from being published."""
        await again_and_again(self._publish_what_was_forgotten, every_s=_EVERY_S)

    async def _publish_what_was_forgotten(self) -> None:
        for event_id, event in (await self._store.unpublished_acts(self._clock())).items():
            if event is None:
                await self._store.act_published([event_id], self._clock())
                continue
            request_id = UUID(event.data["request_id"])
            await self._publish(event, (await self._store.cases([request_id]))[request_id])

    def _publish_soon(self, event: Sealed, case: Case) -> None:
        task = asyncio.create_task(self._publish(event, case))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    async def _publish(self, event: Sealed, case: Case) -> None:
        with suppress(UnavailableError):  # `publish_forgotten` comes back to it
            linked = await self._open_linked(event, case)
            told = [record for child in linked for record in records_of(child.history[0], child)]
            await self._publisher.send_all([*told, *records_of(event, case)])
            await self._store.act_published([event.ce_id], self._clock())
