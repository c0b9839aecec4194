"""All MongoDB use of attachments.

Collection ``attachments`` (what is known of each file); ciphertexts are in GridFS ``attachment_files`` or in
the object store, and each document says which. It comes first and goes last, so that no file is there which
nobody knows of.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.attachments.records import Attachment, Place, WrappedKey, attachment_of, document_of
from shared.outcomes import UnavailableError
from shared.storage import Database, Document, Files

_SETTLED: Final = {"settled": True, "key_id": None, "wrapped": None, "offer": None}


class FileStuckError(UnavailableError):
    """The store of files did not let one go. The database did what it was asked."""


class AttachmentStore:
    """The memory of attachments. Every method may raise `UnavailableError`.

    Args:
        database: has the documents, and files where nothing else is set.
        s3: the object store, if one is set; then new files go there.

    Attributes:
        place: where new files go.
    """

    def __init__(self, database: Database, s3: Files | None = None) -> None:
        self._attachments = database.collection("attachments")
        self._stores: dict[Place, Files] = {Place.GRIDFS: database.files("attachment_files")}
        if s3 is not None:
            self._stores[Place.S3] = s3
        self.place = Place.S3 if s3 is not None else Place.GRIDFS

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._attachments.ensure_index([("request_id", 1)], name="by_request")
        await self._attachments.ensure_index([("settled", 1), ("created_at", 1)], name="by_settled_created")

    async def get(self, attachment_id: UUID) -> Attachment | None:
        """Return what is known of a file."""
        document = await self._attachments.get(str(attachment_id))
        return attachment_of(document) if document else None

    async def get_many(self, ids: Iterable[UUID]) -> dict[UUID, Attachment]:
        """Return what is known of files, by id."""
        found = await self._attachments.get_many(str(i) for i in ids)
        return {UUID(i): attachment_of(document) for i, document in found.items()}

    async def keep(self, attachment: Attachment, content: bytes, thumbnail: bytes | None) -> bool:
        """Return once file and thumbnail are durable; False if another took the id meanwhile."""
        files = self._store_of(attachment)
        await self._begin(attachment)
        await files.put(attachment.content, content)
        if thumbnail is not None:
            await files.put(_thumbnail(attachment), thumbnail)
        this_try = {"_id": str(attachment.id), "content": attachment.content, "stored": False}
        if await self._attachments.update(this_try, {"$set": {"stored": True}}):
            return True
        await self._remove_files(attachment)
        return False

    async def content(self, attachment: Attachment) -> bytes | None:
        """Return the ciphertext of the file."""
        return await self._store_of(attachment).get(attachment.content)

    async def thumbnail(self, attachment: Attachment) -> bytes | None:
        """Return the ciphertext of the thumbnail."""
        if not attachment.has_thumbnail:
            return None
        return await self._store_of(attachment).get(_thumbnail(attachment))

    async def claim(self, ids: Iterable[UUID], request_id: UUID) -> int:
        """Give the files that nobody else has to a request, and return how many it has now."""
        free = {"stored": True, "request_id": {"$in": [None, str(request_id)]}}
        names = [str(i) for i in ids]
        taken = {"$set": {"request_id": str(request_id)}}
        return await self._attachments.update_by_id(
            dict.fromkeys(names, taken), only=dict.fromkeys(names, free)
        )

    async def release(self, ids: Iterable[UUID], request_id: UUID) -> None:
        """Take files back from a request that was not accepted with them."""
        names = [str(i) for i in ids]
        unsettled, free = {"request_id": str(request_id), "settled": False}, {"$set": {"request_id": None}}
        await self._attachments.update_by_id(dict.fromkeys(names, free), only=dict.fromkeys(names, unsettled))

    async def settle(self, ids: Iterable[UUID]) -> None:
        """Forget what the vault keeps from now on, and what was only offered."""
        await self._attachments.update_by_id({str(i): {"$set": _SETTLED} for i in ids})

    async def of_request(self, request_id: UUID) -> list[Attachment]:
        """Return a request's files."""
        return [attachment_of(d) for d in await self._attachments.find({"request_id": str(request_id)})]

    async def unsettled(self, horizon: datetime) -> AsyncIterator[Attachment]:
        """Yield what came by ``horizon`` and belongs to no accepted request as far as it is known."""
        query: Document = {"settled": False, "created_at": {"$lte": horizon}}
        async for document in self._attachments.stream(query, sort=(("created_at", 1),)):
            yield attachment_of(document)

    async def not_under(self, key_id: str) -> AsyncIterator[Attachment]:
        """Yield what has a key of its own that is under another master key."""
        query: Document = {"settled": False, "key_id": {"$ne": key_id}}
        async for document in self._attachments.stream(query):
            yield attachment_of(document)

    async def rewrap(self, changes: Sequence[tuple[Attachment, WrappedKey]]) -> int:
        """Give files' keys another wrapping, unless they changed since they were read; return how many."""
        return await self._attachments.update_by_id(
            {str(a.id): {"$set": {"key_id": key.key_id, "wrapped": key.wrapped}} for a, key in changes},
            only={str(a.id): {"wrapped": a.key.wrapped} for a, _ in changes if a.key},
        )

    async def remove(self, attachment: Attachment) -> bool:
        """Remove a file with all that is known of it, unless a request took it meanwhile.

        Raises:
            FileStuckError: it is still where it is kept, and nobody can take it; call again.
        """
        owner = str(attachment.request_id) if attachment.request_id else None
        as_seen = {"_id": str(attachment.id), "request_id": owner, "content": attachment.content}
        # From here on nobody can take it.
        if not await self._attachments.update(as_seen, {"$set": {"stored": False}}):
            return False
        await self._remove_files(attachment)
        return bool(await self._attachments.remove({"_id": str(attachment.id), "stored": False}))

    async def answers(self, place: Place) -> bool:
        """Tell whether a store of files can be used at all."""
        try:
            await self._files_at(place).ping()
        except UnavailableError:
            return False
        return True

    async def _begin(self, attachment: Attachment) -> None:
        document = document_of(attachment)
        while not await self._attachments.insert_new([document]):
            earlier = await self.get(attachment.id)
            if earlier and not earlier.stored:
                await self.remove(earlier)
            elif earlier:
                return

    async def _remove_files(self, attachment: Attachment) -> None:
        try:
            files = self._store_of(attachment)
            await files.remove(attachment.content)
            await files.remove(_thumbnail(attachment))
        except UnavailableError as error:
            raise FileStuckError(str(error)) from error

    def _store_of(self, attachment: Attachment) -> Files:
        return self._files_at(attachment.place)

    def _files_at(self, place: Place) -> Files:
        try:
            return self._stores[place]
        except KeyError:
            # Not as if it were gone: with the setting it is there again.
            raise UnavailableError("files are in the object store; set ISTEK_ATTACHMENT_S3_* again") from None


def _thumbnail(attachment: Attachment) -> str:
    return f"{attachment.content}-thumbnail"
