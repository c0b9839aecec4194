"""Hands out receipt numbers, reserved from the database a block at a time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.intake.receipts.numbers import format_number
from shared.outcomes import UnavailableError

Reserve = Callable[[int, int], Awaitable[int]]
"""Reserves that many sequence numbers of a year for this process alone and returns the last of them."""


class ReceiptNumbers:
    """Numbers that no other process gives out. They do not tell the order of acceptance; the time does.

    The next block is reserved while a quarter of the last one is left, so that nobody waits for it.
    """

    def __init__(self, reserve: Reserve, block: int) -> None:
        self._reserve = reserve
        self._block = block
        self._few = block // 4
        self._year = 0
        self._free: deque[str] = deque()
        self._reserving = asyncio.Lock()
        self._ahead: asyncio.Task[None] | None = None

    async def take(self, year: int) -> str:
        """Return a number of ``year`` that is nobody else's.

        Raises:
            UnavailableError: a block is needed and the database is away.
        """
        while not self._has(year):
            async with self._reserving:
                if not self._has(year):
                    self._free = deque(await self._next_block(year))
                    self._year = year
        number = self._free.popleft()
        if len(self._free) <= self._few and (self._ahead is None or self._ahead.done()):
            self._ahead = asyncio.create_task(self._reserve_ahead(year))
        return number

    def give_back(self, year: int, number: str) -> None:
        """Make a number of ``year`` that was not used the next one."""
        if year == self._year:
            self._free.appendleft(number)

    def _has(self, year: int) -> bool:
        return year == self._year and bool(self._free)

    async def _reserve_ahead(self, year: int) -> None:
        # Whoever finds no number left will ask again, and be told.
        with suppress(UnavailableError):
            async with self._reserving:
                if year == self._year and len(self._free) <= self._few:
                    self._free.extend(await self._next_block(year))

    async def _next_block(self, year: int) -> list[str]:
        last = await self._reserve(year, self._block)
        return [format_number(year, sequence) for sequence in range(last - self._block + 1, last + 1)]
