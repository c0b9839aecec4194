"""Takes what applicants said after their request out of intake's memory, once they are erased.

The wish is recorded before anything is done and worked on until nothing is left, whatever breaks
off in between. A command that the broker does not have yet keeps its words until it has been published: it
was said in time.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.commands.store import CommandStore
from services.intake.records import TimelineEntry
from services.intake.spoken import without_words
from services.intake.store import IntakeStore
from shared.clock import Clock
from shared.loops import again_and_again
from shared.storage import Database, Document

_EVERY_S: Final = 5.0
_LATE_WRITERS: Final = timedelta(minutes=1)
"""A reply that was being recorded while its applicant was erased is in the database by then."""
_OPEN: Final[Document] = {"settled": False}
_WITH_FILES: Final[Document] = {"files": True}


class ForgottenStore:
    """The requests whose applicants' words and files may not be kept.

    Words and files are settled each by themselves: the store of files may be away for longer. Every method
    may raise `UnavailableError`.
    """

    def __init__(self, database: Database) -> None:
        self._forgotten = database.collection("forgotten")

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._forgotten.ensure_index([("at", 1)], name="unsettled", partial=_OPEN)
        await self._forgotten.ensure_index([("at", 1)], name="with_files", partial=_WITH_FILES)

    async def enter(self, request_ids: Iterable[UUID], at: datetime) -> None:
        """Return once it is durable that these are to be forgotten, what is said of them later too."""
        await self._forgotten.insert_new(
            [{"_id": str(i), "at": at} | _OPEN | _WITH_FILES for i in request_ids]
        )

    async def among(self, request_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of the requests that are to be forgotten."""
        found = await self._forgotten.get_many({str(i) for i in request_ids}, fields=["_id"])
        return frozenset(UUID(i) for i in found)

    async def unsettled(self) -> list[tuple[UUID, datetime]]:
        """Return the requests of which something may be left, with the instant they were entered at."""
        found = await self._forgotten.find(_OPEN, sort=(("at", 1),), limit=500)
        return [(UUID(d["_id"]), d["at"]) for d in found]

    async def settle(self, request_id: UUID) -> None:
        """Note that nothing is left of a request's words."""
        await self._forgotten.update({"_id": str(request_id)}, {"$set": {"settled": True}})

    async def with_files(self) -> AsyncIterator[UUID]:
        """Yield the requests of whose files something may be left, those entered first at first."""
        async for document in self._forgotten.stream(_WITH_FILES, sort=(("at", 1),)):
            yield UUID(document["_id"])

    async def files_gone(self, request_id: UUID) -> None:
        """Note that nothing is left of a request's files."""
        await self._forgotten.update({"_id": str(request_id)}, {"$set": {"files": False}})


class Forgetting:
    """Erases applicants' words from commands and timelines."""

    def __init__(
        self, forgotten: ForgottenStore, requests: IntakeStore, commands: CommandStore, clock: Clock
    ) -> None:
        self._forgotten = forgotten
        self._requests = requests
        self._commands = commands
        self._clock = clock

    async def forget(self, request_ids: Sequence[UUID]) -> None:
        """Return once the words of these requests are gone, but those that wait for the broker.

        Raises:
            UnavailableError: the database is away; what was recorded goes on by itself, the rest may be
                asked for again.
        """
        await self._forgotten.enter(request_ids, self._clock())
        for request_id in request_ids:
            await self._erase(request_id)

    async def run(self) -> None:
        """Go on, for ever, with what is left."""
        await again_and_again(self.go_on, every_s=_EVERY_S)

    async def go_on(self) -> None:
        """Erase what is left and can be erased by now."""
        for request_id, at in await self._forgotten.unsettled():
            if await self._erase(request_id) and self._clock() - at > _LATE_WRITERS:
                await self._forgotten.settle(request_id)

    async def _erase(self, request_id: UUID) -> bool:
        """Erase, and tell whether nothing is left that waits for the broker."""
        timeline = await self._requests.timeline(request_id)
        await self._requests.reword([silent for e in timeline if (silent := _silent(e)) != e])
        matters = {entry.matter for entry in timeline if entry.matter}
        return await self._commands.erase_words({request_id} | matters)


def _silent(entry: TimelineEntry) -> TimelineEntry:
    told = entry.told()
    silent = without_words(told)
    return entry if silent == told else entry.telling(silent)
