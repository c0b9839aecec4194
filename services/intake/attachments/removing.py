"""One round of taking files away: what its store does not let go waits, and holds up nothing else."""

import structlog

from services.intake.attachments.records import Attachment, Place
from services.intake.attachments.store import AttachmentStore, FileStuckError

_log = structlog.get_logger(__name__)


class Removals:
    """Removes file after file, and knows at the end how many wait for another round.

    A single file may be out of reach for ever, so the next one is tried all the same. But where nothing of a
    store can be had, its other files are left alone: each would only wait for the same time-outs.

    Args:
        store: has the files.

    Attributes:
        waiting: how many files could not be removed.
    """

    def __init__(self, store: AttachmentStore) -> None:
        self._store = store
        self._away: set[Place] = set()
        self._reason = ""
        self.waiting = 0

    async def remove(self, attachment: Attachment) -> bool:
        """Return True once the file is gone; False if a request has taken it, or if it waits.

        Raises:
            UnavailableError: the database is away; call again.
        """
        if attachment.place not in self._away:
            try:
                return await self._store.remove(attachment)
            except FileStuckError as error:
                self._reason = self._reason or str(error)
            if not await self._store.answers(attachment.place):
                self._away.add(attachment.place)
        self.waiting += 1
        return False

    def tell(self) -> None:
        """Log how many wait, and the first reason."""
        if self.waiting:
            _log.warning("files_wait_for_store", count=self.waiting, reason=self._reason)
