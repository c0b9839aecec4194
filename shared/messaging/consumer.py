"""Binds lanes to FastStream: batches in, one commit per batch, nothing committed that was not settled."""

import asyncio
import dataclasses
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.messaging.dead_letters import DeadLetters
from shared.messaging.lane import Handler, Lane, RawRecord
from shared.messaging.publisher import Publisher
from shared.messaging.runner import BatchRunner
from shared.outcomes import UnavailableError
from shared.telemetry.logs import FrameworkLogger
from shared.telemetry.metrics import LAG

_SESSION_MS = 30_000
_HEARTBEAT_MS = 3_000
_REBALANCE_MS = 30_000
_REQUEST_MS = 40_000
_MAX_POLL_MS = 300_000
_POLL_MS = 1_000
_METADATA_MS = 30_000
_GRACEFUL_S = 28.0
_STUCK_S = 120.0


class Consumers:
    """All lanes of one process.

    Args:
        bootstrap: address of the broker.
        instance: name of this replica, stable over restarts and unique among replicas: a member that comes
            back under its name takes its partitions over at once, not after its session's end.
        publisher: sends the dead letters.
        lanes: each lane with its handler.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        instance: str,
        publisher: Publisher,
        lanes: Sequence[tuple[Lane, Handler[Any]]],
    ) -> None:
        self._bootstrap = bootstrap
        self._instance = instance
        self._lanes = [
            (lane, BatchRunner(lane, handler, DeadLetters(lane, publisher))) for lane, handler in lanes
        ]
        self._broker: KafkaBroker | None = None
        self._subscribers: list[tuple[Lane, BatchRunner[Any], Any]] = []

    @property
    def running(self) -> bool:
        """True once every lane takes records."""
        return self._broker is not None

    async def start(self) -> None:
        """Join the groups and begin.

        Raises:
            UnavailableError: the broker is away; nothing was started, so this may be called again.
        """
        broker = KafkaBroker(
            self._bootstrap,
            consumer_only=True,
            client_id=self._instance,
            request_timeout_ms=_REQUEST_MS,
            metadata_max_age_ms=_METADATA_MS,
            graceful_timeout=_GRACEFUL_S,
            allow_auto_create_topics=False,
            logger=FrameworkLogger("faststream"),
            log_level=logging.DEBUG,
        )
        subscribers = [(lane, runner, self._attach(broker, lane, runner)) for lane, runner in self._lanes]
        try:
            await broker.start()
        except (KafkaError, OSError) as error:
            await broker.stop()
            raise UnavailableError(f"broker away: {type(error).__name__}") from error
        self._broker, self._subscribers = broker, subscribers

    async def stop(self) -> None:
        """Finish what is in flight, commit it, leave the groups."""
        if self._broker is not None:
            broker, self._broker = self._broker, None
            await broker.stop()

    def stuck(self) -> str | None:
        """Return the name of a lane that has records and settles none though nothing is away, or None."""
        for lane, runner, subscriber in self._subscribers:
            idle = time.monotonic() - runner.last_settled
            if subscriber.lock.empty or runner.waiting:
                continue
            if idle > _STUCK_S:
                return lane.group
        return None

    async def measure_lag(self) -> None:
        """Bring the lag metric up to date."""
        for lane, _, subscriber in self._subscribers:
            consumer = subscriber.consumer
            if consumer is None:
                continue
            by_topic: dict[str, int] = {}
            for place in consumer.assignment():
                end = consumer.highwater(place)
                if end is not None:
                    behind = end - await consumer.position(place)
                    by_topic[place.topic] = by_topic.get(place.topic, 0) + behind
            for topic, behind in by_topic.items():
                LAG.labels(lane.group, topic).set(behind)

    def _attach(self, broker: KafkaBroker, lane: Lane, runner: BatchRunner[Any]) -> Any:  # noqa: ANN401 - FastStream's own type is internal
        listener = _DrainBeforeRevoke(lane.drain)
        subscriber = broker.subscriber(
            *lane.topics,
            pattern=lane.pattern,
            group_id=lane.group,
            group_instance_id=f"{lane.group}-{self._instance}",
            batch=True,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            session_timeout_ms=_SESSION_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
            max_poll_interval_ms=_MAX_POLL_MS,
            listener=listener,
            parser=_parse_batch,
            decoder=_keep_records,
            no_reply=True,
        )
        listener.subscriber = subscriber
        subscriber.get_msg = partial(_poll, max_records=lane.max_records)  # type: ignore[method-assign]

        @subscriber
        async def consume(message: KafkaMessage) -> None:
            records = message.raw_message
            await runner.run(records if isinstance(records, tuple) else (records,))

        return subscriber


class _DrainBeforeRevoke(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """Holds a rebalance until the batch in flight is settled and committed, so that no record runs twice."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.subscriber: Any = None

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked and self.subscriber is not None:
            await self.subscriber.lock.wait_release(self._seconds)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Nothing to do: positions come from the group."""


async def _poll(consumer: AIOKafkaConsumer, max_records: int) -> tuple[RawRecord, ...]:
    """Return what has arrived, or wait for it.

    Nothing is fetched while a batch is at work. The client would take the first record that comes and fetch
    no more until that was taken: each batch would cost two fetches and still begin with one record.
    FastStream's own poll also sleeps after each wait in vain, while records that arrive have to wait too.
    """
    consumer.resume(*consumer.assignment())
    polled = await consumer.getmany(timeout_ms=_POLL_MS, max_records=max_records)
    consumer.pause(*consumer.assignment())
    return tuple(chain.from_iterable(polled.values()))


async def _parse_batch(
    raw: tuple[RawRecord, ...], default: Callable[[Any], Awaitable[KafkaMessage]]
) -> KafkaMessage:
    """Parse a batch even if a header is NULL or not UTF-8, over which FastStream 0.7.8 drops the batch."""
    try:
        return await default(raw)
    except (UnicodeDecodeError, AttributeError):
        message = await default(tuple(dataclasses.replace(r, headers=_readable(r)) for r in raw))
        message.raw_message = raw
        return message


def _readable(record: RawRecord) -> tuple[tuple[str, bytes], ...]:
    return tuple((k, (v or b"").decode("utf-8", "replace").encode()) for k, v in record.headers)


async def _keep_records(message: KafkaMessage) -> Any:  # noqa: ANN401 - a batch or a record, as FastStream says
    """Leave decoding to the lane, so that one bad value cannot fail its batch."""
    return message.raw_message


async def until_available(start: Callable[[], Awaitable[None]], *, what: str, pause_s: float = 1.0) -> None:
    """Call ``start`` until it does not raise `UnavailableError`, saying once that it waits."""
    log = structlog.get_logger(__name__)
    waiting = False
    while True:
        try:
            await start()
        except UnavailableError as error:
            if not waiting:
                log.warning("waiting", what=what, reason=str(error))
            waiting = True
            await asyncio.sleep(pause_s)
        else:
            if waiting:
                log.info("available", what=what)
            return
