"""Applies the retention table, day by day."""

from datetime import timedelta
from typing import Final

import structlog

from services.intake.attachments.erasing import FileErasure
from services.intake.forgetting import Forgetting
from services.intake.metrics import ERASED
from services.intake.store import IntakeStore
from services.intake.vault.access_log import AccessLog
from services.intake.vault.documents import Entry
from services.intake.vault.retention import RetentionTable, endings, is_due, local_day
from services.intake.vault.store import VaultStore
from services.intake.vault.vault import Vault
from shared.clock import Clock
from shared.loops import again_and_again

_YEAR: Final = timedelta(days=365)
_log = structlog.get_logger(__name__)


class RetentionKeeper:
    """Erases what nobody may keep any longer, as long as the service runs.

    Each request is erased by itself: another of the same person may have years to go. What is erased is no
    longer looked at, so that the work may end anywhere and begin again.

    Args:
        vault: what is erased from.
        entries: what there is in it.
        log: where each erasure is noted.
        requests: tells how requests ended.
        files: takes away the files that go with them.
        forgetting: the words that go with them.
        table: how long what is kept.
        clock: the present instant.
        every: pause between two looks.
    """

    def __init__(
        self,
        vault: Vault,
        entries: VaultStore,
        log: AccessLog,
        requests: IntakeStore,
        *,
        files: FileErasure,
        forgetting: Forgetting,
        table: RetentionTable,
        clock: Clock,
        every: timedelta,
    ) -> None:
        self._vault = vault
        self._entries = entries
        self._log = log
        self._requests = requests
        self._files = files
        self._forgetting = forgetting
        self._table = table
        self._clock = clock
        self._every = every

    async def run(self) -> None:
        """Apply the table again and again.

        Raises:
            UnavailableError: the database is away; call again.
        """
        await again_and_again(self._look, every_s=self._every.total_seconds())

    async def apply(self) -> int:
        """Erase what is due and return how much that was; nothing while the table is not in force."""
        now = self._clock()
        if not self._table.in_force(local_day(now)):
            _log.warning("retention_table_not_in_force", table=self._table.version)
            return 0
        erased = 0
        async for entry in self._entries.older_than(now - self._table.shortest * _YEAR):
            timeline = await self._requests.timeline(entry.request_id)
            if is_due(endings(timeline), self._table, local_day(now)):
                erased += await self._erase(entry)
        return erased

    async def _look(self) -> None:
        if erased := await self.apply():
            _log.info("retention_applied", erased=erased, table=self._table.version)

    async def _erase(self, entry: Entry) -> int:
        await self._log.write(entry.request_id, service="intake", purpose="retention", found=True)
        await self._forgetting.forget([entry.request_id])
        erased = await self._vault.erase([entry.request_id], self._clock())
        await self._files.erase([entry.request_id])
        ERASED.labels("retention").inc(erased)
        return erased
