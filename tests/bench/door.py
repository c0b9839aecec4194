"""The door with all it can take and with half of that, against the barest door that keeps its word."""

from collections.abc import Sequence
from typing import Any

from tests.bench.bed import Bed
from tests.bench.figures import Figure
from tests.bench.http_load import Outcome, load
from tests.bench.photos import photos_coming
from tests.bench.visits import visits

_KEPT_BYTES, _SENT_BYTES = 670, 440
"""What our document and our event, with its headers, say beyond what the resident sent."""
_GATHER_S = 0.004
"""As our door waits for others."""
_WARM_UP = 3_000
"""Until then the broker still compiles what it does, and takes twice the processor time for it."""
_PATH = "/v1/web/requests"


async def measure(on: Bed, count: int) -> list[Figure]:
    """Return the ceiling and ours with all connections busy, then ours at half of that, and beside photos."""
    people = visits(count)
    ceiling = await _bare(on, people, gather_s=0)
    gathering = await _bare(on, people, gather_s=_GATHER_S)
    with on.serving("services.intake.app:create_app") as door:
        await load(door.port, _PATH, visits(_WARM_UP))
        ours = await load(door.port, _PATH, people)
        calm = await load(door.port, _PATH, people, per_second=ours.per_second / 2)
        async with photos_coming(door.port) as kept:
            beside = await load(door.port, _PATH, people, per_second=ours.per_second / 2)
    return [
        Figure(
            "ceiling: validate, grouped insert_many, send", ceiling.per_second, None, ceiling.latencies_ms
        ),
        Figure("the same, waiting for others as we do", gathering.per_second, None, gathering.latencies_ms),
        Figure("door", ours.per_second, ceiling.per_second, ours.latencies_ms),
        Figure("door at half of that", calm.per_second, None, calm.latencies_ms),
        Figure(
            f"the same beside {len(kept)} photos of {kept[0] / 1e6:.1f} MB",
            beside.per_second,
            None,
            beside.latencies_ms,
        ),
    ]


async def _bare(on: Bed, people: Sequence[dict[str, Any]], *, gather_s: float) -> Outcome:
    sizes = {"BENCH_KEPT_BYTES": str(_KEPT_BYTES), "BENCH_SENT_BYTES": str(_SENT_BYTES)}
    with on.serving("tests.bench.raw_door:create_app", BENCH_GATHER_S=str(gather_s), **sizes) as bare:
        await load(bare.port, "/", visits(_WARM_UP))
        return await load(bare.port, "/", people)
