"""The call centre's list, the number to dial, and how a call went."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.calls.paging import PAGE_SIZE, Page, Part
from services.intake.calls.records import Attempt, Call, CallState
from services.intake.calls.speech import Speech, speech_of, token_of
from services.intake.calls.store import CallStore
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.tracking.replies import Replies
from services.intake.vault import ErasedError, Vault
from services.intake.vault.access_log import AccessLog
from services.intake.vault.handing_over import HandOverNotes
from shared.clock import Clock
from shared.contracts.vocabulary import Medium

PURPOSE: Final = "call_back"


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list as far as a page shows it.

    Attributes:
        calls: longest due first.
        rest: how many more follow.
        next: the page that follows; None at the end.
    """

    calls: tuple[Speech, ...] = ()
    rest: int = 0
    next: Page | None = None


class Calls:
    """Tells whom to call and records what came of it. Every method may raise `UnavailableError`."""

    def __init__(
        self,
        calls: CallStore,
        requests: IntakeStore,
        replies: Replies,
        vault: Vault,
        *,
        notes: HandOverNotes,
        log: AccessLog,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._requests = requests
        self._replies = replies
        self._vault = vault
        self._notes = notes
        self._log = log
        self._clock = clock

    async def listed(self, page: Page | None = None) -> dict[Part, Listed]:
        """Return the list from its beginning, or one page of one part; the other parts are then not there.

        A call that nothing is left to say in leaves the list for good.
        """
        now = self._clock()
        parts = [page.part] if page else list(Part)
        return {part: await self._listed(part, now, page) for part in parts}

    async def number(self, call: Call, person: str) -> str | None:
        """Return the number in E.164 to whoever is to dial it, or None where there is none any more.

        Args:
            call: a call that is owed.
            person: staff code of who looks; stands in the access log before the number is returned.
        """
        try:
            contact = await self._vault.contact(call.request_id, Medium.SMS)
        except ErasedError:
            contact = None
        await self._log.write(
            call.request_id, service="intake", purpose=PURPOSE, found=contact is not None, person=person
        )
        return contact.address if contact else None

    async def note(self, speech: Speech, person: str) -> str:
        """Return what the colleague wrote who took the request down; behind a privacy wall nothing.

        Args:
            speech: what is said in a call that is owed.
            person: staff code of who looks; stands in the access log before the note is returned.
        """
        record = None if speech.walled else await self._requests.request(speech.call.request_id)
        return await self._notes.of(record, person) if record else ""

    async def conclude(self, speech: Speech, tries: int, *, by: str, reached: bool, reply: str) -> bool:
        """Record how a try went; a reply goes the way of a reply on the tracking page.

        Args:
            speech: what was said.
            tries: how many tries there were when the number was dialled, so that each counts once.
            by: staff code of who called.
            reached: the applicant answered the phone.
            reply: what was replied to a question.

        Returns:
            This try counts; False where somebody was faster.

        Raises:
            EmptyOrTooLongError: the reply cannot be taken; nothing was recorded.
        """
        call = speech.call
        if call.state is not CallState.OPEN or len(call.attempts) != tries:
            return False
        # First what was said: if all breaks off here, the question is answered and the call is over.
        if reached and speech.question:
            await self._replies.give(speech.question, reply)
        return await self._calls.change(call, call.after(Attempt(self._clock(), by, reached)))

    async def speech(self, call_id: str) -> Speech | None:
        """Return what to say in one call that is owed, or None where nothing is."""
        call = await self._calls.get(call_id)
        if call is None or call.state not in {CallState.OPEN, CallState.UNREACHED}:
            return None
        return (await self._said([call])).get(call.id)

    async def _listed(self, part: Part, now: datetime, page: Page | None) -> Listed:
        found = await self._calls.listed(part, now, page)
        said = await self._said(found)
        await self._calls.end([call for call in found if call.id not in said])
        following = Page.after(part, found[-1]) if len(found) == PAGE_SIZE else None
        rest = await self._calls.count(part, now, following) if following else 0
        return Listed(tuple(said.values()), rest, following if rest else None)

    async def _said(self, calls: Sequence[Call]) -> dict[str, Speech]:
        ids = {call.request_id for call in calls}
        records = await self._requests.requests(ids)
        erased = await self._vault.erased(ids)
        speeches = await asyncio.gather(*(self._speech(call, records) for call in calls))
        return {s.call.id: s for s in speeches if s and s.call.request_id not in erased}

    async def _speech(self, call: Call, records: dict[UUID, RequestRecord]) -> Speech | None:
        record = records.get(call.request_id)
        if record is None or await self._replies.given(call.matter, token_of(call)) is not None:
            return None
        return speech_of(call, record, await self._requests.timeline(call.request_id))
