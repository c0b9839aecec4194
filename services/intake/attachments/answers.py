"""Files that directorates send with their answers.

Each is sent for one request, by the directorate that has it, and stays bound to both: whatever an answer
names, nothing else can be shown with it. Until the answer is given it waits like any unused file.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.records import DEPARTMENT, Owner
from services.intake.forgetting import ForgottenStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from services.intake.vault import ErasedError, Vault
from services.intake.vault.keyring import DamagedError, UnknownKeyError
from shared.contracts.lifecycle import (
    AnswerGiven,
    RequestAssigned,
    RequestForwarded,
    RequestNotExamined,
    RequestTriaged,
)

_DECISIONS: Final = (RequestAssigned, RequestForwarded, RequestNotExamined, RequestTriaged)
_log = structlog.get_logger(__name__)


class AnswerFiles:
    """Who may send files for an answer, and what becomes of them when it is given.

    Args:
        cabinet: has the files.
        requests: tells who has a request.
        vault: takes over the keys of files that were used.
        forgotten: the requests of which nothing may be kept.
    """

    def __init__(
        self, cabinet: Cabinet, requests: IntakeStore, vault: Vault, forgotten: ForgottenStore
    ) -> None:
        self._cabinet = cabinet
        self._requests = requests
        self._vault = vault
        self._forgotten = forgotten

    async def may_send(self, request_id: UUID, department: str) -> bool:
        """Tell whether a directorate may send files for a request: it has it, or a matter of it.

        Raises:
            UnavailableError: the database is away.
        """
        if not holds(await self._requests.timeline(request_id), department):
            return False
        return not await self._forgotten.among([request_id])

    async def settle(self, answer: AnswerGiven) -> None:
        """Let the files that an answer names belong to its request from now on; do it before it is shown.

        Of an applicant who was erased nothing is kept: the files wait to be swept.

        Raises:
            UnavailableError: the database is away; call again.
        """
        request_id, named = answer.summary.part_of or answer.request_id, [f.id for f in answer.attachments]
        owner = Owner(DEPARTMENT, answer.department)
        record = await self._requests.request(request_id) if named else None
        if record is None or await self._forgotten.among([request_id]):
            return
        claim = await self._cabinet.unsettled(request_id, owner, named)
        if claim.references:
            try:
                await self._vault.add(request_id, record.fingerprint, claim.secrets)
            except ErasedError:
                return
            except (DamagedError, UnknownKeyError) as error:
                # The answer itself must reach its applicant all the same.
                _log.error("answer_files_not_kept", department=owner.client, reason=type(error).__name__)
                return
            await self._cabinet.settle(claim)
        there = await self._cabinet.of_request(request_id)
        if lacking := sum(i not in there or there[i].owner != owner for i in named):
            _log.warning("answer_names_unknown_files", department=owner.client, count=lacking)


def holds(timeline: Sequence[TimelineEntry], department: str) -> bool:
    """Tell whether a directorate has a request or a matter of it, by the latest decision on each. Pure."""
    decided = {entry.matter: told for entry in timeline if isinstance(told := entry.told(), _DECISIONS)}
    return any(isinstance(d, RequestAssigned) and d.department == department for d in decided.values())
