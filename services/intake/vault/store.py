"""All of the vault's MongoDB use.

Collections: ``vault`` (contents, each under a key of its own), ``looks`` (who looked, insert-only),
``counters`` (how far orphans were looked for).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from services.intake.vault.documents import Entry, Look, entry_of, look_of, sealed_fields
from services.intake.vault.sealing import Sealed
from shared.storage import Database, Document, GroupCommit

_CLOCK_SKEW: Final = timedelta(seconds=60)
_ORPHANS: Final = "orphans"
_CONTENTS: Final = ("contents", "key_id", "wrapped", "sealed", "persons")


class VaultStore:
    """The vault's memory. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._vault = database.collection("vault")
        self._looks = database.collection("looks")
        self._counters = database.collection("counters")
        self._keeping = GroupCommit(self._vault)
        self._looking = GroupCommit(self._looks)

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._vault.ensure_index([("recorded_at", 1)], name="by_recorded_at")
        await self._vault.ensure_index([("persons", 1)], name="by_person")
        await self._looks.ensure_index([("request_id", 1), ("at", 1)], name="by_request")

    async def keep(self, entry_id: str, request_id: UUID, sealed: Sealed, recorded_at: datetime) -> None:
        """Return once the vault holds the contents; keeping them again only renews ``recorded_at``.

        The renewal is what keeps an entry that is about to be used from being taken for an orphan.
        """
        document = {"_id": entry_id, "request_id": str(request_id), "recorded_at": recorded_at}
        renewed = {"$set": {"recorded_at": recorded_at}}
        while not await self._keeping.insert(document | sealed_fields(sealed)):
            if await self._vault.update({"_id": entry_id}, renewed):
                return

    async def kept(self, entry_id: str) -> Entry | None:
        """Return an entry."""
        document = await self._vault.get(entry_id)
        return entry_of(document) if document else None

    async def forget(self, entry_id: str) -> None:
        """Remove an entry."""
        await self._vault.remove({"_id": entry_id})

    async def kept_until(self, horizon: datetime) -> AsyncIterator[Document]:
        """Yield id and ``request_id`` of what the vault took in since the last look and by ``horizon``."""
        look = await self._counters.get(_ORPHANS)
        window: Document = {"$lte": horizon} | ({"$gt": look["until"] - _CLOCK_SKEW} if look else {})
        async for document in self._vault.stream(
            {"recorded_at": window}, sort=(("recorded_at", 1),), fields=["request_id"]
        ):
            yield document

    async def looked_until(self, horizon: datetime) -> None:
        """Remember that the vault was looked through up to ``horizon``."""
        await self._counters.update({"_id": _ORPHANS}, {"$set": {"until": horizon}}, upsert=True)

    async def forget_all(self, entry_ids: Iterable[str], horizon: datetime) -> int:
        """Remove entries unless they were renewed after ``horizon``; return how many."""
        return await self._vault.remove({"_id": {"$in": list(entry_ids)}, "recorded_at": {"$lte": horizon}})

    async def of_persons(self, hashes: Iterable[str]) -> list[Entry]:
        """Return every entry with one of these contacts."""
        return [entry_of(d) for d in await self._vault.find({"persons": {"$in": sorted(hashes)}})]

    async def older_than(self, horizon: datetime) -> AsyncIterator[Entry]:
        """Yield what was taken in by ``horizon`` and is not erased, oldest first."""
        window = {"recorded_at": {"$lte": horizon}, "erased_at": {"$exists": False}}
        async for document in self._vault.stream(window, sort=(("recorded_at", 1),)):
            yield entry_of(document)

    async def not_under(self, key_id: str) -> AsyncIterator[Entry]:
        """Yield what is not erased and either not encrypted or under another master key."""
        query = {"key_id": {"$ne": key_id}, "erased_at": {"$exists": False}}
        async for document in self._vault.stream(query):
            yield entry_of(document)

    async def unencrypted(self) -> AsyncIterator[Entry]:
        """Yield what a version without encryption wrote."""
        async for document in self._vault.stream({"contents": {"$exists": True}}):
            yield entry_of(document)

    async def replace(self, changes: Sequence[tuple[Entry, Sealed]]) -> int:
        """Give entries other seals, unless they changed since they were read; return how many."""
        return await self._vault.update_by_id(
            {
                entry.id: {"$set": sealed_fields(sealed), "$unset": {"contents": ""}}
                for entry, sealed in changes
            },
            only={entry.id: _unchanged(entry) for entry, _ in changes},
        )

    async def erase(self, entry_ids: Iterable[str], at: datetime) -> int:
        """Destroy the keys and contents of entries; what is left says when. Return how many there were."""
        gone: Document = {"$unset": dict.fromkeys(_CONTENTS, ""), "$set": {"erased_at": at}}
        still_there = {"erased_at": {"$exists": False}}
        ids = list(entry_ids)
        return await self._vault.update_by_id(dict.fromkeys(ids, gone), only=dict.fromkeys(ids, still_there))

    async def erased(self, entry_ids: Iterable[str]) -> frozenset[str]:
        """Return those of these entries that were erased."""
        found = await self._vault.get_many(entry_ids, fields=["erased_at"])
        return frozenset(entry_id for entry_id, document in found.items() if "erased_at" in document)

    async def looked(self, look: Look) -> None:
        """Return once the look is durable."""
        await self._looking.insert(
            {
                "_id": str(uuid4()),
                "request_id": str(look.request_id) if look.request_id else None,
                "service": look.service,
                "purpose": look.purpose,
                "found": look.found,
                "at": look.at,
            }
        )

    async def looks(self, request_id: UUID) -> list[Look]:
        """Return the looks at one request's contents, oldest first."""
        found = await self._looks.find({"request_id": str(request_id)}, sort=(("at", 1), ("_id", 1)))
        return [look_of(document) for document in found]


def _unchanged(entry: Entry) -> Document:
    if isinstance(entry.held, Sealed):
        return {"wrapped": entry.held.wrapped}
    return {"contents": {"$exists": True}}
