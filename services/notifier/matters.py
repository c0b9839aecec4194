"""What the notifier remembers of requests that hold several matters: which they are, and how each ended."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.notifier.domain.joint import Ended
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.storage import Database, Document


class MatterStore:
    """Two collections of facts that are only ever inserted; what comes again changes nothing."""

    def __init__(self, database: Database) -> None:
        self._splits = database.collection("splits")
        self._endings = database.collection("matter_endings")

    async def ensure_indexes(self) -> None:
        """Create the index the queries rely on."""
        await self._endings.ensure_index([("whole", 1)], name="by_whole")

    async def split(self, opened: Mapping[UUID, Sequence[UUID]]) -> None:
        """Record requests that were split, each with the ids of its matters."""
        await self._splits.insert_new(
            [{"_id": str(whole), "matters": [str(m) for m in matters]} for whole, matters in opened.items()]
        )

    async def splits(self, wholes: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
        """Return which of the requests were split, each with the ids of its matters."""
        found = await self._splits.get_many(str(whole) for whole in wholes)
        return {UUID(i): tuple(UUID(m) for m in d["matters"]) for i, d in found.items()}

    async def end(self, ended: Sequence[Ended]) -> None:
        """Record how matters ended or began again, each time once."""
        await self._endings.insert_new(
            [
                {
                    "_id": f"{e.request_id}:{e.event.sequence}",
                    "whole": str(e.whole),
                    "event_id": str(e.event_id),
                    "type": e.event.ce_type,
                    "event": e.event.model_dump_json(exclude_none=True),
                }
                for e in ended
            ]
        )

    async def endings(self, wholes: Iterable[UUID]) -> dict[UUID, list[Ended]]:
        """Return the endings so far of all matters of these requests."""
        wanted = [str(whole) for whole in wholes]
        found: dict[UUID, list[Ended]] = {}
        for document in await self._endings.find({"whole": {"$in": wanted}}) if wanted else ():
            found.setdefault(UUID(document["whole"]), []).append(_ended(document))
        return found


def _ended(document: Document) -> Ended:
    return Ended(
        UUID(document["_id"].partition(":")[0]),
        UUID(document["whole"]),
        UUID(document["event_id"]),
        LIFECYCLE_BY_TYPE[document["type"]].model_validate_json(document["event"]),
    )
