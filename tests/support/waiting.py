"""Waiting for what other tasks, threads and processes bring about."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, Final

PATIENCE_S: Final = 60.0
"""Long enough for a busy machine: who waits longer waits for what never comes."""


async def until(holds: Callable[[], Any | Awaitable[Any]], seconds: float = PATIENCE_S) -> Any:  # noqa: ANN401
    """Return what ``holds`` gives or brings, once that counts as true.

    Raises:
        TimeoutError: it did not within ``seconds``.
    """
    async with asyncio.timeout(seconds):
        while True:
            found: Any = holds()
            if isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)
