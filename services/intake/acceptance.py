"""The one way in: every channel's API and the web form end here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.channels import DOORS, Admission, ChannelRequest, RefusedError
from services.intake.idempotency import (
    KeyInFlightError,
    KeyReusedError,
    OriginReusedError,
    fingerprint_of,
    request_id_of,
)
from services.intake.metrics import ACCEPTED, REPLAYED
from services.intake.receipts.sequence import ReceiptNumbers
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.vault import Vault
from shared.clock import ISTANBUL, Clock
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.telemetry.tracing import current_traceparent

_NUMBER_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted request; ``replayed`` if it had been accepted before."""

    record: RequestRecord
    replayed: bool


class Acceptance:
    """Turns a channel's request into a durable record, once per idempotency key."""

    def __init__(
        self,
        store: IntakeStore,
        vault: Vault,
        numbers: ReceiptNumbers,
        *,
        offer: Callable[[RequestRecord], None],
        clock: Clock,
    ) -> None:
        """Take what it works with.

        Args:
            store: where requests are recorded.
            vault: where confidential contents go.
            numbers: the receipt numbers.
            offer: takes over what is durable, to publish it.
            clock: tells the instant of acceptance.
        """
        self._store = store
        self._vault = vault
        self._numbers = numbers
        self._offer = offer
        self._clock = clock
        self._in_flight: set[UUID] = set()

    async def accept(self, channel: Channel, request: ChannelRequest, *, client: str, key: str) -> Accepted:
        """Return once the request is durable.

        Args:
            channel: the door.
            request: what was sent, validated.
            client: whose idempotency keys ``key`` belongs to.
            key: the idempotency key.

        Raises:
            RefusedError: the request cannot be taken; nothing is stored.
            KeyReusedError: the key was used for another body; nothing is stored.
            OriginReusedError: its number at the source was recorded with another body; nothing is stored.
            KeyInFlightError: the first request with this key is still being worked on.
            UnavailableError: the database is away; the same request may be sent again under the same key.
        """
        request_id = request_id_of(channel, client, key, origin=request.origin)
        if request_id in self._in_flight:
            raise KeyInFlightError
        self._in_flight.add(request_id)
        try:
            return await self._accept_once(channel, request, request_id)
        finally:
            self._in_flight.discard(request_id)

    async def _accept_once(self, channel: Channel, request: ChannelRequest, request_id: UUID) -> Accepted:
        fingerprint = fingerprint_of(request)
        for _ in range(_NUMBER_ATTEMPTS):
            now = self._now()
            year = now.astimezone(ISTANBUL).year
            admission = Admission(request_id, await self._numbers.take(year), now)
            try:
                record = await self._record(channel, request, admission, fingerprint)
            except RefusedError:
                self._numbers.give_back(year, admission.receipt_number)
                raise
            if record is not None:
                self._offer(record)
                ACCEPTED.labels(channel.value).inc()
                return Accepted(record, replayed=False)
            earlier = await self._store.request(request_id)
            if earlier is not None:
                self._numbers.give_back(year, admission.receipt_number)
                return await self._again(earlier, fingerprint, request.origin)
        # A counter that fell behind its requests, as after a restored backup, must never give a number twice.
        raise UnavailableError("receipt numbers are taken: the counter is behind the requests")

    async def _record(
        self, channel: Channel, request: ChannelRequest, admission: Admission, fingerprint: str
    ) -> RequestRecord | None:
        """Return the record once it is durable, or None if its id or number was there already."""
        taken = DOORS[channel].normalise(request, admission)
        record = RequestRecord(
            request_id=admission.request_id,
            receipt_number=admission.receipt_number,
            channel=channel,
            fingerprint=fingerprint,
            recorded_at=admission.received_at,
            received_at=taken.event.received_at,
            emergency=taken.event.danger_reported,
            event=taken.event.model_dump_json(exclude_none=True),
            traceparent=current_traceparent(),
        )
        if taken.confidential:
            await self._vault.keep(
                admission.request_id, fingerprint, taken.confidential, admission.received_at
            )
        return record if await self._store.accept(record) else None

    async def _again(self, earlier: RequestRecord, fingerprint: str, origin: str | None) -> Accepted:
        if earlier.fingerprint != fingerprint:
            await self._vault.forget(earlier.request_id, fingerprint)
            raise OriginReusedError(earlier.receipt_number) if origin else KeyReusedError
        REPLAYED.labels(earlier.channel.value).inc()
        return Accepted(earlier, replayed=True)

    def _now(self) -> datetime:
        # The database keeps milliseconds; the answer and its replay must agree.
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
