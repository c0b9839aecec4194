"""The door with all it can take and with half of that, against the barest door that keeps its word."""

from contextlib import AbstractContextManager

from shared.storage.group_commit import GATHER_S
from tests.bench.bed import Bed, Served
from tests.bench.figures import Figure, middle, percentile
from tests.bench.http_load import Outcome, load
from tests.bench.photos import photos_coming
from tests.bench.visits import visits

_KEPT_BYTES, _SENT_BYTES = 670, 440
"""What our document and our event, with its headers, say beyond what the resident sent."""
_WARM_UP = 3_000
"""Until then the broker still compiles what it does, and takes twice the processor time for it."""
_ROUNDS = 7
_ROUNDS_AT_HALF = 5
_OURS = "services.intake.app:create_app"
_PATH = "/v1/web/requests"


async def at_most(on: Bed, count: int) -> tuple[list[Figure], float]:
    """Return the figures of the ceiling and of ours with all connections busy, and what ours took a second.

    All are of the one among several rounds in turns whose share of the ceiling is the middle one.
    """
    people = visits(count)
    with _bare(on, gather_s=0) as bare, _bare(on, gather_s=GATHER_S) as gathering, on.serving(_OURS) as door:
        places = ((bare, "/"), (gathering, "/"), (door, _PATH))
        for place, path in places:
            await load(place.port, path, visits(_WARM_UP))
        rounds = [[await load(place.port, path, people) for place, path in places] for _ in range(_ROUNDS)]
    ceiling, gathered, ours = middle(rounds, lambda r: r[2].per_second / r[0].per_second)
    figures = [
        Figure(
            "ceiling: validate, grouped insert_many, send", ceiling.per_second, None, ceiling.latencies_ms
        ),
        Figure("the same, waiting for others as we do", gathered.per_second, None, gathered.latencies_ms),
        Figure("door", ours.per_second, ceiling.per_second, ours.latencies_ms),
    ]
    return figures, ours.per_second


async def at_half(on: Bed, count: int, most: float) -> list[Figure]:
    """Return the figures of ours at half of the ``most`` that it takes in a second, and beside photos.

    Both are of the one among several rounds in turns in which photos raised the 99th percentile by the middle
    factor. No router answers here, so the door is told to wait for one longer than all rounds take: after its
    usual minute it would publish everything again.
    """
    people = visits(count)
    rounds = []
    with on.serving(_OURS, ISTEK_INTAKE_WATCH_GRACE_S="3600") as door:
        await load(door.port, _PATH, visits(_WARM_UP))
        for _ in range(_ROUNDS_AT_HALF):
            calm = await load(door.port, _PATH, people, per_second=most / 2)
            async with photos_coming(door.port) as kept:
                rounds.append((calm, await load(door.port, _PATH, people, per_second=most / 2), kept))
    calm, beside, kept = middle(rounds, _raised)
    return [
        Figure("door at half of that", calm.per_second, None, calm.latencies_ms),
        Figure(
            f"the same beside {len(kept)} photos of {kept[0] / 1e6:.1f} MB",
            beside.per_second,
            None,
            beside.latencies_ms,
        ),
    ]


def _raised(of_round: tuple[Outcome, Outcome, list[int]]) -> float:
    calm, beside, _ = of_round
    return percentile(beside.latencies_ms, 99) / percentile(calm.latencies_ms, 99)


def _bare(on: Bed, *, gather_s: float) -> AbstractContextManager[Served]:
    sizes = {"BENCH_KEPT_BYTES": str(_KEPT_BYTES), "BENCH_SENT_BYTES": str(_SENT_BYTES)}
    return on.serving("tests.bench.raw_door:create_app", BENCH_GATHER_S=str(gather_s), **sizes)
