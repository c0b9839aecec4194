"""Records that can never succeed: parked beside their topic with the cause, to be read and replayed."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.contracts.cloudevents import Headers, Record
from shared.contracts.topics import dead_letter_topic
from shared.messaging.lane import Lane, RawRecord
from shared.messaging.publisher import Publisher

_PREFIX: Final = "dlq_"
_REASON_CHARS = 500
_REMEMBERED = 10_000


def source_of(record: RawRecord) -> str:
    """Return where a record came from, ``topic/partition/offset``: the identity of its dead letter."""
    return f"{record.topic}/{record.partition}/{record.offset}"


class Breaker:
    """Opens when too many records in a row were parked: then the fault is ours, not theirs."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._in_a_row = 0

    @property
    def open(self) -> bool:
        """True while nothing more may be parked."""
        return self._in_a_row >= self._limit

    def parked(self) -> None:
        """A record was parked."""
        self._in_a_row += 1

    def succeeded(self) -> None:
        """A record was done, so the line works."""
        self._in_a_row = 0


class DeadLetters:
    """Parks the records of one lane."""

    def __init__(self, lane: Lane, publisher: Publisher) -> None:
        self._lane = lane
        self._publisher = publisher
        self._remembered: OrderedDict[str, None] = OrderedDict()

    def holds(self, record: RawRecord) -> bool:
        """Return True if this process has parked the record: an interrupted batch brings it again."""
        return source_of(record) in self._remembered

    async def park(self, record: RawRecord, reason: str, attempts: int) -> None:
        """Return once the record's copy is durable in the dead-letter topic.

        Raises:
            UnavailableError: the broker is away.
        """
        cause = {
            "source": source_of(record),
            "group": self._lane.group,
            "reason": reason[:_REASON_CHARS],
            "attempts": str(attempts),
            "parked_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        if record.key is None and record.value is None:
            cause["null"] = "1"
        await self._publisher.send(
            Record(
                topic=dead_letter_topic(self._lane.service, record.topic),
                key=record.key,
                value=b"" if "null" in cause else record.value,
                headers=(*record.headers, *((_PREFIX + k, v.encode()) for k, v in cause.items())),
            )
        )
        self._remembered[source_of(record)] = None
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parked record as it lies in a dead-letter topic."""

    topic: str
    source: str
    reason: str
    attempts: int
    parked_at: str
    state: Literal["parked", "replayed", "dropped"]
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def source_topic(self) -> str:
        """Topic the record was taken from."""
        return self.source.rsplit("/", 2)[0]


async def read_dead_letters(bootstrap: str, service: str | None = None) -> list[DeadLetter]:
    """Return every dead letter once, oldest first, with its latest state.

    Args:
        bootstrap: address of the broker.
        service: only this service's, or None for all.
    """
    found: dict[tuple[str, str], DeadLetter] = {}
    async for record in _all_records(bootstrap, f"dlq.{service}." if service else "dlq."):
        letter = _letter(record)
        place = (letter.topic, letter.source)
        if letter.state == "parked" and place in found and found[place].state == "parked":
            continue
        if letter.state != "parked" and place in found:
            kept = found[place]
            letter = DeadLetter(
                **{name: getattr(kept, name) for name in DeadLetter.__slots__} | {"state": letter.state}
            )
        found[place] = letter
    return sorted(found.values(), key=lambda d: d.parked_at)


async def settle(publisher: Publisher, letter: DeadLetter, how: Literal["replay", "drop"]) -> None:
    """Put a dead letter back on its topic or give it up, and mark in its own topic that this was done."""
    if how == "replay":
        clean = tuple((k, v) for k, v in letter.headers if not k.startswith(_PREFIX))
        await publisher.send(Record(letter.source_topic, letter.key, letter.value, clean))
    mark = {
        "source": letter.source,
        "state": "replayed" if how == "replay" else "dropped",
        "parked_at": letter.parked_at,
    }
    await publisher.send(
        Record(letter.topic, letter.key, b"", tuple((_PREFIX + k, v.encode()) for k, v in mark.items()))
    )


def _letter(record: RawRecord) -> DeadLetter:
    cause = {k: (v or b"").decode("utf-8", "replace") for k, v in record.headers if k.startswith(_PREFIX)}
    state = cause.get("dlq_state", "parked")
    return DeadLetter(
        topic=record.topic,
        source=cause.get("dlq_source", source_of(record)),
        reason=cause.get("dlq_reason", ""),
        attempts=int(cause.get("dlq_attempts", "0")),
        parked_at=cause.get("dlq_parked_at", ""),
        state="replayed" if state == "replayed" else "dropped" if state == "dropped" else "parked",
        key=record.key,
        value=None if "dlq_null" in cause else record.value,
        headers=tuple(record.headers),
    )


async def _all_records(bootstrap: str, prefix: str) -> AsyncIterator[RawRecord]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        places = await _partitions(bootstrap, prefix)
        consumer.assign(places)
        starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        waiting = {place for place in places if ends[place] > starts[place]}
        while waiting:
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    yield record
                if records and records[-1].offset + 1 >= ends[place]:
                    waiting.discard(place)
    finally:
        await consumer.stop()


async def _partitions(bootstrap: str, prefix: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        topics = sorted(t for t in await admin.list_topics() if t.startswith(prefix))
        described = await admin.describe_topics(topics) if topics else []
    finally:
        await admin.close()
    return [TopicPartition(t["topic"], p["partition"]) for t in described for p in t["partitions"]]
