"""A request that was saved at one of the screens a moment ago, with the receipt to read out or to print."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.receipts.links import Receipt, Receipts
from services.intake.records import RequestRecord
from services.intake.staff.reading_out import groups
from services.intake.store import IntakeStore
from shared.clock import Clock
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel, Medium

_SHOWN_FOR: Final = timedelta(hours=12)
"""A working day: the code opens the applicant's page, and no browser's history may go on handing it out."""


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """What the screen shows of it.

    Attributes:
        record: the request.
        event: what the rest of the system gets to know.
        receipt: number, code and links.
    """

    record: RequestRecord
    event: RequestReceived
    receipt: Receipt

    @property
    def number_groups(self) -> tuple[str, ...]:
        """The number to read out."""
        return groups(self.receipt.number)

    @property
    def code_groups(self) -> tuple[str, ...]:
        """The code to read out."""
        return groups(self.receipt.code)

    @property
    def by_sms(self) -> bool:
        """The applicant gets both by text message."""
        return Medium.SMS in self.event.applicant.media


class SavedRequests:
    """Finds what was saved through one channel."""

    def __init__(self, store: IntakeStore, receipts: Receipts, clock: Clock, channel: Channel) -> None:
        self._store = store
        self._receipts = receipts
        self._clock = clock
        self._channel = channel

    async def find(self, request_id: str) -> SavedRequest | None:
        """Return the request, unless it is none, of another channel, or was saved on another day."""
        record = await self._store.request(wanted) if (wanted := _uuid(request_id)) else None
        if record is None or record.channel is not self._channel or not self._fresh(record.recorded_at):
            return None
        event = RequestReceived.model_validate_json(record.event)
        return SavedRequest(record, event, self._receipts.of(record))

    def _fresh(self, recorded_at: datetime) -> bool:
        return self._clock() - recorded_at < _SHOWN_FOR


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
