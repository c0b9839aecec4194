"""``make soak``: do door and router keep their size while a hundred thousand requests pass through both?"""

import asyncio
import gc
import logging
import tempfile
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Column, Table

from tests.bench.bed import Served, bed, make_topics
from tests.bench.http_load import load
from tests.bench.visits import visits

_ALL, _STAGE = 100_000, 10_000
_DOOR, _ROUTER = "services.intake.app:create_app", "services.router.app:create_app"


async def main() -> None:
    """Bring the requests in stages, and print what each process holds after each of them."""
    gc.disable()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    people = visits(_ALL)
    rows = Table(
        *(Column(name, justify="right") for name in ("requests", "per second", "door, MB", "router, MB"))
    )
    with tempfile.TemporaryDirectory(prefix="istek-soak-") as name, bed(Path(name)) as on:
        await make_topics(on)
        with on.serving(_ROUTER) as router, on.serving(_DOOR) as door:
            for done in range(_STAGE, _ALL + 1, _STAGE):
                stage = await load(door.port, "/v1/web/requests", people[done - _STAGE : done])
                rows.add_row(
                    f"{done:,}",
                    f"{stage.per_second:,.0f}",
                    *(f"{_resident_mb(p):,.0f}" for p in (door, router)),
                )
    Console(width=110).print(rows)


def _resident_mb(process: Served) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 1e6


if __name__ == "__main__":
    asyncio.run(main())
