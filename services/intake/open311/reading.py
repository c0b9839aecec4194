"""Finds requests for whoever asks, with as much of each as anybody may know."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from services.intake.open311.errors import NOT_FOUND, Open311Error, refused
from services.intake.open311.facts import Facts, facts_of
from services.intake.open311.listing import Listing, Search
from services.intake.open311.rendering import Content
from services.intake.open311.showing import shown
from services.intake.receipts import ReceiptNumberError, parse_number
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.tracking.dates import Clocks
from services.intake.vault import Vault

_Standing: TypeAlias = tuple[RequestRecord, Facts, bool]
"""A request, where it stands, and whether anybody may see what it is about."""


class PublicView:
    """What the public sees. A request's number is its ``service_request_id``.

    The list holds only what is public. Who asks for one by its number hears where it stands, and what it is
    about only if that is public. Every method may raise `UnavailableError`.
    """

    def __init__(
        self, store: IntakeStore, listing: Listing, vault: Vault, clocks: Clocks, *, public: bool
    ) -> None:
        """Take where it looks.

        Args:
            store: the requests.
            listing: which of them are public.
            vault: whose contents were erased: their words, too, are shown to nobody.
            clocks: when they can be expected to be done.
            public: False shows of no request what it is about, and leaves the list empty.
        """
        self._store = store
        self._listing = listing
        self._vault = vault
        self._clocks = clocks
        self._public = public

    async def find(self, search: Search) -> Content:
        """Return the public requests that were looked for, newest first."""
        if not self._public:
            return []
        found = await self._listing.find(search)
        records = await self._store.requests([request_id for request_id, _ in found])
        erased = await self._vault.erased(records)
        return await self._dated(
            [(records[id_], facts, True) for id_, facts in found if id_ in records and id_ not in erased]
        )

    async def asked(self, ids: Sequence[str]) -> Content:
        """Return the requests with these numbers in their order, without those that do not exist."""
        records = await asyncio.gather(*(self._record(id_) for id_ in dict.fromkeys(ids)))
        return await self._dated(
            await asyncio.gather(*(self._standing(record) for record in records if record))
        )

    async def one(self, service_request_id: str) -> Content:
        """Return one request.

        Raises:
            Open311Error: 404, there is none with this number.
        """
        record = await self._record(service_request_id)
        if record is None:
            raise _no_such("service_request_id")
        return await self._dated([await self._standing(record)])

    async def of_token(self, token: str) -> Content:
        """Return the number of the request that our other APIs call by this ``request_id``.

        Every service here is ``realtime``, so no answer to a POST holds a token.

        Raises:
            Open311Error: 404, there is none.
        """
        try:
            record = await self._store.request(UUID(token))
        except ValueError:
            record = None
        if record is None:
            raise _no_such("token")
        return [{"service_request_id": record.receipt_number, "token": token}]

    async def _record(self, typed: str) -> RequestRecord | None:
        try:
            number = parse_number(typed)
        except ReceiptNumberError:
            return None
        return await self._store.request_by_number(number)

    async def _standing(self, record: RequestRecord) -> _Standing:
        facts = await self._facts(record)
        whole = self._public and facts.public and not await self._vault.erased([record.request_id])
        return record, facts, whole

    async def _dated(self, found: Sequence[_Standing]) -> list[Content]:
        """Show requests with the times by which those that are open and public can be expected to be done."""
        waiting = [record.request_id for record, facts, whole in found if whole and not facts.closed]
        targets = await self._clocks.targets(waiting)
        return [
            shown(record, facts, whole=whole, expected=targets.get(record.request_id))
            for record, facts, whole in found
        ]

    async def _facts(self, record: RequestRecord) -> Facts:
        timeline = await self._store.timeline(record.request_id)
        return facts_of(record.received_at, (entry.told() for entry in timeline if entry.matter is None))


def _no_such(name: str) -> Open311Error:
    return refused(NOT_FOUND, f"{name} bulunamadı.", f"The {name} was not found.")
