"""Group commit: what arrives together is written together.

One insert per message costs a round trip and a journal flush each. While one batch is being written, all that
arrives waits and becomes the next batch, so the cost per document falls as the load rises and an idle door
answers at once. Where others came meanwhile still more are on their way: a busy door waits a moment for them,
because each write, however small, takes processor time from all that wait.
"""

import asyncio

from shared.storage.documents import Document
from shared.storage.mongo import Collection

GATHER_S = 0.004
"""How long a busy door waits for others, in seconds."""

_Waiter = tuple[Document, "asyncio.Future[bool]"]


class GroupCommit:
    """Inserts into one collection, batched by what arrives while the last batch is on its way.

    Args:
        collection: where it inserts.
        max_batch: documents in one batch at most.
        gather_s: how long a busy door waits for others after each batch, in seconds.
    """

    def __init__(self, collection: Collection, max_batch: int = 200, *, gather_s: float = GATHER_S) -> None:
        self._collection = collection
        self._max_batch = max_batch
        self._gather_s = gather_s
        self._waiting: list[_Waiter] = []
        self._flusher: asyncio.Task[None] | None = None

    async def insert(self, document: Document) -> bool:
        """Return once the document is durable: True if it is new, False if its ``_id`` was there already.

        Raises:
            UnavailableError: the database is away; the document may or may not have been written.
        """
        settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((document, settled))
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush())
        return await settled

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._max_batch], self._waiting[self._max_batch :]
            try:
                new = set(await self._collection.insert_new([document for document, _ in batch]))
            except Exception as error:  # noqa: BLE001 - every waiter gets it, whatever it is
                for _, settled in batch:
                    if not settled.done():
                        settled.set_exception(error)
                continue
            for document, settled in batch:
                if not settled.done():
                    settled.set_result(document["_id"] in new)
                new.discard(document["_id"])
            if self._waiting:
                await asyncio.sleep(self._gather_s)
        self._flusher = None
