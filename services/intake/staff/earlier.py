"""What a caller has asked before: numbers, subjects and states, never names or the caller's words."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.intake.records import RequestRecord, TimelineEntry
from services.intake.store import IntakeStore
from services.intake.tracking.story import tell
from services.intake.vault.handing_over import HandOverNotes
from services.intake.vault.history import ContactHistory
from shared.contracts.vocabulary import State

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """One of them.

    Attributes:
        receipt_number: what the caller holds.
        state: where it stands.
        subject: title of its category; empty until it is known, and behind a privacy wall.
        received_at: when the authority had it.
        files: how many came with it; none behind a privacy wall.
        note: what the colleague wrote who took it down; none behind a privacy wall, and none where nobody
            signed in to read it.
    """

    receipt_number: str
    state: State
    subject: str
    received_at: datetime
    files: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """All of them counted, the newest shown. None at all: this is the caller's first call."""

    total: int
    newest: tuple[EarlierRequest, ...]

    def has(self, receipt_number: str) -> bool:
        """Tell whether a request is among the newest of them."""
        return any(one.receipt_number == receipt_number for one in self.newest)


class EarlierRequests:
    """Finds them by phone number, and lets the access log know who looked."""

    def __init__(self, history: ContactHistory, store: IntakeStore, notes: HandOverNotes) -> None:
        self._history = history
        self._store = store
        self._notes = notes

    async def of_phone(self, phone: str, *, asked_by: str, reads_notes: str | None = None) -> Earlier:
        """Return the requests of whoever has ``phone`` (E.164). May raise `UnavailableError`.

        Args:
            phone: the number.
            asked_by: service or person, for the access log.
            reads_notes: staff code of the operator who signed in, and is shown what colleagues wrote.
        """
        found = await self._history.requests_of({"phone": phone}, asked_by=asked_by)
        records = (await self._store.requests(found)).values()
        newest = sorted(records, key=lambda record: record.received_at, reverse=True)[:_SHOWN]
        timelines = await asyncio.gather(*(self._store.timeline(record.request_id) for record in newest))
        shown = (self._earlier(*pair, reads_notes) for pair in zip(newest, timelines, strict=True))
        return Earlier(len(found), tuple(await asyncio.gather(*shown)))

    async def _earlier(
        self, record: RequestRecord, timeline: Sequence[TimelineEntry], reads_notes: str | None
    ) -> EarlierRequest:
        story = tell(record, timeline)
        note = await self._notes.of(record, reads_notes) if reads_notes and not story.walled else ""
        return EarlierRequest(
            receipt_number=record.receipt_number,
            state=story.state,
            subject="" if story.walled else story.subject,
            received_at=record.received_at,
            files=0 if story.walled else len(record.attachments),
            note=note,
        )
