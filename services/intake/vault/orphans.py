"""Looks for what the vault holds of requests that never came to be."""

import asyncio
from datetime import timedelta

import structlog

from services.intake.metrics import ORPHANS
from services.intake.vault.vault import Vault
from shared.clock import Clock

_log = structlog.get_logger(__name__)


class OrphanSweeper:
    """Removes orphans as long as the service runs.

    Args:
        vault: what is looked through.
        clock: the present instant.
        grace: how long an applicant may take to try again.
        every: pause between two looks.
    """

    def __init__(self, vault: Vault, *, clock: Clock, grace: timedelta, every: timedelta) -> None:
        self._vault = vault
        self._clock = clock
        self._grace = grace
        self._every = every

    async def run(self) -> None:
        """Look again and again.

        Raises:
            UnavailableError: the database is away; call again.
        """
        while True:
            removed = await self._vault.remove_orphans(self._clock() - self._grace)
            if removed:
                ORPHANS.inc(removed)
                _log.info("orphans_removed", count=removed)
            await asyncio.sleep(self._every.total_seconds())
