"""The door with all it can take and with half of that, against the barest door that keeps its word."""

from tests.bench.bed import Bed
from tests.bench.figures import Figure
from tests.bench.http_load import load
from tests.bench.photos import photos_coming
from tests.bench.visits import visits

_EVENT_BYTES = 600
"""What our event and record say beyond the resident's words."""
_WARM_UP = 200
_PATH = "/v1/web/requests"


async def measure(on: Bed, count: int) -> list[Figure]:
    """Return the ceiling and ours with all connections busy, then ours at half of that, and beside photos."""
    people = visits(count)
    with on.serving("tests.bench.raw_door:create_app", BENCH_PADDING=str(_EVENT_BYTES)) as bare:
        await load(bare.port, "/", visits(_WARM_UP))
        ceiling = await load(bare.port, "/", people)
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
        Figure("door", ours.per_second, ceiling.per_second, ours.latencies_ms),
        Figure("door at half of that", calm.per_second, None, calm.latencies_ms),
        Figure(
            f"the same beside {len(kept)} photos of {kept[0] / 1e6:.1f} MB",
            beside.per_second,
            None,
            beside.latencies_ms,
        ),
    ]
