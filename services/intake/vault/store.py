"""All of the vault's MongoDB use.

What is confidential about a request stands in the request's own document (``requests``), each under a key of
its own, so that one insert accepts both and neither is ever there without the other. The vault alone reads
and changes its members; nothing else in that collection is changed. ``looks`` holds who looked, insert-only.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from services.intake.vault.documents import (
    SEALED_FIELDS,
    Entry,
    Look,
    entry_of,
    look_document,
    look_of,
    sealed_fields,
)
from services.intake.vault.sealing import Sealed
from shared.storage import Database, Document, GroupCommit

_HELD: Final[Document] = {"key_id": {"$exists": True}}


class VaultStore:
    """The vault's memory. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._requests = database.collection("requests")
        self._looks = database.collection("looks")
        self._looking = GroupCommit(self._looks)

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._requests.ensure_index([("persons", 1)], name="by_person")
        await self._looks.ensure_index([("request_id", 1), ("at", 1)], name="by_request")

    async def kept(self, request_id: UUID) -> Entry | None:
        """Return what is held of a request."""
        document = await self._requests.get(str(request_id))
        return entry_of(document) if document else None

    async def of_persons(self, hashes: Iterable[str]) -> list[Entry]:
        """Return every entry with one of these contacts."""
        return _entries(await self._requests.find({"persons": {"$in": sorted(hashes)}}))

    async def older_than(self, horizon: datetime) -> AsyncIterator[Entry]:
        """Yield what was taken in by ``horizon`` and is not erased, oldest first."""
        window = {"recorded_at": {"$lte": horizon}} | _HELD
        async for document in self._requests.stream(window, sort=(("recorded_at", 1),)):
            for entry in _entries([document]):
                yield entry

    async def not_under(self, key_id: str) -> AsyncIterator[Entry]:
        """Yield what is held under another master key."""
        query = {"key_id": {"$exists": True, "$ne": key_id}}
        async for document in self._requests.stream(query):
            for entry in _entries([document]):
                yield entry

    async def replace(self, changes: Sequence[tuple[Entry, Sealed]]) -> int:
        """Give entries other seals, unless they changed since they were read; return how many."""
        return await self._requests.update_by_id(
            {str(entry.request_id): {"$set": sealed_fields(sealed)} for entry, sealed in changes},
            only={
                str(entry.request_id): {"wrapped": entry.held.wrapped} for entry, _ in changes if entry.held
            },
        )

    async def begin(self, request_id: UUID, sealed: Sealed) -> bool:
        """Hold something of a request of which nothing was ever held; False if something was."""
        nothing: Document = {name: {"$exists": False} for name in ("wrapped", "erased_at")}
        first = {"_id": str(request_id)} | nothing
        return bool(await self._requests.update(first, {"$set": sealed_fields(sealed)}))

    async def erase(self, request_ids: Iterable[UUID], at: datetime) -> int:
        """Destroy keys and contents; what is left says when. Return how many there were."""
        gone: Document = {"$unset": dict.fromkeys(SEALED_FIELDS, ""), "$set": {"erased_at": at}}
        ids = [str(request_id) for request_id in request_ids]
        return await self._requests.update_by_id(dict.fromkeys(ids, gone), only=dict.fromkeys(ids, _HELD))

    async def erased(self, request_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of these requests whose contents were erased."""
        found = await self._requests.get_many(map(str, request_ids), fields=["erased_at"])
        return frozenset(UUID(id_) for id_, document in found.items() if "erased_at" in document)

    async def looked(self, look: Look) -> None:
        """Return once the look is durable."""
        await self._looking.insert(partial(look_document, look))

    async def looks(self, request_id: UUID) -> list[Look]:
        """Return the looks at one request's contents, oldest first."""
        found = await self._looks.find({"request_id": str(request_id)}, sort=(("at", 1), ("_id", 1)))
        return [look_of(document) for document in found]


def _entries(documents: Iterable[Document]) -> list[Entry]:
    return [entry for document in documents if (entry := entry_of(document))]
