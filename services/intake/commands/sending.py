"""Sends applicants' commands: recorded first, published at once if the broker answers, found again if not."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from services.intake.commands.store import CommandRecord, CommandStore
from shared.clock import Clock
from shared.contracts.cloudevents import Record, record_of
from shared.contracts.commands import Command
from shared.contracts.topics import APPLICANTS, commands_topic
from shared.loops import again_and_again
from shared.messaging import Publisher
from shared.outcomes import UnavailableError
from shared.telemetry.tracing import current_traceparent

SOURCE: Final = "/istek/intake"
_EVERY_S: Final = 5.0


class Commands:
    """The way of a command to the router. The record is the outbox."""

    def __init__(self, store: CommandStore, publisher: Publisher, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._publishing: set[asyncio.Task[None]] = set()

    async def sent(self, command_id: UUID) -> Command | None:
        """Return the command that was sent under this id."""
        record = await self._store.get(command_id)
        return record.command if record else None

    async def known(self, command_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return those of the ids under which a command was sent."""
        return await self._store.known(command_ids)

    async def send(self, command_id: UUID, command: Command) -> None:
        """Return once the command is durable; whoever called need not wait for the broker.

        Args:
            command_id: follows from what is sent; of two commands under one id the first one counts.
            command: what is asked.

        Raises:
            UnavailableError: the database is away; nothing was sent, and it may be sent again.
        """
        record = CommandRecord(command_id, command, self._clock(), current_traceparent())
        if await self._store.record(record):
            task = asyncio.create_task(self._publish_now(record))
            self._publishing.add(task)
            task.add_done_callback(self._publishing.discard)

    async def publish_forgotten(self) -> None:
        """Publish, for ever, what a crash or an outage kept from being published."""
        await again_and_again(self._publish_what_was_forgotten, every_s=_EVERY_S)

    async def _publish_what_was_forgotten(self) -> None:
        for record in await self._store.unpublished(self._clock()):
            await self._publish(record)

    async def _publish_now(self, record: CommandRecord) -> None:
        with suppress(UnavailableError):  # `publish_forgotten` comes back to it
            await self._publish(record)

    async def _publish(self, record: CommandRecord) -> None:
        await self._publisher.send_all([_to_record(record)])
        await self._store.published([record.id])


def _to_record(record: CommandRecord) -> Record:
    return record_of(
        commands_topic(APPLICANTS),
        id=record.id,
        source=SOURCE,
        type=record.command.ce_type,
        time=record.recorded_at,
        subject=record.command.request_id,
        value=record.command.model_dump_json(exclude_none=True).encode(),
        traceparent=record.traceparent,
    )
