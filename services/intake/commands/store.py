"""Applicants' commands by id, and which of them are published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.spoken import without_words
from shared.contracts.commands import Command
from shared.contracts.registry import COMMANDS_BY_TYPE
from shared.storage import Backlog, Database, Document


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
        await self._commands.ensure_index([("request_id", 1)], name="by_request")

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

    async def erase_words(self, request_ids: Iterable[UUID]) -> bool:
        """Take the applicants' words out of what the broker has; what it has not keeps them.

        Returns:
            Nothing of these requests waits for the broker.
        """
        found = await self._commands.find({"request_id": {"$in": sorted(map(str, request_ids))}}, sort=())
        published = await self._published.get_many((d["_id"] for d in found), fields=["_id"])
        silent = {d["_id"]: without_words(_command(d)) for d in found if d["_id"] in published}
        await self._commands.update_by_id(
            {i: {"$set": {"command": _json(command)}} for i, command in silent.items()}
        )
        return len(published) == len(found)

    async def unpublished(self, now: datetime) -> list[CommandRecord]:
        """Return commands that the broker should have by now and that are due for another try."""
        return [_record(document) for document in await self._unpublished.unfinished(now)]


def _document(record: CommandRecord) -> Document:
    return {
        "_id": str(record.id),
        "request_id": str(record.command.request_id),
        "type": record.command.ce_type,
        "command": _json(record.command),
        "recorded_at": record.recorded_at,
        "traceparent": record.traceparent,
    }


def _record(document: Document) -> CommandRecord:
    return CommandRecord(
        UUID(document["_id"]),
        _command(document),
        document["recorded_at"],
        document["traceparent"],
    )


def _command(document: Document) -> Command:
    return COMMANDS_BY_TYPE[document["type"]].model_validate_json(document["command"])


def _json(command: Command) -> str:
    return command.model_dump_json(exclude_none=True)
