"""The least a router can do and still keep its word: take 500, write durably, send two each, commit."""

import asyncio
import os
import sys
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient

from shared.contracts import topics

LIFECYCLE, ROUTED = "bench.lifecycle", "bench.routed"


async def route(count: int, document_bytes: int, lifecycle_bytes: int, routed_bytes: int) -> None:
    """Route so many records, writing and sending so many bytes for each."""
    kafka = os.environ["ISTEK_KAFKA"]
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(
        os.environ["ISTEK_MONGODB"], w="majority", journal=True
    )
    events = client["bench_router"]["events"]
    consumer = AIOKafkaConsumer(
        topics.REQUESTS,
        bootstrap_servers=kafka,
        group_id="bench",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=5)
    await consumer.start()
    await producer.start()
    done = 0
    while done < count:
        polled = await consumer.getmany(timeout_ms=500, max_records=500)
        records = [record for of_partition in polled.values() for record in of_partition]
        if not records:
            continue
        await events.insert_many(
            [{"_id": str(uuid4()), "value": "x" * document_bytes} for _ in records], ordered=False
        )
        sending = []
        for record in records:
            sending.append(await producer.send(LIFECYCLE, b"x" * lifecycle_bytes, key=record.key))
            sending.append(await producer.send(ROUTED, b"x" * routed_bytes, key=record.key))
        await asyncio.gather(*sending)
        await consumer.commit()
        done += len(records)
    await consumer.stop()
    await producer.stop()


if __name__ == "__main__":
    asyncio.run(route(*map(int, sys.argv[1:])))
