"""The router over a backlog, against the least work that would keep the same promise.

Its own figure has two parts: what any decision would cost that way, and what deciding costs.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.router.app import REQUESTS
from services.router.deciding import Decider
from services.router.domain.cases import Case
from services.router.domain.lifecycle import first_event
from services.router.effects import records_of
from shared.contracts import topics
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime
from shared.storage.group_commit import GATHER_S
from tests.bench import raw_router
from tests.bench.bed import Bed
from tests.bench.figures import Figure, middle, middle_stretch, peak_memory_mb, steady_rate
from tests.bench.visits import visits
from tests.support.observe import records_of as read_topic

_ROUTER = "services.router.app:create_app"
_LONGEST_S = 180
_SAMPLE = 100
_ROUNDS = 3
_LOOK_S = 0.2
_WARM_S, _CALM_S = 40, 25
"""How long requests come as from a door: first until the broker has compiled what it does for them."""
_STRETCHES = 5


@dataclass(frozen=True)
class Outcome:
    """What the router did with its backlogs.

    Attributes:
        figures: the ceiling, the router with one decision for all, and the router.
        ready_after_s: from the router's start, with its trained model, until it takes records.
        memory_mb: the most memory the router had resident.
    """

    figures: Sequence[Figure]
    ready_after_s: float
    memory_mb: float


async def measure(on: Bed, count: int) -> Outcome:
    """Return what each makes of backlogs of ``count`` requests.

    Of several rounds in turns it is the one in which ours had the middle share of the ceiling.
    """
    rounds = [await _round(on, count) for _ in range(_ROUNDS)]
    ceiling, undeciding, ours, _ = middle(rounds, lambda r: r.ours / r.ceiling)
    with on.serving(_ROUTER) as router:
        ready_after_s = router.ready_after_s
        calm = await _waits(on, ours / 2)
        memory_mb = max(peak_memory_mb(router.pid), *(r.memory_mb for r in rounds))
    figures = [
        Figure("ceiling: getmany(500), insert_many, two sends each, commit", ceiling),
        Figure("router, one decision for all", undeciding, ceiling),
        Figure("router", ours, ceiling),
        Figure("router at half of that", ours / 2, None, middle_stretch(calm, _STRETCHES)),
        Figure(f"the same, all {_CALM_S} s of it", ours / 2, None, calm),
    ]
    return Outcome(figures, ready_after_s, memory_mb)


class _Round(NamedTuple):
    """Requests in a second: of the ceiling, of the router with one decision for all, of ours; its memory."""

    ceiling: float
    undeciding: float
    ours: float
    memory_mb: float


async def _round(on: Bed, count: int) -> _Round:
    requests = await _backlog(on, count)
    ceiling = await _ceiling(on, count, _sizes(requests[:_SAMPLE]))
    with on.serving("tests.bench.constant_router:create_app"):
        undeciding = await _decided(on, requests)
    requests = await _backlog(on, count)
    with on.serving(_ROUTER) as router:
        return _Round(ceiling, undeciding, await _decided(on, requests), peak_memory_mb(router.pid))


async def _backlog(on: Bed, count: int) -> list[RequestReceived]:
    """Return requests that lie in their topic."""
    requests = _requests(count)
    await _produce(on.pair.kafka, requests)
    return requests


def _requests(count: int) -> list[RequestReceived]:
    return [_request(n, str(visit["description"])) for n, visit in enumerate(visits(count))]


def _request(number: int, description: str) -> RequestReceived:
    return RequestReceived(
        request_id=uuid4(),
        receipt_number=f"BB-2026-{number:07d}-X",
        channel=Channel.WEB,
        kind=Kind.REQUEST,
        regime=Regime.PETITION_3071,
        description=description,
        place=Place(neighbourhood="Cihangir", address="Akarsu Yokuşu 14"),
        applicant=ApplicantReach(named=True, media=(Medium.EMAIL, Medium.TRACKING_PAGE)),
        received_at=datetime.now(UTC),
    )


def _sizes(requests: Sequence[RequestReceived]) -> tuple[int, int, int]:
    """Return the mean bytes of what the router keeps of a request and of the two records it sends."""
    verdicts = Decider.load(None, threshold=0.0)(requests)
    kept = sent = routed = 0
    for request, verdict in zip(requests, verdicts, strict=True):
        opening = first_event(request, verdict, cause_id=uuid4(), now=datetime.now(UTC))
        records = records_of(opening, Case(request, (opening,)))
        kept += len(opening.value) + len(request.model_dump_json(exclude_none=True).encode())
        sent += len(records[0].value or b"")
        routed += len(records[-1].value or b"")
    return kept // len(requests), sent // len(requests), routed // len(requests)


async def _produce(kafka: str, requests: Sequence[RequestReceived]) -> None:
    """Produce the requests as fast as it goes."""
    records = [_record(request) for request in requests]
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20) as producer:
        for record in records:
            await _send(producer, record)


async def _produce_as_a_door(kafka: str, requests: Sequence[RequestReceived], per_second: float) -> None:
    """Produce, as a busy door does, every few ms the requests that have come; each bears its own moment."""
    records = [_record(request) for request in requests]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        began, sent = time.time(), 0
        while sent < len(records):
            due = int((time.time() - began) * per_second) + 1
            for n, record in enumerate(records[sent:due], sent):
                await _send(producer, record, came_ms=int((began + n / per_second) * 1000))
            sent = due
            await asyncio.sleep(GATHER_S)


async def _send(producer: AIOKafkaProducer, record: Record, *, came_ms: int | None = None) -> None:
    await producer.send(
        record.topic, record.value, key=record.key, headers=list(record.headers), timestamp_ms=came_ms
    )


def _record(request: RequestReceived) -> Record:
    event = CloudEvent(
        id=uuid4(),
        source="/bench",
        time=request.received_at,
        subject=request.request_id,
        data=request,
    )
    return to_record(topics.REQUESTS, event)


async def _waits(on: Bed, per_second: float) -> list[float]:
    """Return for requests that come at a steady pace, in order, how many ms each took to its directorate."""
    requests = _requests(int(per_second * (_WARM_S + _CALM_S)))
    await _produce_as_a_door(on.pair.kafka, requests, per_second)
    await _decided(on, requests)
    measured = requests[int(per_second * _WARM_S) :]
    keys = {str(request.request_id).encode() for request in measured}
    came = {r.key: r.timestamp for r in await read_topic(on.pair.kafka, topics.REQUESTS) if r.key in keys}
    came |= {r.key: r.timestamp for r in await read_topic(on.pair.kafka, topics.EMERGENCIES) if r.key in keys}
    left: dict[bytes, int] = {}
    for record in await read_topic(on.pair.kafka, topics.LIFECYCLE):
        if record.key in keys:
            left.setdefault(record.key, record.timestamp)
    return [left[key] - came[key] for key in sorted(left, key=came.__getitem__)]


async def _ceiling(on: Bed, count: int, sizes: tuple[int, int, int]) -> float:
    bare = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        raw_router.__name__,
        str(count),
        *map(str, sizes),
        env=on.environment(),
    )
    async with asyncio.timeout(_LONGEST_S):
        assert await bare.wait() == 0
    sent = sorted(record.timestamp for record in await read_topic(on.pair.kafka, raw_router.LIFECYCLE))
    return steady_rate(sent[-count:])


async def _decided(on: Bed, requests: Sequence[RequestReceived]) -> float:
    """Return how many of the requests were decided in a second, once all of them are."""
    await _settled(on)
    waiting = {str(request.request_id).encode() for request in requests}
    first: dict[bytes, int] = {}
    for record in await read_topic(on.pair.kafka, topics.LIFECYCLE):
        if record.key in waiting:
            first.setdefault(record.key, record.timestamp)
    assert len(first) == len(waiting)
    return steady_rate(first.values())


async def _settled(on: Bed) -> None:
    """Return once the router has settled all that lies in its topic.

    Only offsets are asked for: to read what it writes while it works would take the processor from it.
    """
    (partitions,) = (topic.partitions for topic in topics.all_topics() if topic.name == topics.REQUESTS)
    places = [TopicPartition(topics.REQUESTS, n) for n in range(partitions)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=on.pair.kafka, group_id=REQUESTS.group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(places)
        async with asyncio.timeout(_LONGEST_S):
            for place in places:
                while (await consumer.committed(place) or 0) < ends[place]:
                    await asyncio.sleep(_LOOK_S)
    finally:
        await consumer.stop()
