"""A directorate's system that answers with files, and the router's own steps in between."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from aiokafka import ConsumerRecord

from services.intake.attachments.assembly import Attachments
from services.intake.clients.api_keys import hash_of, new_key
from services.intake.clients.grants import Grant
from services.intake.clients.store import GrantStore
from services.intake.forgetting import ForgottenStore
from services.intake.settings import IntakeSettings
from services.intake.store import IntakeStore
from services.intake.tracking.consumer import TimelineHandler
from services.intake.vault import Vault
from services.intake.vault.store import VaultStore
from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.lifecycle import first_event, next_event
from services.router.domain.verdicts import Assigned
from services.router.effects import records_of
from services.router.returns import load_returns
from shared.clock import system_clock
from shared.contracts.commands import AcceptCommand, AnswerCommand, AnswerFile
from shared.contracts.departments import department_name
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel
from shared.storage import Database
from tests.unit.router.samples import decision

DIRECTORATE: Final = "temizlik"
_offsets = count()


async def key_for(database: Database, *departments: str, channels: Sequence[Channel] = ()) -> dict[str, str]:
    """Return the header with a new API key; a door knows those that were there when it started."""
    key = new_key()
    await GrantStore(database).add(
        Grant(
            hash_of(key),
            "ebys",
            frozenset(channels),
            date(2026, 11, 1),
            departments=frozenset(departments),
        )
    )
    return {"X-Api-Key": key}


def place_of_files(request_id: UUID, department: str = DIRECTORATE) -> str:
    """Return where a directorate sends files for its answer to a request."""
    return f"/v1/departments/{department}/requests/{request_id}/attachments"


class Answering:
    """Tells intake of a directorate's doings, by the events that the router makes of them.

    Built where intake's settings are in the environment.
    """

    def __init__(self, database: Database) -> None:
        self.requests = IntakeStore(database, watch_grace=datetime.resolution)
        self._forgotten = ForgottenStore(database)
        keys = IntakeSettings().vault_keys()
        self.vault = Vault(VaultStore(database), keys)
        files = Attachments(
            database,
            self.requests,
            keys,
            self.vault,
            forgotten=self._forgotten,
            link_key=bytes(32),
            clock=system_clock,
        )
        self._timeline = TimelineHandler(self.requests, self._forgotten.among, files.answers.settle)
        self._cases: dict[UUID, Case] = {}

    async def assign(self, request_id: UUID, *, to: str = DIRECTORATE, part_of: UUID | None = None) -> None:
        """Let a request, or a matter that is part of one, go to a directorate, which accepts it."""
        record = await self.requests.request(part_of or request_id)
        assert record
        received = RequestReceived.model_validate_json(record.event)
        request = received.model_copy(update={"request_id": request_id, "part_of": part_of})
        verdict = Assigned(to, department_name(to), decision())
        event = first_event(request, verdict, cause_id=uuid4(), now=datetime.now(UTC))
        self._cases[request_id] = fold([event])
        await self._tell(event)
        await self._does(AcceptCommand(request_id=request_id, issued_at=datetime.now(UTC)), to)

    async def answer(self, request_id: UUID, *files: AnswerFile, by: str = DIRECTORATE) -> None:
        """Answer, naming files."""
        await self._does(
            AnswerCommand(
                request_id=request_id, issued_at=datetime.now(UTC), text="Boşalttık.", attachments=files
            ),
            by,
        )

    async def _does(self, command: AcceptCommand | AnswerCommand, sender: str) -> None:
        outcome = next_event(
            self._cases[command.request_id],
            command,
            sender=sender,
            cause_id=uuid4(),
            now=datetime.now(UTC),
            returns=load_returns(),
        )
        assert isinstance(outcome, Sealed)
        self._cases[command.request_id] = self._cases[command.request_id].after(outcome)
        await self._tell(outcome)

    async def _tell(self, event: Sealed) -> None:
        record = records_of(event, self._cases[UUID(event.data["request_id"])])[0]
        raw: ConsumerRecord[Any, Any] = ConsumerRecord(
            record.topic, 0, next(_offsets), 0, 0, record.key, record.value, None, 0, 0, record.headers
        )
        # Deliveries happen at least once.
        for _ in range(2):
            await self._timeline.prepare([raw])


async def sent(
    door: httpx.AsyncClient, key: dict[str, str], request_id: UUID, content: bytes
) -> dict[str, Any]:
    """Send a file for an answer and return what intake says of it."""
    headers = key | {"Idempotency-Key": uuid4().hex}
    answer = await door.post(place_of_files(request_id), content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told
