"""``make bench``: what this machine allows, and what we make of it, measured in one run.

Each figure stands beside the least work that would keep the same promise on the same broker and database.
"""

import asyncio
import gc
import logging
import os
import platform
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import door, pipeline, router
from tests.bench.bed import bed, make_topics
from tests.bench.figures import table

_BACKLOG = 6_000
_VISITS = 6_000
_WHOLE = 1_000


async def main() -> None:
    """Measure router, door and the whole, and print the figures."""
    # To look for garbage among what was prepared would stop the load for a tenth of a second each time.
    gc.disable()
    # Topics that were made a moment ago have no leader yet; the client says so for each and tries again.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    out = Console(width=110)
    binary = os.environ.get("ISTEK_MONGODB_BINARY")
    database = Path(binary).name if binary else "SecantusDB from pip"
    out.print(f"{os.cpu_count()} cores, Python {platform.python_version()}, database: {database}, fsync on\n")
    with tempfile.TemporaryDirectory(prefix="istek-bench-") as name:
        folder = Path(name)
        with bed(folder / "router") as on:
            await make_topics(on)
            routed = await router.measure(on, _BACKLOG)
            out.print(table(f"Router, a backlog of {_BACKLOG:,}", routed.figures))
            out.print(
                f"It took records {routed.ready_after_s:.1f} s after its start "
                f"and had {routed.memory_mb:,.0f} MB resident at most.\n"
            )
        # On a bed of its own: intake would read through all that the router told of its backlog meanwhile.
        with bed(folder / "door") as on:
            await make_topics(on)
            figures, most = await door.at_most(on, _VISITS)
        with bed(folder / "half") as on:
            await make_topics(on)
            figures += await door.at_half(on, _VISITS, most)
        out.print(table(f"Door, {_VISITS:,} visits, 32 connections", figures))
        figures, memory = await pipeline.measure(folder, _WHOLE)
    out.print(table(f"Whole system, {_WHOLE:,} visits; decisions wait from the receipt on", figures))
    peaks = Table(*memory, title="Peak resident memory, MB", title_justify="left")
    peaks.add_row(*(f"{mb:,.0f}" for mb in memory.values()))
    out.print(peaks)


if __name__ == "__main__":
    asyncio.run(main())
