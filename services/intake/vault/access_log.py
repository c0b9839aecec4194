"""Who looked into the vault, and what for: kept for good, and free of what was seen."""

from uuid import UUID

import structlog

from services.intake.vault.documents import Look
from services.intake.vault.store import VaultStore
from shared.clock import Clock

_log = structlog.get_logger(__name__)


class AccessLog:
    """The looks into the vault. Every method may raise `UnavailableError`."""

    def __init__(self, store: VaultStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def write(
        self, request_id: UUID | None, *, service: str, purpose: str, found: bool, person: str | None = None
    ) -> None:
        """Return once the look is durable; nothing may be shown before.

        Args:
            request_id: whose contents were asked for; None where nobody has the contact that was looked up.
            service: who asked.
            purpose: what for.
            found: there was something to see.
            person: staff code of who looked through the service, where somebody did.
        """
        await self._store.looked(Look(request_id, service, purpose, found, self._clock(), person))
        name = str(request_id) if request_id else None
        _log.info("vault_asked", request_id=name, by=service, purpose=purpose, found=found)

    async def of(self, request_id: UUID) -> list[Look]:
        """Return the looks at one request's contents, oldest first."""
        return await self._store.looks(request_id)
