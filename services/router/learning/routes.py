"""What learning reads of the router, line by line. Nothing in it says who asked."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from services.router.desk.api import NDJSON
from services.router.domain.corrections import Correction, correction_of
from services.router.domain.matters import Knowledge
from services.router.domain.past import DecisionMade, PastDecision, decision_made, past_decision
from services.router.store import RouterStore

_MOST = 10_000


def learning_routes(store: RouterStore, knowledge: Knowledge) -> APIRouter:
    """Return the routes, for ``istek knowledge review``."""
    router = APIRouter(prefix="/internal/v1", tags=["internal"])

    @router.get("/corrections")
    async def corrections() -> StreamingResponse:
        """Every decision that a person took, beside the router's, oldest first."""
        return _ndjson(_corrections(store))

    @router.get("/decisions")
    async def decisions(since: Annotated[AwareDatetime, Query()]) -> StreamingResponse:
        """When and for what the router decided since an instant, oldest first."""
        return _ndjson(_decisions(store, since))

    @router.get("/decisions/last")
    async def last_decisions(count: Annotated[int, Query(ge=1, le=_MOST)]) -> StreamingResponse:
        """The router's last decisions with what they were read from, newest first; none behind a wall."""
        return _ndjson(_last_decisions(store, knowledge, count))

    return router


async def _corrections(store: RouterStore) -> AsyncIterator[Correction]:
    async for case, event in store.acts():
        if correction := correction_of(case, event):
            yield correction


async def _decisions(store: RouterStore, since: AwareDatetime) -> AsyncIterator[DecisionMade]:
    async for opening in store.openings(since):
        yield decision_made(opening)


async def _last_decisions(
    store: RouterStore, knowledge: Knowledge, count: int
) -> AsyncIterator[PastDecision]:
    async for case in store.last_cases(count):
        if past := past_decision(case, knowledge):
            yield past


def _ndjson(rows: AsyncIterator[BaseModel]) -> StreamingResponse:
    lines = (row.model_dump_json(exclude_none=True).encode() + b"\n" async for row in rows)
    return StreamingResponse(lines, media_type=NDJSON)
