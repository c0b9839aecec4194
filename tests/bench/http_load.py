"""A load generator that costs little beside what it measures: prepared bytes over open connections."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class Outcome:
    """How a load went.

    Attributes:
        latencies_ms: one for each answer, in milliseconds, from the moment the request was due.
        seconds: from the first request to the last answer.
    """

    latencies_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.latencies_ms) / self.seconds


async def load(
    port: int,
    path: str,
    bodies: Sequence[dict[str, Any]],
    *,
    connections: int = 32,
    per_second: float | None = None,
) -> Outcome:
    """Post every body and return how long the answers took.

    Args:
        port: where the server listens on this machine.
        path: what is posted to.
        bodies: what is posted, in order, each under an Idempotency-Key of its own.
        connections: how many are open side by side.
        per_second: when requests are due; without it each connection sends as soon as it is answered. A
            request that waits for a free connection is late from the moment it was due, not from its sending.

    Raises:
        AssertionError: an answer was not 201.
    """
    outcome = Outcome()
    messages = [message_of(path, json.dumps(body, ensure_ascii=False).encode()) for body in bodies]
    began = time.perf_counter()
    due = (began + n / per_second for n in itertools.count()) if per_second else itertools.repeat(0.0)
    queue = zip(messages, due, strict=False)
    await asyncio.gather(*(_one_connection(port, queue, outcome) for _ in range(connections)))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def _one_connection(port: int, queue: Iterator[tuple[bytes, float]], outcome: Outcome) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for message, due in queue:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            began = due or time.perf_counter()
            await ask(reader, writer, message)
            outcome.latencies_ms.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> None:
    """Send what `message_of` prepared and return when it is answered.

    Raises:
        AssertionError: the answer was not 201.
    """
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length, head
    body = await reader.readexactly(int(length[1]))
    assert b" 201 " in head.partition(b"\r\n")[0], head + body


def message_of(path: str, content: bytes, media_type: str = "application/json") -> bytes:
    """Return a POST of ``content`` as it goes over the wire, under an Idempotency-Key of its own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(content)}\r\nIdempotency-Key: {uuid4()}\r\n\r\n"
    )
    return head.encode() + content
