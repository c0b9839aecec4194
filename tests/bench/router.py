"""The router over a backlog, against the least work that would keep the same promise."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from services.router.deciding import Decider
from services.router.domain.cases import Case
from services.router.domain.lifecycle import first_event
from services.router.effects import records_of
from shared.contracts import topics
from shared.contracts.chain import canonical
from shared.contracts.cloudevents import CloudEvent, to_record
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime
from tests.bench import raw_router
from tests.bench.bed import Bed
from tests.bench.figures import Figure, steady_rate
from tests.bench.visits import visits
from tests.support.observe import records_of as read_topic

_LONGEST_S = 180
_SAMPLE = 100


async def measure(on: Bed, count: int) -> list[Figure]:
    """Return the ceiling and ours, over the same backlog of ``count`` requests."""
    requests = [_request(n, str(visit["description"])) for n, visit in enumerate(visits(count))]
    await _produce(on.pair.kafka, requests)
    ceiling = await _ceiling(on, count, _sizes(requests[:_SAMPLE]))
    with on.serving("services.router.app:create_app"):
        await _until(on, topics.LIFECYCLE, count)
    ours = await _rate(on, topics.LIFECYCLE)
    return [
        Figure("ceiling: getmany(500), insert_many, two sends each, commit", ceiling),
        Figure("router", ours, ceiling),
    ]


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
        kept += len(canonical(opening.data)) + len(canonical(opening.request or {}))
        sent += len(records[0].value or b"")
        routed += len(records[-1].value or b"")
    return kept // len(requests), sent // len(requests), routed // len(requests)


async def _produce(kafka: str, requests: Sequence[RequestReceived]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20)
    await producer.start()
    for request in requests:
        record = to_record(
            topics.REQUESTS,
            CloudEvent(
                id=uuid4(),
                source="/bench",
                time=request.received_at,
                subject=request.request_id,
                data=request,
            ),
        )
        await producer.send(record.topic, record.value, key=record.key, headers=list(record.headers))
    await producer.stop()


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
    return await _rate(on, raw_router.LIFECYCLE)


async def _until(on: Bed, topic: str, count: int) -> None:
    async with asyncio.timeout(_LONGEST_S):
        while len(await read_topic(on.pair.kafka, topic)) < count:
            await asyncio.sleep(2)


async def _rate(on: Bed, topic: str) -> float:
    return steady_rate(record.timestamp for record in await read_topic(on.pair.kafka, topic))
