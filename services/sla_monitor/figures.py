"""Brings the gauges of open and overdue clocks up to date."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import get_args

from services.sla_monitor.metrics import CLOCKS_OPEN, CLOCKS_OVERDUE
from services.sla_monitor.store import ClockStore
from shared.clock import Clock
from shared.contracts.escalations import ClockKind
from shared.loops import again_and_again

_EVERY_S = 15.0


def keep_figures(store: ClockStore, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Return a loop that measures for ever."""

    async def figures() -> None:
        await again_and_again(partial(measure, store, clock), every_s=_EVERY_S)

    return figures


async def measure(store: ClockStore, clock: Clock) -> None:
    """Set the gauges to what the database says now."""
    CLOCKS_OPEN.set(await store.count_open())
    for kind in get_args(ClockKind):
        CLOCKS_OVERDUE.labels(kind).set(await store.count_overdue(kind, clock()))
