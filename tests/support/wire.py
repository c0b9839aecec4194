"""A line to the database that can be cut or held at the very command that matters."""

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from types import TracebackType
from typing import Self

_LENGTH = struct.Struct("<i")


class Fault(Enum):
    """What becomes of the command that is waited for."""

    LOST_ON_THE_WAY = auto()
    """The line breaks before the database has it."""
    ANSWER_LOST = auto()
    """The database has done it; the line breaks before anybody learns."""
    ANSWER_HELD = auto()
    """The database has done it; the answer stays away for as long as the line lasts."""


def inserts_into(collection: str) -> Callable[[bytes], bool]:
    """Return whether a message of the MongoDB wire protocol inserts into a collection."""
    name = collection.encode() + b"\0"
    command = b"\x02insert\0" + _LENGTH.pack(len(name)) + name
    return lambda message: command in message


class Wire:
    """Passes messages on to a database on this machine, until one strikes the fault that was set."""

    def __init__(self, database_port: int) -> None:
        self._database_port = database_port
        self._armed: tuple[Callable[[bytes], bool], Fault] | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.struck = asyncio.Event()

    def arm(self, matches: Callable[[bytes], bool], fault: Fault) -> None:
        """Let the next message that matches meet the fault, once."""
        self.struck.clear()
        self._armed = matches, fault

    @property
    def uri(self) -> str:
        """Connection string that goes through here."""
        port = self._server.sockets[0].getsockname()[1]
        # Else the driver would learn the database's own address and go round this line.
        return f"mongodb://127.0.0.1:{port}/?directConnection=true"

    async def __aenter__(self) -> Self:
        """Open the line."""
        self._server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it, whatever it holds."""
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)
        with suppress(OSError, asyncio.IncompleteReadError):
            from_database, to_database = await asyncio.open_connection("127.0.0.1", self._database_port)
            try:
                await self._talk(reader, writer, from_database, to_database)
            finally:
                to_database.close()
                writer.close()

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        from_database: asyncio.StreamReader,
        to_database: asyncio.StreamWriter,
    ) -> None:
        # A client waits for each answer before it says more on the same connection.
        while True:
            message = await _message(reader)
            fault = self._fault_of(message)
            if fault is Fault.LOST_ON_THE_WAY:
                return
            to_database.write(message)
            answer = await _message(from_database)
            if fault is not None:
                self.struck.set()
            if fault is Fault.ANSWER_LOST:
                return
            if fault is Fault.ANSWER_HELD:
                await asyncio.Event().wait()
            writer.write(answer)

    def _fault_of(self, message: bytes) -> Fault | None:
        if self._armed is None or not self._armed[0](message):
            return None
        fault, self._armed = self._armed[1], None
        if fault is Fault.LOST_ON_THE_WAY:
            self.struck.set()
        return fault


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(_LENGTH.size)
    return head + await reader.readexactly(_LENGTH.unpack(head)[0] - len(head))
