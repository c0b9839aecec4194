"""Intake's page of the books: which requests it accepted."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.intake.store import IntakeStore
from shared.contracts.vocabulary import State


def books_routes(store: IntakeStore) -> APIRouter:
    """Return the internal API that lists every accepted request as one JSON object per line."""
    router = APIRouter(prefix="/internal/v1", tags=["internal"])

    @router.get("/books", response_class=StreamingResponse)
    async def books() -> StreamingResponse:
        """List the accepted requests as NDJSON."""
        return StreamingResponse(_lines(store), media_type="application/x-ndjson")

    return router


async def _lines(store: IntakeStore) -> AsyncIterator[str]:
    async for request_id in store.accepted_ids():
        yield f'{{"request_id":"{request_id}","state":"{State.RECEIVED}"}}\n'
