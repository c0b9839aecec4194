"""What an operator wrote for the colleague who goes on with a call: opened for that colleague alone."""

from typing import Final

from services.intake.records import RequestRecord
from services.intake.vault.access_log import AccessLog
from services.intake.vault.vault import ErasedError, Vault
from shared.contracts.vocabulary import Channel

PURPOSE: Final = "hand_over"
NOTE: Final = "hand_over_note"
"""Name of the note among the confidential texts."""


class HandOverNotes:
    """Opens the notes, one at a time. May raise `UnavailableError`."""

    def __init__(self, vault: Vault, log: AccessLog) -> None:
        self._vault = vault
        self._log = log

    async def of(self, record: RequestRecord, person: str) -> str:
        """Return the note of a request, or nothing where there is none or it was erased.

        Args:
            record: the request.
            person: staff code of who reads; stands in the access log before the note is returned.
        """
        # Only operators write any, and a look that cannot find something is nobody's need.
        if record.channel is not Channel.CALL:
            return ""
        try:
            note = await self._vault.secret(record.request_id, NOTE)
        except ErasedError:
            note = None
        await self._log.write(
            record.request_id, service="intake", purpose=PURPOSE, found=note is not None, person=person
        )
        return note or ""
