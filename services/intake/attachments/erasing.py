"""Removes the files of requests that are to be forgotten."""

from collections.abc import Iterable
from uuid import UUID

import structlog

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
        try:
            for request_id in request_ids:
                await self._erase(request_id)
        except UnavailableError as error:
            _log.warning("erased_files_wait", reason=str(error))

    async def go_on(self) -> None:
        """Remove what is left of such files.

        Raises:
            UnavailableError: database or store are away; call again.
        """
        async for request_id in self._forgotten.with_files():
            await self._erase(request_id)

    async def _erase(self, request_id: UUID) -> None:
        if all([await self._store.remove(a) for a in await self._store.of_request(request_id)]):
            await self._forgotten.files_gone(request_id)
