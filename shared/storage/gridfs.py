"""Files in GridFS: too large for a document, kept as whole and as safe as one.

Written part by part, as its specification lays down. The driver sends all parts of a file at once, and what
is written beside a photo, such as a request, waits until the whole of it has reached the database's log.
"""

from functools import cached_property

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorDatabase, AsyncIOMotorGridFSBucket

from shared.clock import system_clock
from shared.storage.documents import Document
from shared.storage.faults import faults
from shared.storage.files import NOBODY

_CHUNK = 255 * 1024
"""The specification's own size: with what stands around it, a part fits into 256 KiB."""


class GridFiles:
    """`Files` in the service's own database."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], name: str) -> None:
        self._database = database
        self._name = name
        self._indexed = False

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        # Made at the first use: it belongs to the loop that runs then.
        return AsyncIOMotorGridFSBucket(self._database, self._name)

    async def put(self, id: str, content: bytes) -> None:  # noqa: A002 - it is the file's _id
        """Return once the file is durable; what a try before left of it is replaced."""
        await self.remove(id)
        files, chunks = self._database[f"{self._name}.files"], self._database[f"{self._name}.chunks"]
        with faults():
            if not self._indexed:
                await chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
                self._indexed = True
            for n, begin in enumerate(range(0, len(content), _CHUNK)):
                part = content[begin : begin + _CHUNK]
                await chunks.insert_one({"files_id": id, "n": n, "data": part})
            # What makes it a file comes last, so that nobody finds one without all its parts.
            await files.insert_one(
                {
                    "_id": id,
                    "length": len(content),
                    "chunkSize": _CHUNK,
                    "uploadDate": system_clock(),
                    "filename": id,
                }
            )

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
