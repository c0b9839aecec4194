"""Delivery on a real broker: what a lane does with every kind of record, and when it is interrupted."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.messaging.consumer import Consumers
from shared.messaging.dead_letters import read_dead_letters, settle
from shared.messaging.lane import Lane, RawRecord
from shared.messaging.publisher import Publisher
from shared.outcomes import PoisonError, UnavailableError
from tests.support.stack import MakeTopic
from tests.support.waiting import until


class Recorder:
    """Notes what it handled; does with some values what their names say."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.handled: list[bytes] = []
        self.asked = 0
        self.running = 0
        self.away = False
        self.mended = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def prepare(self, records: Sequence[RawRecord]) -> None:
        self.asked += 1
        if self.away:
            raise UnavailableError("database away")

    async def handle(self, record: RawRecord, prepared: None) -> None:
        self.running += 1
        try:
            await asyncio.sleep(self.delay)
            await self.gate.wait()
            if record.value is None or (b"bad" in record.value and not self.mended):
                raise PoisonError("unreadable")
            self.handled.append(record.value)
        finally:
            self.running -= 1


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    publisher = Publisher(kafka, client_id="test")
    await publisher.start()
    yield publisher
    await publisher.stop()


@pytest.fixture
async def lane(make_topic: MakeTopic, kafka: str) -> Lane:
    topic = await make_topic(partitions=3)
    await make_topic(
        partitions=1, name=f"dlq.test.{topic}", config={"max.message.bytes": str(2 * 1024 * 1024)}
    )
    return Lane(
        service="test", group=f"g-{uuid.uuid4().hex[:8]}", topics=(topic,), outage_pause=0.2, max_records=100
    )


@asynccontextmanager
async def consuming(
    kafka: str, publisher: Publisher, lane: Lane, handler: Recorder, instance: str = "0"
) -> AsyncIterator[Consumers]:
    consumers = Consumers(kafka, instance=instance, publisher=publisher, lanes=[(lane, handler)])
    await consumers.start()
    try:
        yield consumers
    finally:
        await consumers.stop()


