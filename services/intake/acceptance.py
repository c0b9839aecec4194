"""The one way in: every channel's API and the web form end here."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.attachments.cabinet import Cabinet, NotAttachableError
from services.intake.attachments.problems import not_attachable
from services.intake.attachments.records import Owner
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
from services.intake.store import IntakeStore, Taken
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
        cabinet: Cabinet,
        *,
        offer: Callable[[RequestRecord], None],
        clock: Clock,
    ) -> None:
        """Take what it works with.

        Args:
            store: where requests are recorded.
            vault: seals what is confidential.
            numbers: the receipt numbers.
            cabinet: the files that requests name.
            offer: takes over what is durable, to publish it.
            clock: tells the instant of acceptance.
        """
        self._store = store
        self._vault = vault
        self._numbers = numbers
        self._cabinet = cabinet
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
            return await self._accept_once(channel, client, request, request_id)
        finally:
            self._in_flight.discard(request_id)

    async def _accept_once(
        self, channel: Channel, client: str, request: ChannelRequest, request_id: UUID
    ) -> Accepted:
        try:
            claim = await self._cabinet.claim(request_id, Owner(channel, client), request.files)
        except NotAttachableError as error:
            # Those of a request that was accepted long ago may be erased.
            if (earlier := await self._store.request(request_id)) is not None:
                return await self._again(earlier, request)
            await self._cabinet.release(request_id, request.files)
            raise RefusedError(*map(not_attachable, error.places)) from None
        for _ in range(_NUMBER_ATTEMPTS):
            now = self._now()
            year = now.astimezone(ISTANBUL).year
            admission = Admission(request_id, await self._numbers.take(year), now, claim.references)
            try:
                record = await self._record(channel, request, admission, claim.secrets)
            except RefusedError:
                self._numbers.give_back(year, admission.receipt_number)
                await self._cabinet.release(request_id, request.files)
                raise
            if record is not None:
                self._offer(record)
                ACCEPTED.labels(channel.value).inc()
                # Nothing more is needed for the promise; what is not settled now is settled by the sweeper.
                with suppress(UnavailableError):
                    await self._cabinet.settle(claim)
                return Accepted(record, replayed=False)
            earlier = await self._store.request(request_id)
            if earlier is not None:
                self._numbers.give_back(year, admission.receipt_number)
                return await self._again(earlier, request)
        # A counter that fell behind its requests, as after a restored backup, must never give a number twice.
        raise UnavailableError("receipt numbers are taken: the counter is behind the requests")

    async def _record(
        self,
        channel: Channel,
        request: ChannelRequest,
        admission: Admission,
        secrets: Mapping[str, str],
    ) -> RequestRecord | None:
        """Return the record once it is durable, or None if its id or number was there already."""
        traceparent = current_traceparent()

        def take() -> Taken:
            taken = DOORS[channel].normalise(request, admission)
            record = RequestRecord(
                request_id=admission.request_id,
                receipt_number=admission.receipt_number,
                channel=channel,
                fingerprint=fingerprint_of(request),
                recorded_at=admission.received_at,
                received_at=taken.event.received_at,
                emergency=taken.event.danger_reported,
                event=taken.event.model_dump_json(exclude_none=True),
                traceparent=traceparent,
            )
            confidential = {**taken.confidential, **secrets}
            binding = (record.request_id, record.fingerprint)
            return record, self._vault.sealed(*binding, confidential) if confidential else None

        return await self._store.accept(take)

    async def _again(self, earlier: RequestRecord, request: ChannelRequest) -> Accepted:
        if earlier.fingerprint != fingerprint_of(request):
            if others := set(request.files) - {reference.id for reference in earlier.attachments}:
                await self._cabinet.release(earlier.request_id, others)
            raise OriginReusedError(earlier.receipt_number) if request.origin else KeyReusedError
        REPLAYED.labels(earlier.channel.value).inc()
        return Accepted(earlier, replayed=True)

    def _now(self) -> datetime:
        # The database keeps milliseconds; the answer and its replay must agree.
        now = self._clock()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
