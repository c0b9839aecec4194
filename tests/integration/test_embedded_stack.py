"""The embedded broker and database, killed and started again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.support.observe import records_of
from tests.support.stack import EmbeddedPair, MakeTopic, embedded_pair

# Under xdist with --dist loadgroup one worker runs them all, so that there is one such pair and not several.
pytestmark = pytest.mark.xdist_group("own_pair")

Client = MongoClient[dict[str, int]]


@pytest.fixture(scope="module")
def own_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPair]:
    """A pair that this module alone may kill."""
    with embedded_pair(tmp_path_factory.mktemp("pair")) as pair:
        yield pair


@contextlib.asynccontextmanager
async def producing(address: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        yield producer
    finally:
        # What cannot be delivered any more must not hold the test.
        with contextlib.suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(producer.stop(), timeout=10)


async def read_all(address: str, topic: str) -> list[bytes | None]:
    return [record.value for record in await records_of(address, topic)]


async def test_a_produced_record_is_consumed(kafka: str, make_topic: MakeTopic) -> None:
    topic = await make_topic(partitions=3)
    async with producing(kafka) as producer:
        await producer.send_and_wait(topic, "Kaldırım çöktü".encode(), key=b"1")
    assert await read_all(kafka, topic) == ["Kaldırım çöktü".encode()]


async def test_the_broker_writes_back_what_it_took_each_second(own_pair: EmbeddedPair) -> None:
    """Records that nobody wrote back for half a minute are written all at once, and the database waits."""
    admin = AIOKafkaAdminClient(bootstrap_servers=own_pair.address.kafka)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")])
    finally:
        await admin.close()
    ((*_, members),) = answer.resources
    settings = {name: value for name, value, *_ in members}
    assert settings["log.flush.interval.ms"] == "1000"
    assert settings["log.flush.scheduler.interval.ms"] == "1000"


async def test_an_unknown_topic_is_not_made_up(kafka: str) -> None:
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    try:
        await client.set_topics(["never.declared.v1"])
        assert "never.declared.v1" not in client.cluster.topics()
    finally:
        await client.close()


async def test_a_document_is_stored_and_found(mongodb: str, database_name: str) -> None:
    client: AsyncIOMotorClient[dict[str, str]] = AsyncIOMotorClient(mongodb)
    try:
        await client[database_name]["requests"].insert_one({"_id": "1", "text": "Çöp alınmadı"})
        assert await client[database_name]["requests"].find_one({"_id": "1"}) == {
            "_id": "1",
            "text": "Çöp alınmadı",
        }
    finally:
        client.close()


async def test_a_killed_broker_comes_back_with_all_it_acknowledged(own_pair: EmbeddedPair) -> None:
    address = own_pair.address.kafka
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic("survivor.v1", 3, 1)])
    await admin.close()

    acknowledged: set[bytes] = set()
    well_under_way = asyncio.Event()
    async with producing(address) as producer:

        async def send(value: bytes) -> None:
            with contextlib.suppress(KafkaError):
                await producer.send_and_wait("survivor.v1", value, key=value)
                acknowledged.add(value)
            if len(acknowledged) >= 1000:
                well_under_way.set()

        sending = [asyncio.create_task(send(b"%d" % number)) for number in range(5000)]
        await well_under_way.wait()
        own_pair.kafka.kill()
        at_kill = len(acknowledged)
        await asyncio.to_thread(own_pair.kafka.start)
        await asyncio.wait(sending, timeout=120)

    kept = await read_all(address, "survivor.v1")
    assert at_kill >= 1000
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept)), "the idempotent producer repeated itself"


def test_a_killed_database_comes_back_with_all_it_acknowledged(own_pair: EmbeddedPair) -> None:
    acknowledged: list[int] = []
    with Client(own_pair.address.mongodb, serverSelectionTimeoutMS=20_000, retryWrites=False) as client:
        collection = client["survivor"].get_collection("facts")
        for number in range(300):
            collection.insert_one({"_id": number})
            acknowledged.append(number)
        own_pair.mongodb.kill()
        with pytest.raises(PyMongoError):
            collection.insert_one({"_id": -1})

    own_pair.mongodb.start()
    with Client(own_pair.address.mongodb) as client:
        kept = {document["_id"] for document in client["survivor"]["facts"].find()}
    assert kept == set(acknowledged)


def test_servers_listen_on_loopback_only(own_pair: EmbeddedPair) -> None:
    listening = {
        connection.laddr.ip
        for server in (own_pair.kafka, own_pair.mongodb)
        for connection in psutil.Process(server.pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
