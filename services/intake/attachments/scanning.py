"""A look by ClamAV, where an installation has it: clamd's INSTREAM over TCP or a Unix socket (clamd(8))."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from services.intake.attachments.refusals import FileRefusedError, Reason
from shared.outcomes import UnavailableError

Scan = Callable[[bytes], Awaitable[None]]
"""Returns if the file is clean, else raises `FileRefusedError`."""

_CHUNK: Final = 65_536
_LONGEST_S: Final = 30


async def no_scan(_content: bytes) -> None:
    """Return: this installation has no scanner."""


def scanner_at(address: str) -> Scan:
    """Return the scanner at ``host:port`` or at the path of a socket; without an address, none.

    What it returns raises `FileRefusedError` for what ClamAV knows, and `UnavailableError` where it does not
    answer or fails: an unexamined file is not taken.
    """
    if not address:
        return no_scan

    async def scan(content: bytes) -> None:
        try:
            async with asyncio.timeout(_LONGEST_S):
                verdict = await _verdict(address, content)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise UnavailableError(f"clamd away: {type(error).__name__}") from error
        if verdict.endswith(b"FOUND"):
            raise FileRefusedError(Reason.INFECTED)
        if not verdict.endswith(b"OK"):
            raise UnavailableError("clamd could not scan: look into its log (StreamMaxLength?)")

    return scan


async def _verdict(address: str, content: bytes) -> bytes:
    reader, writer = await _connected(address)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK]
            writer.write(len(part).to_bytes(4) + part)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
        return (await reader.readuntil(b"\0"))[:-1]
    finally:
        writer.close()


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host, int(port))
