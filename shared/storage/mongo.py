"""MongoDB through motor. Nothing outside this package imports a database driver.

Every write waits for the majority's journal.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError

from shared.outcomes import UnavailableError
from shared.storage.documents import Document, Sort
from shared.storage.faults import STORAGE_FAILED, faults
from shared.storage.gridfs import GridFiles

_DUPLICATE_KEY = 11000
_SELECTION_TIMEOUT_MS = 3_000
_SOCKET_TIMEOUT_MS = 20_000
_FETCHED_AT_ONCE = 1_000


class Database:
    """One service's database. No service opens another's."""

    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._database = database

    @classmethod
    def connect(cls, uri: str, name: str) -> "Database":
        """Return the database ``name`` at ``uri``. Connects on first use, so this never waits nor fails."""
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            uri,
            tz_aware=True,
            w="majority",
            journal=True,
            serverSelectionTimeoutMS=_SELECTION_TIMEOUT_MS,
            connectTimeoutMS=_SELECTION_TIMEOUT_MS,
            socketTimeoutMS=_SOCKET_TIMEOUT_MS,
        )
        return cls(client[name])

    def collection(self, name: str) -> "Collection":
        """Return the collection ``name``, which comes into being with its first document."""
        return Collection(self._database[name])

    def files(self, name: str) -> GridFiles:
        """Return the files ``name``, which come into being with the first one."""
        return GridFiles(self._database, name)

    async def ping(self) -> None:
        """Return when the database answers.

        Raises:
            UnavailableError: it does not.
        """
        with faults():
            await self._database.command("ping")

    async def drop(self) -> None:
        """Remove the whole database."""
        with faults():
            await self._database.client.drop_database(self._database.name)

    async def close(self) -> None:
        """Close all connections."""
        self._database.client.close()


class Collection:
    """Documents of one kind, each with a text ``_id``. All methods may raise `UnavailableError`."""

    def __init__(self, collection: AsyncIOMotorCollection[Document]) -> None:
        self._collection = collection

    async def insert_new(self, documents: Sequence[Document]) -> frozenset[str]:
        """Insert the documents whose ``_id`` is not there yet, in one round trip.

        Returns:
            The ids that are new. An id that was there keeps its document; a second one within ``documents``
            loses against the first. After an `UnavailableError` any part may have been written: call again.
        """
        if not documents:
            return frozenset()
        ids = [str(d["_id"]) for d in documents]
        try:
            with faults():
                await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            failures = error.details.get("writeErrors", [])
            if any(f["code"] in STORAGE_FAILED for f in failures):
                raise UnavailableError("database cannot store") from error
            if any(f["code"] != _DUPLICATE_KEY for f in failures):
                raise
            known = {f["index"] for f in failures}
            return frozenset(i for n, i in enumerate(ids) if n not in known)
        return frozenset(ids)

    async def get(self, id: str) -> Document | None:  # noqa: A002 - it is the document's _id
        """Return the document with this id, or None."""
        with faults():
            return await self._collection.find_one({"_id": id})

    async def get_many(
        self, ids: Iterable[str], *, fields: Sequence[str] | None = None
    ) -> dict[str, Document]:
        """Return the documents that exist among ``ids``, by id, in one query."""
        wanted = list(ids)
        found = await self.find({"_id": {"$in": wanted}}, sort=(), fields=fields) if wanted else []
        return {d["_id"]: d for d in found}

    async def find(
        self,
        query: Document,
        *,
        sort: Sort = (("_id", 1),),
        limit: int = 0,
        fields: Sequence[str] | None = None,
    ) -> list[Document]:
        """Return the matching documents, ``limit`` at most (0: all), with ``fields`` only if given."""
        with faults():
            cursor = self._collection.find(query, fields)
            if sort:
                cursor = cursor.sort(list(sort))
            return await cursor.limit(limit).to_list(None)

    async def stream(
        self,
        query: Document,
        *,
        sort: Sort = (("_id", 1),),
        fields: Sequence[str] | None = None,
    ) -> AsyncIterator[Document]:
        """Yield the matching documents without holding them all in memory."""
        # A server left to itself answers with 16 MB, which take the loop a tenth of a second to read.
        found = self._collection.find(query, fields).sort(list(sort)).batch_size(_FETCHED_AT_ONCE)
        with faults():
            async for document in found:
                yield document

    async def count(self, query: Document) -> int:
        """Return how many documents match."""
        with faults():
            return await self._collection.count_documents(query)

    async def update(self, query: Document, change: Document, *, upsert: bool = False) -> int:
        """Change one matching document and return how many matched: 0 or 1 (1 too if it was upserted)."""
        with faults():
            result = await self._collection.update_one(query, change, upsert=upsert)
        return result.matched_count or int(result.upserted_id is not None)

    async def update_by_id(
        self, changes: Mapping[str, Document], *, only: Mapping[str, Document] | None = None
    ) -> int:
        """Apply one change per id in a single round trip and return how many documents matched.

        Args:
            changes: the changes, by id.
            only: what else must hold of a document for its change to apply, by id.
        """
        if not changes:
            return 0
        conditions = only or {}
        with faults():
            result = await self._collection.bulk_write(
                [UpdateOne({"_id": i} | conditions.get(i, {}), change) for i, change in changes.items()],
                ordered=False,
            )
        return result.matched_count

    async def increment(self, id: str, field: str, by: int) -> int:  # noqa: A002 - it is the document's _id
        """Add ``by`` to a counter, which starts at 0, and return its new value. Atomic."""
        while True:
            with faults():
                document = await self._collection.find_one_and_update(
                    {"_id": id}, {"$inc": {field: by}}, return_document=ReturnDocument.AFTER
                )
            if document is not None:
                return int(document[field])
            # Not by upsert: of several first ones at once, all but one would fail.
            await self.insert_new([{"_id": id, field: 0}])

    async def remove(self, query: Document) -> int:
        """Remove the matching documents and return how many there were."""
        with faults():
            return (await self._collection.delete_many(query)).deleted_count

    async def ensure_index(
        self,
        keys: Sort,
        *,
        name: str,
        unique: bool = False,
        partial: Document | None = None,
        expire_after_s: int | None = None,
    ) -> None:
        """Create the index if it is not there yet."""
        options: Document = {"name": name, "unique": unique}
        if partial is not None:
            options["partialFilterExpression"] = partial
        if expire_after_s is not None:
            options["expireAfterSeconds"] = expire_after_s
        with faults():
            await self._collection.create_indexes([IndexModel(list(keys), **options)])

    async def explain(self, query: Document, *, sort: Sort = ()) -> Document:
        """Return the server's plan for a `find`."""
        with faults():
            cursor = self._collection.find(query)
            return dict(await (cursor.sort(list(sort)) if sort else cursor).explain())
