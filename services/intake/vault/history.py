"""Whose requests are these? Each such look stands in the access log before it is answered."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.intake.vault.access_log import AccessLog
from services.intake.vault.vault import Vault

PURPOSE = "caller_history"


class ContactHistory:
    """Finds the requests of one phone or e-mail by its keyed hashes. May raise `UnavailableError`."""

    def __init__(self, vault: Vault, log: AccessLog) -> None:
        self._vault = vault
        self._log = log

    async def requests_of(self, contact: Mapping[str, str], *, asked_by: str) -> list[UUID]:
        """Return the accepted requests of whoever has this contact.

        Args:
            contact: ``phone`` or ``email``, as the door writes them.
            asked_by: service or person, for the access log.
        """
        found = await self._vault.requests_of(contact)
        seen: Sequence[UUID | None] = found or [None]
        await asyncio.gather(
            *(self._log.write(i, service=asked_by, purpose=PURPOSE, found=i is not None) for i in seen)
        )
        return found
