"""Facts whose follow-up is missing: the outbox without a flag per message.

A fact is inserted once into one collection; when its follow-up is done, a document with the same ``_id``
is inserted into another. What has no counterpart after a grace time is a straggler. Two inserts in batches
are several times cheaper than updating a flag, and a crash between them leaves exactly what this finds.

Each fact is looked at once, in order, behind a checkpoint; stragglers are kept in a ledger of their own and
come up again at growing intervals, so that one that never finishes costs next to nothing and hides no other.
"""

from datetime import datetime, timedelta

from shared.storage.documents import Document
from shared.storage.mongo import Collection

_CHECKPOINT = "checkpoint"
_STRAGGLERS: Document = {"next_at": {"$exists": True}}
_PAGE = 1_000
_LATE_WRITERS = timedelta(seconds=5)
"""Replicas' clocks differ and inserts take time: this much before the checkpoint is looked at again."""


class Backlog:
    """Finds the documents of ``facts`` that have none of the same ``_id`` in ``done``.

    Args:
        facts: documents with the instant of their recording in ``order_by``, which must be indexed.
        done: documents whose ``_id`` says that the fact of that id is finished.
        ledger: a collection of its own for the checkpoint and the stragglers.
        grace: how long a fact may take before it counts as a straggler.
        first_wait: time to the second look at a straggler; it doubles up to ``longest_wait``.
    """

    def __init__(
        self,
        *,
        facts: Collection,
        done: Collection,
        ledger: Collection,
        order_by: str = "recorded_at",
        grace: timedelta = timedelta(seconds=10),
        first_wait: timedelta = timedelta(seconds=10),
        longest_wait: timedelta = timedelta(minutes=10),
    ) -> None:
        self._facts = facts
        self._done = done
        self._ledger = ledger
        self._order_by = order_by
        self._grace = grace
        self._first_wait = first_wait
        self._longest_wait = longest_wait

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._facts.ensure_index([(self._order_by, 1)], name=f"by_{self._order_by}")
        await self._ledger.ensure_index([("next_at", 1)], name="by_next_at", partial=_STRAGGLERS)

    async def unfinished(self, now: datetime, *, limit: int = 500) -> list[Document]:
        """Return stragglers that are due for another look, oldest first, and plan the look after that."""
        await self._collect(now)
        due = await self._ledger.find({"next_at": {"$lte": now}}, sort=(("next_at", 1),), limit=limit)
        finished = await self._done.get_many((d["_id"] for d in due), fields=["_id"])
        if finished:
            await self._ledger.remove({"_id": {"$in": list(finished)}})
        waiting = {d["_id"]: d for d in due if d["_id"] not in finished}
        await self._ledger.update_by_id({i: self._postponed(d, now) for i, d in waiting.items()})
        facts = await self._facts.get_many(waiting)
        return sorted(facts.values(), key=lambda f: (f[self._order_by], f["_id"]))

    async def size(self) -> int:
        """Return how many stragglers there are; those that finished since their last look still count."""
        return await self._ledger.count(_STRAGGLERS)

    async def _collect(self, now: datetime) -> None:
        """Move the checkpoint up to ``now`` less the grace time, entering what is missing into the ledger."""
        checkpoint = await self._ledger.get(_CHECKPOINT)
        horizon = now - self._grace
        window: Document = {"$lte": horizon}
        if checkpoint is not None:
            window["$gt"] = checkpoint["at"] - _LATE_WRITERS
        page: list[Document] = []
        async for fact in self._facts.stream(
            {self._order_by: window}, sort=((self._order_by, 1),), fields=[self._order_by]
        ):
            page.append(fact)
            if len(page) >= _PAGE:
                await self._enter(page, now)
                page = []
        await self._enter(page, now)
        await self._ledger.update({"_id": _CHECKPOINT}, {"$set": {"at": horizon}}, upsert=True)

    async def _enter(self, page: list[Document], now: datetime) -> None:
        if not page:
            return
        finished = await self._done.get_many((f["_id"] for f in page), fields=["_id"])
        await self._ledger.insert_new(
            [
                {"_id": f["_id"], "next_at": now, "wait_s": self._first_wait.total_seconds()}
                for f in page
                if f["_id"] not in finished
            ]
        )

    def _postponed(self, straggler: Document, now: datetime) -> Document:
        wait = timedelta(seconds=straggler["wait_s"])
        longer = min(wait * 2, self._longest_wait)
        return {"$set": {"next_at": now + wait, "wait_s": longer.total_seconds()}}
