"""The board, worked out once for all who look at it."""

import asyncio
import time
from collections.abc import Callable

from services.sla_monitor.console.board import Board, board, open_clock
from services.sla_monitor.store import ClockStore
from shared.clock import Clock
from shared.outcomes import UnavailableError

_SHORTEST_S = 3.0
_REST_PER_WORK = 9.0
"""The board rests nine times as long as it took, so that looking at it costs a tenth of one core at most."""


class BoardKeeper:
    """Keeps the last board and makes a new one when somebody asks and it is old enough.

    Args:
        store: the clocks.
        clock: the present instant.
        ticks: seconds of a clock that only runs forward.
    """

    def __init__(
        self, store: ClockStore, *, clock: Clock, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._ticks = ticks
        self._lock = asyncio.Lock()
        self._board: Board | None = None
        self._keep_until = 0.0

    async def current(self) -> Board:
        """Return the board, a few seconds old at most while boards are quick to make.

        While the database is away the last board is returned; it carries its own time.

        Raises:
            UnavailableError: the database is away and there is no board yet.
        """
        async with self._lock:
            if self._board is None or self._ticks() >= self._keep_until:
                started = self._ticks()
                try:
                    self._board = await self._make()
                except UnavailableError:
                    if self._board is None:
                        raise
                took = self._ticks() - started
                self._keep_until = self._ticks() + max(_SHORTEST_S, took * _REST_PER_WORK)
            return self._board

    async def _make(self) -> Board:
        now = self._clock()
        return board([open_clock(document) async for document in self._store.stream_open()], now)
