"""Applicants' commands by id, and which of them are published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.commands import Command
from shared.contracts.registry import COMMANDS
from shared.storage import Backlog, Database, Document

_MODELS = {model.ce_type: model for model in COMMANDS}


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command as it is published, with the trace it belongs to.

    Attributes:
        id: follows from what was sent, so that sending it twice records it once.
        command: what is asked.
        recorded_at: when it became durable.
        traceparent: the trace.
    """

    id: UUID
    command: Command
    recorded_at: datetime
    traceparent: str | None = None


class CommandStore:
    """The outbox of commands. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._commands = database.collection("commands")
        self._published = database.collection("commands_published")
        self._unpublished = Backlog(
            facts=self._commands, done=self._published, ledger=database.collection("commands_unpublished")
        )

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._unpublished.ensure_indexes()

    async def record(self, record: CommandRecord) -> bool:
        """Return once the command is durable; False if one with its id was there already."""
        return bool(await self._commands.insert_new([_document(record)]))

    async def get(self, command_id: UUID) -> CommandRecord | None:
        """Return the command with this id."""
        document = await self._commands.get(str(command_id))
        return _record(document) if document else None

    async def known(self, command_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of the ids that a command was recorded under."""
        found = await self._commands.get_many((str(i) for i in command_ids), fields=["_id"])
        return frozenset(UUID(i) for i in found)

    async def published(self, command_ids: Iterable[UUID]) -> None:
        """Record that the broker has these."""
        await self._published.insert_new([{"_id": str(i)} for i in command_ids])

    async def unpublished(self, now: datetime) -> list[CommandRecord]:
        """Return commands that the broker should have by now and that are due for another try."""
        return [_record(document) for document in await self._unpublished.unfinished(now)]


def _document(record: CommandRecord) -> Document:
    return {
        "_id": str(record.id),
        "type": record.command.ce_type,
        "command": record.command.model_dump_json(exclude_none=True),
        "recorded_at": record.recorded_at,
        "traceparent": record.traceparent,
    }


def _record(document: Document) -> CommandRecord:
    return CommandRecord(
        UUID(document["_id"]),
        _MODELS[document["type"]].model_validate_json(document["command"]),
        document["recorded_at"],
        document["traceparent"],
    )