@asynccontextmanager
async def producing(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", max_request_size=1 << 21)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def committed(kafka: str, lane: Lane) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=lane.group, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(lane.topics[0], n) for n in range(3)]
        return sum([await consumer.committed(p) or 0 for p in places])
    finally:
        await consumer.stop()


async def all_committed(kafka: str, lane: Lane, count: int) -> None:
    """Wait until a lane is through with so many records, so that none of them can come again."""

    async def through() -> bool:
        return await committed(kafka, lane) >= count

    await until(through)


async def test_every_kind_of_poison_is_parked_once_and_its_neighbours_are_done(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    """NULL and non-UTF-8 headers, no key, a tombstone, the largest value there can be: none stops others."""
    handler = Recorder()
    topic = lane.topics[0]
    large = b"bad" + b"x" * (1024 * 1024 - 300)
    async with producing(kafka) as producer:
        for n in range(30):
            await producer.send(topic, value=f"good-{n}".encode(), key=str(n % 5).encode())
        await producer.send(topic, value=b"null-header", key=b"1", headers=[("h", None)])
        await producer.send(topic, value=b"latin-header", key=b"1", headers=[("h", b"\xff\xfe")])
        await producer.send(topic, value=b"bad-json", key=b"2", headers=[("h", None)])
        await producer.send(topic, value=None, key=b"3")
        await producer.send(topic, value=b"no-key")
        await producer.send_and_wait(topic, value=large, key=b"4")
    async with consuming(kafka, publisher, lane, handler):
        await until(lambda: len(handler.handled) >= 33)
    assert len(handler.handled) == 33
    letters = await read_dead_letters(kafka, "test")
    mine = [d for d in letters if d.source_topic == topic]
    assert sorted(d.value or b"" for d in mine) == sorted([b"bad-json", b"", large])
    assert {d.reason for d in mine} == {"unreadable"}
    assert await committed(kafka, lane) == 36


async def test_a_dead_letter_is_replayed_once_its_cause_is_mended_and_then_counts_as_such(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    handler = Recorder()
    topic = lane.topics[0]
    async with producing(kafka) as producer:
        await producer.send_and_wait(topic, value=b"bad-deploy", key=b"1", headers=[("ce_id", b"7")])
    async with consuming(kafka, publisher, lane, handler):
        await until(lambda: handler.running == 0 and not handler.handled)
        letters = await _letters_of(kafka, topic, 1)
        assert [d.state for d in letters] == ["parked"]
        handler.mended = True
        await settle(publisher, letters[0], "replay")
        await until(lambda: handler.handled == [b"bad-deploy"])
    assert [d.state for d in await _letters_of(kafka, topic, 1)] == ["replayed"]


async def test_while_something_is_away_nothing_is_parked_and_nothing_lost(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    handler = Recorder()
    handler.away = True
    async with producing(kafka) as producer:
        for n in range(50):
            await producer.send(lane.topics[0], value=str(n).encode(), key=b"k")
    async with consuming(kafka, publisher, lane, handler):
        await until(lambda: handler.asked > 3)
        assert handler.handled == []
        assert await committed(kafka, lane) == 0
        handler.away = False
        await until(lambda: len(handler.handled) == 50)
    assert handler.handled == [str(n).encode() for n in range(50)]


async def test_what_comes_while_a_batch_is_at_work_makes_up_the_next_one(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    """All of it, wherever it lies: a batch that began with the first one alone would let the others wait."""
    handler = Recorder()
    handler.gate.clear()
    topic = lane.topics[0]
    async with consuming(kafka, publisher, lane, handler), producing(kafka) as producer:
        await producer.send_and_wait(topic, value=b"first", partition=0)
        await until(lambda: handler.running == 1)
        for n in range(12):
            await producer.send_and_wait(topic, value=f"later-{n}".encode(), partition=n % 3)
        handler.gate.set()
        await until(lambda: len(handler.handled) == 13)
    assert handler.asked == 2


async def test_a_stop_finishes_and_commits_what_is_in_flight(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    """A consumer is stopped in the middle of a slow batch; the next one must see no record a second time."""
    first, second = Recorder(delay=0.5), Recorder()
    async with producing(kafka) as producer:
        for n in range(20):
            await producer.send(lane.topics[0], value=str(n).encode(), key=str(n).encode())
    async with consuming(kafka, publisher, lane, first):
        await until(lambda: first.running > 0)
    async with consuming(kafka, publisher, lane, second):
        await all_committed(kafka, lane, 20)
    assert sorted(first.handled + second.handled, key=int) == [str(n).encode() for n in range(20)]


async def test_a_second_member_takes_its_share_without_any_record_running_twice(
    kafka: str, publisher: Publisher, lane: Lane
) -> None:
    """Two members join one after the other under load: partitions move only between settled batches.

    first   |■■■■ batch ■■■■|commit|        |■■ its partitions ■■|
    second        join ................ assigned |■■ its partitions ■■|
    """
    first, second = Recorder(delay=0.05), Recorder(delay=0.05)
    small = Lane(service=lane.service, group=lane.group, topics=lane.topics, max_records=20, concurrency=5)
    sent: list[bytes] = []
    async with (
        asyncio.timeout(150),
        producing(kafka) as producer,
        consuming(kafka, publisher, small, first),
        consuming(kafka, publisher, small, second, instance="1"),
    ):
        while not (first.handled and second.handled):
            for _ in range(60):
                sent.append(str(len(sent)).encode())
                await producer.send(lane.topics[0], value=sent[-1], key=sent[-1])
            await asyncio.sleep(0.5)
        await all_committed(kafka, lane, len(sent))
    assert sorted(first.handled + second.handled, key=int) == sent


async def test_without_a_broker_starting_says_so_and_can_be_tried_again() -> None:
    publisher = Publisher("127.0.0.1:9", client_id="test")
    with pytest.raises(UnavailableError):
        await publisher.start()
    with pytest.raises(UnavailableError):
        await publisher.ping()
    lane = Lane(service="test", group="g", topics=("t",))
    consumers = Consumers("127.0.0.1:9", instance="0", publisher=publisher, lanes=[(lane, Recorder())])
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await consumers.start()
    assert not consumers.running


async def _letters_of(kafka: str, topic: str, count: int) -> list:  # type: ignore[type-arg]
    async def enough() -> list:  # type: ignore[type-arg]
        letters = [d for d in await read_dead_letters(kafka, "test") if d.source_topic == topic]
        return letters if len(letters) >= count else []

    return await until(enough)
