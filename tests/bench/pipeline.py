"""The whole system, from the resident's first byte until nothing is left to do."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiokafka import ConsumerRecord
from pymongo import MongoClient

from shared.contracts import topics
from tests.bench.figures import Figure, peak_memory_mb
from tests.bench.http_load import load
from tests.bench.visits import visits
from tests.support.observe import records_of
from tests.support.system import System

PROGRAMS = ("kafka", "mongodb", "sinks", "intake", "router", "notifier", "sla_monitor")
_PATH = "/v1/web/requests"
_WARM_UP = 100
_LONGEST_S = 300


async def measure(folder: Path, count: int) -> tuple[list[Figure], dict[str, float]]:
    """Return the figures, and the peak memory of each program in MB."""
    system = System(folder)
    try:
        await asyncio.to_thread(system.start)
        door = system.ports["INTAKE"]
        await load(door, _PATH, visits(_WARM_UP))
        await _settled(system, _WARM_UP)

        began = time.time()
        accepted = await load(door, _PATH, visits(count))
        clocks_set, receipts_sent = await _settled(system, _WARM_UP + count)
        decided, waits = await _decisions(system, began)
        whole = count / (max(clocks_set, receipts_sent, decided) - began)
        figures = [
            Figure("accepted", accepted.per_second, None, accepted.latencies_ms),
            Figure("decided and routed", count / (decided - began), None, waits),
            Figure("clock set", count / (clocks_set - began)),
            Figure("receipt sent", count / (receipts_sent - began)),
            Figure("all of it", whole),
        ]

        began = time.time()
        calm = await load(door, _PATH, visits(count // 2), per_second=whole / 2)
        await _settled(system, _WARM_UP + count + count // 2)
        _, waits = await _decisions(system, began)
        figures += [
            Figure("accepted, at half of that", whole / 2, None, calm.latencies_ms),
            Figure("decided and routed, at half of that", whole / 2, None, waits),
        ]
        memory = {program: peak_memory_mb(system.pid(program)) for program in PROGRAMS}
    finally:
        await asyncio.to_thread(system.stop)
    return figures, memory


async def _settled(system: System, count: int) -> tuple[float, float]:
    """Return the moments (Unix time) at which the last of ``count`` clocks was set and receipts sent."""
    database: MongoClient[dict[str, Any]] = MongoClient(f"mongodb://127.0.0.1:{system.ports['MONGODB']}")
    with database:
        async with asyncio.timeout(_LONGEST_S):
            while database["istek_sla_monitor"]["clocks"].estimated_document_count() < count:
                await asyncio.sleep(0.1)
            clocks_set = time.time()
            while len(receipts := await _receipts(system)) < count:
                await asyncio.sleep(1)
    return clocks_set, max(receipts)


async def _receipts(system: System) -> list[float]:
    outcomes = [json.loads(r.value or b"") for r in await records_of(system.kafka, topics.OUTCOMES)]
    return [
        datetime.fromisoformat(o["concluded_at"]).timestamp()
        for o in outcomes
        if o["purpose"] == "receipt" and o["outcome"] == "delivered"
    ]


async def _decisions(system: System, began: float) -> tuple[float, Sequence[float]]:
    """Return when the last decision was made known, and how long each request waited for its own, in ms."""
    records = [r for r in await records_of(system.kafka, topics.LIFECYCLE) if r.timestamp >= began * 1000]
    waits = [_wait(record) for record in records]
    return max(r.timestamp for r in records) / 1000, [ms for received, ms in waits if received >= began]


def _wait(record: ConsumerRecord[bytes, bytes]) -> tuple[float, float]:
    event = json.loads(record.value or b"")
    received = datetime.fromisoformat(event["summary"]["received_at"]).timestamp()
    return received, record.timestamp - received * 1000
