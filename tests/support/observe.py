"""What happened, read from outside: topics with a plain consumer, sinks and services by HTTP."""

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def records_of(bootstrap: str, prefix: str) -> list[ConsumerRecord]:
    """Return every record of the topics whose names begin with ``prefix``, in order per partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    names = sorted(t for t in await admin.list_topics() if t.startswith(prefix))
    described = await admin.describe_topics(names)
    await admin.close()
    places = [TopicPartition(t["topic"], p["partition"]) for t in described for p in t["partitions"]]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(places)
        starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        waiting = {p for p in places if ends[p] > starts[p]}
        found: list[ConsumerRecord] = []
        while waiting:
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                found.extend(records)
                if records and records[-1].offset + 1 >= ends[place]:
                    waiting.discard(place)
        return found
    finally:
        await consumer.stop()


def header(record: ConsumerRecord, name: str) -> str:
    """Return a header's text."""
    return (dict(record.headers).get(name) or b"").decode()
