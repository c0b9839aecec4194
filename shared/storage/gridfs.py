"""Files in GridFS: too large for a document, kept as whole and as safe as one."""

from functools import cached_property

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorDatabase, AsyncIOMotorGridFSBucket

from shared.storage.documents import Document
from shared.storage.faults import faults
from shared.storage.files import NOBODY

_CHUNK = 1_048_576


class GridFiles:
    """`Files` in the service's own database."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], name: str) -> None:
        self._database = database
        self._name = name

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        # Made at the first use: it belongs to the loop that runs then.
        return AsyncIOMotorGridFSBucket(self._database, self._name, chunk_size_bytes=_CHUNK)

    async def put(self, id: str, content: bytes) -> None:  # noqa: A002 - it is the file's _id
        """Return once the file is durable; what a try before left of it is replaced."""
        await self.remove(id)
        with faults():
            await self._bucket.upload_from_stream_with_id(id, id, content)

    async def get(self, id: str) -> bytes | None:  # noqa: A002 - it is the file's _id
        """Return the file, or None."""
        with faults():
            try:
                stream = await self._bucket.open_download_stream(id)
            except NoFile:
                return None
            content: bytes = await stream.read()
            return content

    async def remove(self, id: str) -> None:  # noqa: A002 - it is the file's _id
        """Remove the file, and what is left of one that was never finished."""
        with faults():
            try:
                await self._bucket.delete(id)
            except NoFile:
                # GridFS has removed the parts before it misses the file.
                return

    async def ping(self) -> None:
        """Return when the database answers."""
        await self.get(NOBODY)
