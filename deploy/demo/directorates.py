"""Directorates as other people's systems would be: they know the public topics and nothing else of ours."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

SILENT = frozenset({"afet", "fen", "zabita"})
"""Directorates that do not react, so that there is something to escalate."""

_ROUTED = r"^requests\.routed\.[a-z-]+\.v1$"
_STEPS: tuple[tuple[str, float, dict[str, str]], ...] = (
    ("accept", 1.0, {}),
    ("start", 1.5, {}),
    ("answer", 2.0, {"text": "Ekibimiz yerinde baktı, gerekeni yaptı. Bildirdiğiniz için teşekkür ederiz."}),
    ("complete", 1.0, {}),
)
"""Command, seconds of work before it, and what it says."""
_SEND_AGAIN_S = 0.5


@dataclass
class Directorates:
    """Take what is routed from now on and deal with it, unless the directorate is silent.

    Attributes:
        listening: set once nothing that is routed can be missed any more.
        completed: ids of the requests that were brought to their end.
    """

    bootstrap: str
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    completed: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)

    async def work(self) -> None:
        """Work until cancelled."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="latest")
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all")
        await consumer.start()
        await producer.start()
        try:
            consumer.subscribe(pattern=_ROUTED)
            while not consumer.assignment():  # noqa: ASYNC110 - the client has no event for it
                await asyncio.sleep(0.1)
            for place in consumer.assignment():
                await consumer.position(place)
            self.listening.set()
            async with asyncio.TaskGroup() as desks:
                async for record in consumer:
                    routed = json.loads(record.value)
                    request_id, department = routed["request"]["request_id"], routed["department"]
                    if request_id not in self._taken and department not in SILENT:
                        self._taken.add(request_id)
                        desks.create_task(self._deal_with(producer, department, request_id))
        finally:
            await consumer.stop()
            await producer.stop()

    async def _deal_with(self, producer: AIOKafkaProducer, department: str, request_id: str) -> None:
        for name, seconds, members in _STEPS:
            await asyncio.sleep(seconds)
            await _command(producer, department, request_id, name, members)
        self.completed.add(request_id)


async def _command(
    producer: AIOKafkaProducer, department: str, request_id: str, name: str, members: dict[str, str]
) -> None:
    now = datetime.now(UTC).isoformat()
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": f"/demo/{department}",
        "ce_type": f"tr.bel.beyoglu.{name}.commanded.v1",
        "ce_time": now,
        "ce_subject": request_id,
        "content-type": "application/json",
    }
    command = json.dumps({"request_id": request_id, "issued_at": now} | members, ensure_ascii=False)
    while True:
        try:
            await producer.send_and_wait(
                f"requests.commands.{department}.v1",
                command.encode(),
                key=request_id.encode(),
                headers=[(k, v.encode()) for k, v in headers.items()],
            )
        except KafkaError:
            # Under the same id: whichever copy arrives first is carried out, once.
            await asyncio.sleep(_SEND_AGAIN_S)
        else:
            return
