"""The only way a record leaves a service: acknowledged by all in-sync replicas, by an idempotent producer."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared.contracts.cloudevents import Headers, Record
from shared.messaging.patience import make_patient
from shared.outcomes import PoisonError, UnavailableError
from shared.telemetry.metrics import PUBLISHED
from shared.telemetry.tracing import current_traceparent

_BATCH_BYTES = 256 * 1024
_REQUEST_TIMEOUT_MS = 40_000
_MOST_BYTES = 2 * 1024 * 1024
_FLUSH_S = 5.0


class Publisher:
    """Sends records in order per key and returns when the broker has them."""

    def __init__(self, bootstrap: str, *, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect.

        Raises:
            UnavailableError: no broker answers.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            # No lingering: what is sent while a request is under way makes up the next one anyway.
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            max_request_size=_MOST_BYTES,
        )
        make_patient(producer.client)
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            raise UnavailableError(f"broker away: {type(error).__name__}") from error
        self._producer = producer

    async def stop(self) -> None:
        """Send what is buffered and disconnect; what does not get out in time, the outbox still holds."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            with suppress(TimeoutError):
                async with asyncio.timeout(_FLUSH_S):
                    await producer.stop()

    async def ping(self, timeout_s: float = 2.0) -> None:
        """Return when the broker answers.

        Raises:
            UnavailableError: it does not, or this publisher was not started.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected().client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError) as error:
            raise UnavailableError(f"broker away: {type(error).__name__}") from error

    async def send(self, record: Record) -> None:
        """Return once the broker acknowledged the record. While the broker is away this waits.

        Raises:
            UnavailableError: this publisher is not connected, or gave up.
            PoisonError: the record can never be sent, for example because it is too large.
        """
        await self.send_all((record,))

    async def send_all(self, records: Sequence[Record]) -> None:
        """Send the records pipelined, in order per key, and return once all are acknowledged.

        A record without a ``traceparent`` continues the trace this is called in. No records need no broker.

        Raises:
            UnavailableError: as `send`; any part may have been sent.
            PoisonError: as `send`; the others were sent.
        """
        if not records:
            return
        producer = self._connected()
        here = current_traceparent()
        acknowledgements = []
        try:
            for r in records:
                sending = await producer.send(
                    r.topic, key=r.key, value=r.value, headers=_traced(r.headers, here)
                )
                acknowledgements.append(sending)
            await asyncio.gather(*acknowledgements)
        except MessageSizeTooLargeError as error:
            await asyncio.gather(*acknowledgements, return_exceptions=True)
            raise PoisonError("the record is larger than the broker takes") from error
        except (KafkaError, OSError) as error:
            raise UnavailableError(f"broker away: {type(error).__name__}") from error
        for topic, times in Counter(r.topic for r in records).items():
            PUBLISHED.labels(topic).inc(times)

    def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise UnavailableError("broker away: not connected")
        return self._producer


def _traced(headers: Headers, here: str | None) -> list[tuple[str, bytes | None]]:
    if here is None or any(name == "traceparent" for name, _ in headers):
        return list(headers)
    return [*headers, ("traceparent", here.encode())]
