"""Keeps what is confidential about a request, and gives out one address at a time.

An entry's id follows from the request and the body it came with, and it is written before the request: a
retry finds it there, and another body under the same idempotency key cannot take its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.pages_of import pages_of
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.vault.documents import Entry, binding_of
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import DamagedError, Keyring, UnknownKeyError
from services.intake.vault.rotation import rewrap_all
from services.intake.vault.sealing import Sealed, persons_of, seal, unseal
from services.intake.vault.store import VaultStore
from shared.contracts.vocabulary import Medium
from shared.ids import derived_id

_PAGE: Final = 500
_ADDRESS_FIELDS: Final = {Medium.EMAIL: "email", Medium.SMS: "phone"}


class ErasedError(Exception):
    """There were contents, and their key was destroyed."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach one applicant."""

    address: str
    name: str | None


class Vault:
    """The confidential part of requests. Every method may raise `UnavailableError`."""

    def __init__(self, store: VaultStore, requests: IntakeStore, keys: KeySource) -> None:
        """Take what it works with.

        Args:
            store: where the contents are kept.
            requests: tells which of them belong to an accepted request.
            keys: the master keys.
        """
        self._store = store
        self._requests = requests
        self._keys = keys

    async def keep(
        self, request_id: UUID, fingerprint: str, contents: Mapping[str, str], recorded_at: datetime
    ) -> None:
        """Return once the contents are durable.

        Args:
            request_id: the request they belong to.
            fingerprint: of the body they came with.
            contents: texts by name; addresses as ``email`` and ``phone``.
            recorded_at: the present instant.
        """
        entry_id = _entry_id(request_id, fingerprint)
        sealed = seal(self._keys.ring(), binding_of(request_id, entry_id), contents)
        await self._store.keep(entry_id, request_id, sealed, recorded_at)

    async def forget(self, request_id: UUID, fingerprint: str) -> None:
        """Remove what came with a body that was refused after all."""
        await self._store.forget(_entry_id(request_id, fingerprint))

    async def remove_orphans(self, horizon: datetime) -> int:
        """Remove what came with requests that were never recorded, and return how many there were.

        The door writes here first; when the database goes away in between and the applicant gives up, this is
        all that is left of the request, and nobody may keep it.

        Args:
            horizon: what was kept later may still become a request and stays.
        """
        removed = 0
        async for page in pages_of(self._store.kept_until(horizon), _PAGE):
            fingerprints = await self._requests.fingerprints(d["request_id"] for d in page)
            orphans = [d["_id"] for d in page if not _belongs(d, fingerprints.get(d["request_id"]))]
            removed += await self._store.forget_all(orphans, horizon)
        await self._store.looked_until(horizon)
        return removed

    async def contact(self, request_id: UUID, fingerprint: str, medium: Medium) -> Contact | None:
        """Return where the applicant is reached by ``medium``, or None where no such address was left.

        Raises:
            ErasedError: the contents were erased.
        """
        field = _ADDRESS_FIELDS.get(medium)
        entry = await self._store.kept(_entry_id(request_id, fingerprint)) if field else None
        if field is None or entry is None:
            return None
        contents = self._opened(entry)
        if contents is None:
            raise ErasedError
        address = contents.get(field)
        return Contact(address, contents.get("name")) if address else None

    async def secret(self, request_id: UUID, fingerprint: str, name: str) -> str | None:
        """Return one text that is no contact, such as the key of a file, or None where there is none.

        Raises:
            ErasedError: the contents were erased.
        """
        entry = await self._store.kept(_entry_id(request_id, fingerprint))
        if entry is None:
            return None
        contents = self._opened(entry)
        if contents is None:
            raise ErasedError
        return contents.get(name)

    async def requests_of(self, contact: Mapping[str, str]) -> list[UUID]:
        """Return the accepted requests of whoever has this ``phone`` or ``email``, as the door writes it."""
        found = await self._store.of_persons(_hashes(contact, self._keys.ring()))
        return await self._accepted(found)

    async def same_person(self, request_id: UUID, fingerprint: str) -> list[UUID]:
        """Return the accepted requests that an erasure of this one's applicant would reach."""
        levels = await self._levels(_entry_id(request_id, fingerprint))
        return await self._accepted(entry for level in levels for entry in level)

    async def erase_person(self, request_id: UUID, fingerprint: str, at: datetime) -> list[UUID]:
        """Destroy every key of this request's applicant and return the accepted requests they belonged to.

        Who has the same phone or the same e-mail is the same person, and so on from there. What is found last
        is erased first, so that one who calls again after a crash finds what is left by the same ways.
        """
        levels = await self._levels(_entry_id(request_id, fingerprint))
        for level in reversed(levels):
            await self._store.erase((entry.id for entry in level), at)
        return await self._accepted(entry for level in levels for entry in level)

    async def erase(self, entries: Iterable[Entry], at: datetime) -> int:
        """Destroy the keys of these entries alone, and return how many there were."""
        return await self._store.erase((entry.id for entry in entries), at)

    async def erased(self, records: Iterable[RequestRecord]) -> frozenset[UUID]:
        """Return those of these requests whose contents were erased."""
        by_entry = {_entry_id(r.request_id, r.fingerprint): r.request_id for r in records}
        return frozenset(by_entry[entry_id] for entry_id in await self._store.erased(by_entry))

    async def _levels(self, entry_id: str) -> list[list[Entry]]:
        """Return the entry, then what shares a contact with it, then what shares one with those."""
        # What an earlier version wrote has no hashes to be found by.
        await rewrap_all(self._store.unencrypted(), self._store, self._keys)
        first = await self._store.kept(entry_id)
        level = [first] if first and first.held is not None else []
        levels, seen = [], {entry.id for entry in level}
        while level:
            levels.append(level)
            # A rotation may have begun since: the hashes follow the keys at hand now.
            ring = self._keys.ring()
            hashes = {h for entry in level for h in self._persons(entry, ring)}
            level = [e for e in await self._store.of_persons(hashes) if e.id not in seen]
            seen |= {entry.id for entry in level}
        return levels

    async def _accepted(self, entries: Iterable[Entry]) -> list[UUID]:
        found = list(entries)
        fingerprints = await self._requests.fingerprints({str(e.request_id) for e in found})
        return [
            e.request_id
            for e in found
            if (fingerprint := fingerprints.get(str(e.request_id)))
            and e.id == _entry_id(e.request_id, fingerprint)
        ]

    def _persons(self, entry: Entry, ring: Keyring) -> set[str]:
        # What cannot be opened must not stand in the way of erasing it: the hashes beside it are still there.
        beside = set(entry.held.persons) if isinstance(entry.held, Sealed) else set()
        try:
            return beside | _hashes(self._opened(entry) or {}, ring)
        except (DamagedError, UnknownKeyError):
            return beside

    def _opened(self, entry: Entry) -> Mapping[str, str] | None:
        if isinstance(entry.held, Sealed):
            return unseal(self._keys.ring(), entry.binding, entry.held)
        return entry.held


def _hashes(contents: Mapping[str, str], ring: Keyring) -> set[str]:
    """Return what a contact may be stored under: while a rotation runs, under several keys."""
    return {found for key in ring.keys for found in persons_of(contents, key)}


def _belongs(document: Mapping[str, Any], fingerprint: str | None) -> bool:
    """Return whether the document came with the body that was accepted, ``fingerprint``."""
    if fingerprint is None:
        return False
    its_id: str = document["_id"]
    return its_id == _entry_id(UUID(document["request_id"]), fingerprint)


def _entry_id(request_id: UUID, fingerprint: str) -> str:
    return str(derived_id(request_id, f"vault/{fingerprint}"))
