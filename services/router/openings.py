"""Which requests were opened when and where: found by time and place, not by request.

An index entry costs the database more than the document it points to. So it is not each event that is indexed
but the page that names all requests of a batch; a page is written before their events. What it names and was
opened at another instant is not the page's: another writer was first, or the work was done again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.router.domain.alike import nearby, whereabouts
from shared.contracts.requests import Place
from shared.storage import Collection, Document, Sort

Opening = tuple[str, Place]
"""The key of a request's first event, and where the request is."""

_OLDEST: Final = (("recorded_at", 1), ("_id", 1))
_NEWEST: Final = (("recorded_at", -1), ("_id", -1))
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Openings:
    """Pages of openings, and the events they name.

    Args:
        pages: a collection of its own.
        events: the histories.
    """

    pages: Collection
    events: Collection

    async def ensure_indexes(self) -> None:
        """Create the indexes the queries below rely on."""
        await self.pages.ensure_index([("recorded_at", 1)], name="by_recorded_at")
        await self.pages.ensure_index([("places", 1), ("recorded_at", 1)], name="by_place")

    async def announce(self, openings: Sequence[Opening], now: datetime) -> None:
        """Record that these requests are about to be opened."""
        if not openings:
            return
        named = {event: sorted(whereabouts(place)) for event, place in openings}
        page: Document = {
            "_id": f"{now.isoformat()}/{openings[0][0]}",
            "recorded_at": now,
            "places": sorted({place for places in named.values() for place in places}),
            "opened": [{"event": event, "places": places} for event, places in named.items()],
        }
        await self.pages.insert_new([page])

    def since(self, instant: datetime, *, fields: Sequence[str] | None = None) -> AsyncIterator[Document]:
        """Yield the first events of requests that were opened since an instant, oldest first."""
        return self._documents({"recorded_at": {"$gte": instant}}, _OLDEST, fields)

    def newest(self, *, fields: Sequence[str] | None = None) -> AsyncIterator[Document]:
        """Yield the first events of all requests, newest first."""
        return self._documents({}, _NEWEST, fields)

    def near(
        self, place: Place, since: datetime, *, fields: Sequence[str] | None = None
    ) -> AsyncIterator[Document]:
        """Yield the first events of requests near ``place`` that were opened since then, newest first."""
        around = nearby(place)
        query: Document = {"places": {"$in": sorted(around)}, "recorded_at": {"$gte": since}}
        return self._documents(query, _NEWEST, fields, around)

    async def _documents(
        self,
        query: Document,
        sort: Sort,
        fields: Sequence[str] | None,
        around: frozenset[str] | None = None,
    ) -> AsyncIterator[Document]:
        wanted: list[tuple[str, datetime]] = []
        async for page in self.pages.stream(query, sort=sort):
            wanted += [
                (opening["event"], page["recorded_at"])
                for opening in page["opened"]
                if around is None or around.intersection(opening["places"])
            ]
            if len(wanted) >= _AT_ONCE:
                for document in await self._opened_then(wanted, fields):
                    yield document
                wanted = []
        for document in await self._opened_then(wanted, fields):
            yield document

    async def _opened_then(
        self, wanted: Sequence[tuple[str, datetime]], fields: Sequence[str] | None
    ) -> list[Document]:
        """Return the events that were recorded at their page's instant."""
        asked = None if fields is None else [*fields, "recorded_at"]
        found = await self.events.get_many({event for event, _ in wanted}, fields=asked)
        return [
            document
            for event, instant in wanted
            if (document := found.get(event)) and document["recorded_at"] == instant
        ]
