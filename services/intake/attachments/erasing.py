"""Removes the files of requests that are to be forgotten."""

from collections.abc import Iterable
from uuid import UUID

import structlog

from services.intake.attachments.removing import Removals
from services.intake.attachments.store import AttachmentStore
from services.intake.forgetting import ForgottenStore
from shared.outcomes import UnavailableError

_log = structlog.get_logger(__name__)


class FileErasure:
    """Takes files away for good, however often it must be tried.

    Args:
        store: has the files.
        forgotten: names the requests, from before their keys are destroyed until their files are gone.
    """

    def __init__(self, store: AttachmentStore, forgotten: ForgottenStore) -> None:
        self._store = store
        self._forgotten = forgotten

    async def erase(self, request_ids: Iterable[UUID]) -> None:
        """Remove the files of requests that were entered to be forgotten; what cannot go now goes later."""
        removals = Removals(self._store)
        try:
            for request_id in request_ids:
                await self._erase(request_id, removals)
        except UnavailableError as error:
            _log.warning("erased_files_wait", reason=str(error))
        removals.tell()

    async def go_on(self, removals: Removals) -> None:
        """Remove what is left of such files, those aside that ``removals`` counts as waiting.

        Raises:
            UnavailableError: the database is away; call again.
        """
        async for request_id in self._forgotten.with_files():
            await self._erase(request_id, removals)

    async def _erase(self, request_id: UUID, removals: Removals) -> None:
        if all([await removals.remove(a) for a in await self._store.of_request(request_id)]):
            await self._forgotten.files_gone(request_id)
