"""Work that is done again and again, as long as a service runs."""

import asyncio
from collections.abc import Awaitable, Callable


async def again_and_again(work: Callable[[], Awaitable[object]], *, every_s: float) -> None:
    """Do ``work``, pause, and so on until cancelled.

    Args:
        work: one round of it. What it raises ends the loop; the frame of a service starts its loops again.
        every_s: seconds between the end of a round and the next one.
    """
    while True:
        await work()
        await asyncio.sleep(every_s)
