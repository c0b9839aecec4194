"""Keeps what is confidential about a request, and gives out one address at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.vault.documents import Entry, binding_of
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import DamagedError, Keyring, UnknownKeyError
from services.intake.vault.openings import texts_for
from services.intake.vault.sealing import Sealed, persons_of, seal, unseal
from services.intake.vault.store import VaultStore
from shared.contracts.vocabulary import Medium, Opening

_ADDRESS_FIELDS: Final = {Medium.EMAIL: "email", Medium.SMS: "phone"}


class ErasedError(Exception):
    """There were contents, and their key was destroyed."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach one applicant."""

    address: str
    name: str | None


class Vault:
    """The confidential part of requests. Every method but `sealed` may raise `UnavailableError`."""

    def __init__(self, store: VaultStore, keys: KeySource) -> None:
        """Take what it works with.

        Args:
            store: where the contents are kept.
            keys: the master keys.
        """
        self._store = store
        self._keys = keys

    def sealed(self, request_id: UUID, fingerprint: str, contents: Mapping[str, str]) -> Sealed:
        """Return contents as they are recorded with their request.

        Args:
            request_id: the request they belong to.
            fingerprint: of the body they came with.
            contents: texts by name; addresses as ``email`` and ``phone``.
        """
        return seal(self._keys.recent_ring(), binding_of(request_id, fingerprint), contents)

    async def contact(self, request_id: UUID, medium: Medium) -> Contact | None:
        """Return where the applicant is reached by ``medium``, or None where no such address was left.

        Raises:
            ErasedError: the contents were erased.
        """
        field = _ADDRESS_FIELDS.get(medium)
        contents = await self._contents(request_id) if field else {}
        address = contents.get(field) if field else None
        return Contact(address, contents.get("name")) if address else None

    async def secret(self, request_id: UUID, name: str) -> str | None:
        """Return one text that is no contact, such as the key of a file, or None where there is none.

        Raises:
            ErasedError: the contents were erased.
        """
        return (await self._contents(request_id)).get(name)

    async def opened(self, request_id: UUID, purpose: Opening) -> dict[str, str]:
        """Return what one purpose may see of a request, by name; nothing where nothing serves it.

        Raises:
            ErasedError: the contents were erased.
        """
        return texts_for(purpose, await self._contents(request_id))

    async def add(self, request_id: UUID, fingerprint: str, contents: Mapping[str, str]) -> None:
        """Return once more texts are kept beside what is confidential about a request, or the first ones.

        Args:
            request_id: the accepted request they belong to.
            fingerprint: of the body that the request came with.
            contents: texts by name; one of a name that is there already takes its place.

        Raises:
            ErasedError: the contents were erased, so that nothing may be added.
        """
        binding, written = binding_of(request_id, fingerprint), False
        while not written:
            entry = await self._store.kept(request_id)
            if entry is None:
                sealed = seal(self._keys.ring(), binding, contents)
                written = await self._store.begin(request_id, sealed)
            elif entry.held is None:
                raise ErasedError
            else:
                ring = self._keys.ring()
                sealed = seal(ring, binding, {**unseal(ring, binding, entry.held), **contents})
                # Under a data key of its own, so that of two who add at once the second begins again.
                written = bool(await self._store.replace([(entry, sealed)]))

    async def requests_of(self, contact: Mapping[str, str]) -> list[UUID]:
        """Return the requests of whoever has this ``phone`` or ``email``, as the door writes it."""
        found = await self._store.of_persons(_hashes(contact, self._keys.ring()))
        return [entry.request_id for entry in found]

    async def same_person(self, request_id: UUID) -> list[UUID]:
        """Return the requests of this one's applicant, in the order in which each leads to the next.

        Who has the same phone or the same e-mail is the same person, and so on from there.
        """
        levels = await self._levels(request_id)
        return [entry.request_id for level in levels for entry in level]

    async def erase(self, request_ids: Sequence[UUID], at: datetime) -> int:
        """Destroy the keys of these requests alone, and return how many there were.

        The last is erased first: of one person's, in the order of `same_person`, one who asks again after a
        crash finds what is left by the same ways.
        """
        return sum([await self._store.erase([request_id], at) for request_id in reversed(request_ids)])

    async def erased(self, request_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of these requests whose contents were erased."""
        return await self._store.erased(request_ids)

    async def _contents(self, request_id: UUID) -> Mapping[str, str]:
        entry = await self._store.kept(request_id)
        if entry is None:
            return {}
        if entry.held is None:
            raise ErasedError
        return unseal(self._keys.ring(), entry.binding, entry.held)

    async def _levels(self, request_id: UUID) -> list[list[Entry]]:
        """Return the entry, then what shares a contact with it, then what shares one with those."""
        first = await self._store.kept(request_id)
        level = [first] if first and first.held else []
        levels, seen = [], {entry.request_id for entry in level}
        while level:
            levels.append(level)
            # A rotation may have begun since: the hashes follow the keys at hand now.
            ring = self._keys.ring()
            hashes = {h for entry in level for h in _persons(entry, ring)}
            level = [e for e in await self._store.of_persons(hashes) if e.request_id not in seen]
            seen |= {entry.request_id for entry in level}
        return levels


def _persons(entry: Entry, ring: Keyring) -> set[str]:
    if entry.held is None:
        return set()
    # What cannot be opened must not stand in the way of erasing it: the hashes beside it are still there.
    beside = set(entry.held.persons)
    try:
        return beside | _hashes(unseal(ring, entry.binding, entry.held), ring)
    except (DamagedError, UnknownKeyError):
        return beside


def _hashes(contents: Mapping[str, str], ring: Keyring) -> set[str]:
    """Return what a contact may be stored under: while a rotation runs, under several keys."""
    return {found for key in ring.keys for found in persons_of(contents, key)}
