"""Where the router goes on by itself: it asks the applicant, and decides once the reply is there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from services.router.domain.asking_back import (
    as_heard,
    decided_on_reply,
    question_asked,
    question_to_ask,
    reply_waits,
)
from services.router.domain.cases import Case, Sealed
from services.router.domain.verdicts import Verdict
from services.router.store import RouterStore
from shared.clock import Clock
from shared.contracts.requests import RequestReceived

_AT_ONCE: Final = 8
"""A few milliseconds' work. More at once would not make it less a request."""


class Decide(Protocol):
    """Decides a batch of requests at once: one verdict each, in order."""

    def __call__(self, requests: Sequence[RequestReceived]) -> list[Verdict]:
        """Return the verdicts."""
        ...


async def verdicts_on(requests: Sequence[RequestReceived], decide: Decide) -> list[Verdict]:
    """Return the verdicts, some at a time, so that all else gets its turn in between."""
    verdicts: list[Verdict] = []
    for start in range(0, len(requests), _AT_ONCE):
        # Not in a thread: it would share the interpreter with this one, and both would wait for it in turns.
        verdicts += decide(requests[start : start + _AT_ONCE])
        await asyncio.sleep(0)
    return verdicts


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Records the event that follows from the latest one of a history, where one does.

    What follows is read from the history alone, so a crash between an event and the one that follows from it
    leaves nothing undone: the record that led to the first comes again.
    """

    store: RouterStore
    decide: Decide
    clock: Clock

    async def record(self, cases: Mapping[UUID, Case]) -> dict[UUID, Case]:
        """Return the cases with what followed, and anew those that another writer continued meanwhile."""
        following = await self._on_replies([case for case in cases.values() if reply_waits(case)])
        now = self.clock()
        following += [
            question_asked(case, question, now)
            for case in cases.values()
            if (question := question_to_ask(case))
        ]
        if not following:
            return dict(cases)
        events = {UUID(event.data["request_id"]): event for event in following}
        written = await self.store.append(following, now)
        grown = {r: cases[r].after(event) for r, event in events.items() if event.ce_id in written}
        return {**cases, **grown, **await self.store.cases(events.keys() - grown.keys())}

    async def _on_replies(self, replied: Sequence[Case]) -> list[Sealed]:
        if not replied:
            return []
        verdicts, known = await asyncio.gather(
            verdicts_on([as_heard(case) for case in replied], self.decide),
            self.store.cases({case.request.joins for case in replied if case.request.joins}),
        )
        now = self.clock()
        return [decided_on_reply(c, v, known, now) for c, v in zip(replied, verdicts, strict=True)]
