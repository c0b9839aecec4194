"""Removes files that no request or answer was given with, and those whose erasure was interrupted."""

from datetime import datetime, timedelta

import structlog

from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.records import DEPARTMENT, Attachment
from services.intake.attachments.removing import Removals
from services.intake.attachments.store import AttachmentStore
from services.intake.metrics import ATTACHMENTS_UNUSED, ATTACHMENTS_WAITING
from services.intake.store import IntakeStore
from shared.clock import Clock
from shared.loops import again_and_again

_log = structlog.get_logger(__name__)


class AttachmentSweeper:
    """Looks for unused files as long as the service runs.

    Args:
        store: what is looked through.
        requests: tells which requests were accepted.
        erasure: removes the files of who was erased.
        clock: the present instant.
        grace: how long a file waits for its request.
        answer_grace: how long a directorate's file waits for its answer, which takes people longer.
        every: pause between two looks.
    """

    def __init__(
        self,
        store: AttachmentStore,
        requests: IntakeStore,
        erasure: FileErasure,
        *,
        clock: Clock,
        grace: timedelta,
        answer_grace: timedelta,
        every: timedelta,
    ) -> None:
        self._store = store
        self._requests = requests
        self._erasure = erasure
        self._clock = clock
        self._grace = grace
        self._answer_grace = answer_grace
        self._every = every

    async def run(self) -> None:
        """Look again and again.

        Raises:
            UnavailableError: the database is away; call again.
        """
        await again_and_again(self._look, every_s=self._every.total_seconds())

    async def sweep(self, horizon: datetime) -> int:
        """Remove what came by ``horizon`` and was never used; return how many there were.

        What an accepted request has, and a crash kept from being settled, is settled here; what should have
        gone with an erasure goes first. What its store does not let go waits for the next sweep, counted and
        logged.

        Raises:
            UnavailableError: the database is away; call again.
        """
        removals = Removals(self._store)
        await self._erasure.go_on(removals)
        removed = 0
        async for attachment in self._store.unsettled(horizon):
            if await self._is_used(attachment):
                await self._store.settle([attachment.id])
            elif not self._waits_for_answer(attachment):
                removed += await removals.remove(attachment)
        ATTACHMENTS_WAITING.set(removals.waiting)
        removals.tell()
        return removed

    async def _look(self) -> None:
        if removed := await self.sweep(self._clock() - self._grace):
            ATTACHMENTS_UNUSED.inc(removed)
            _log.info("unused_attachments_removed", count=removed)

    def _waits_for_answer(self, attachment: Attachment) -> bool:
        sent_for_one = attachment.owner.channel == DEPARTMENT
        return sent_for_one and self._clock() < attachment.created_at + self._answer_grace

    async def _is_used(self, attachment: Attachment) -> bool:
        if attachment.request_id is None:
            return False
        record = await self._requests.request(attachment.request_id)
        return record is not None and any(reference.id == attachment.id for reference in record.attachments)
