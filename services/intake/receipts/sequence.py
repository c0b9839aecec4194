"""Hands out receipt numbers, reserved from the database a block at a time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from services.intake.receipts.numbers import format_number

Reserve = Callable[[int, int], Awaitable[int]]
"""Reserves that many sequence numbers of a year for this process alone and returns the last of them."""


class ReceiptNumbers:
    """Numbers that no other process gives out. They do not tell the order of acceptance; the time does."""

    def __init__(self, reserve: Reserve, block: int) -> None:
        self._reserve = reserve
        self._block = block
        self._year = 0
        self._free: deque[str] = deque()
        self._reserving = asyncio.Lock()

    async def take(self, year: int) -> str:
        """Return a number of ``year`` that is nobody else's.

        Raises:
            UnavailableError: a block is needed and the database is away.
        """
        while not self._has(year):
            async with self._reserving:
                if not self._has(year):
                    last = await self._reserve(year, self._block)
                    block = range(last - self._block + 1, last + 1)
                    self._free = deque(format_number(year, sequence) for sequence in block)
                    self._year = year
        return self._free.popleft()

    def give_back(self, year: int, number: str) -> None:
        """Make a number of ``year`` that was not used the next one."""
        if year == self._year:
            self._free.appendleft(number)

    def _has(self, year: int) -> bool:
        return year == self._year and bool(self._free)
