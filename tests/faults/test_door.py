"""The door under faults of its own: between record and answer, a full disk, alone, and over a hostile page.

Only intake runs here, on a broker and a database of its own. That everything it published is also carried to
its end is the matter of `test_faults.py`.
"""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from rich.console import Console

from deploy.embedded.mongodb import MongoNode
from deploy.embedded.process import ServerProcess
from deploy.embedded.settings import http_url
from deploy.embedded.topics import create_topics
from shared.contracts import topics
from tests.support.attachments import request, send
from tests.support.observe import header, records_of
from tests.support.ports import own_ports
from tests.support.residents import Crowd
from tests.support.serving import process_of
from tests.support.stack import EmbeddedPair, embedded_pair
from tests.support.wire import Fault, Wire, inserts_into
from tests.unit.intake.hostile.pages import drawn, forms_within_forms, shaded

LONG = os.environ.get("PROFILE", "short") == "long"
BROKER_AWAY_S, PER_SECOND = (600, 100) if LONG else (15, 30)
SETTLE_S = 600 if LONG else 240
IN_MEMORY = 10_000 if LONG else 150
"""Requests that wait in intake's memory: fewer than come, so that both ways out of an outage are taken."""
_DISORDER_S = 1.0
_DISK_MB = 96
_ROOM_KB = 200
_COMING = 600
_UNUSED_S = 7.0
"""Longer than HTTP libraries and uvicorn itself keep a connection unless told (5 s)."""
_A_MOMENT_S = 8.0
"""For slow processors, and yet far from the twenty seconds that a page may be drawn."""

pytestmark = [pytest.mark.faults, pytest.mark.timeout(BROKER_AWAY_S + SETTLE_S + 600)]

BODY = {"description": "Sokak lambası yanmıyor", "place": {"neighbourhood": "Cihangir"}}
KEY = {"Idempotency-Key": "one-and-the-same"}


@dataclass(frozen=True)
class Door:
    """Intake as a process of its own."""

    process: ServerProcess
    url: str


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPair]:
    with embedded_pair(tmp_path_factory.mktemp("door")) as pair:
        asyncio.run(create_topics(pair.address.kafka, topics.all_topics()))
        yield pair


@asynccontextmanager
async def opened(folder: Path, kafka: str, mongodb: str, database: str) -> AsyncIterator[Door]:
    """Run intake; a test may kill it and start it again."""
    environment = os.environ | {
        "ISTEK_KAFKA": kafka,
        "ISTEK_MONGODB": mongodb,
        "ISTEK_DATA": str(folder / "data"),
        "ISTEK_INTAKE_DATABASE": database,
        "ISTEK_INTAKE_RELAY_CAPACITY": str(IN_MEMORY),
        "ISTEK_INTAKE_RATE_ADDRESS": "off",
    }
    process, port = process_of("services.intake.app:create_app", folder, environment)
    await asyncio.to_thread(process.start)
    try:
        yield Door(process, http_url(port))
    finally:
        await asyncio.to_thread(process.stop)


def recorded(mongodb: str, database: str) -> dict[str, dict[str, Any]]:
    """Return what the database itself holds of accepted requests, by id."""
    with MongoClient[dict[str, Any]](mongodb) as client:
        return {document["_id"]: document for document in client[database]["requests"].find()}


async def published(kafka: str, ids: set[str]) -> list[ConsumerRecord[bytes, bytes]]:
    """Return the records of these requests once there is one of each, in the order of each partition."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        records = [
            r
            for topic in (topics.REQUESTS, topics.EMERGENCIES)
            for r in await records_of(kafka, topic)
            if header(r, "ce_subject") in ids
        ]
        if {header(r, "ce_subject") for r in records} == ids or time.monotonic() > deadline:
            return records
        await asyncio.sleep(0.5)


@pytest.mark.parametrize("fault", [Fault.LOST_ON_THE_WAY, Fault.ANSWER_LOST])
async def test_a_database_lost_in_the_middle_of_the_insert_makes_one_request_of_two_tries(
    own: EmbeddedPair, tmp_path: Path, fault: Fault
) -> None:
    """The line to the database breaks around the insert that accepts; the resident tries again.

    resident   POST k ───────────▶ 503      POST k ──▶ 201, one number
    database      insert ✂ or insert, answer ✂       one document
    """
    name = f"door_{fault.name.lower()}"
    async with (
        Wire(_port(own.address.mongodb)) as wire,
        opened(tmp_path, own.address.kafka, wire.uri, name) as door,
        httpx.AsyncClient(base_url=door.url, timeout=120) as client,
    ):
        wire.arm(inserts_into("requests"), fault)
        first = await client.post("/v1/web/requests", json=BODY, headers=KEY)
        assert wire.struck.is_set(), first.text
        answers = [await client.post("/v1/web/requests", json=BODY, headers=KEY) for _ in range(2)]
    assert first.status_code in {httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.CREATED}, first.text
    assert [a.status_code for a in answers] == [httpx.codes.CREATED] * 2
    kept = recorded(own.address.mongodb, name)
    assert {a.json()["receipt_number"] for a in answers} == {d["receipt_number"] for d in kept.values()}
    assert len(kept) == 1
    ids = {header(r, "ce_id") for r in await published(own.address.kafka, set(kept))}
    assert len(ids) == 1


async def test_intake_killed_between_record_and_answer_gives_the_recorded_receipt_afterwards(
    own: EmbeddedPair, tmp_path: Path
) -> None:
    """kill -9 strikes when the request is durable and nobody has been told, nor has anything been published.

    resident   POST k ─────── … connection lost      POST k ──▶ 201 "replayed"
    intake        insert ▶ durable ☠           start ──▶ publishes what the dead one left
    """
    name = "door_killed"
    async with (
        Wire(_port(own.address.mongodb)) as wire,
        opened(tmp_path, own.address.kafka, wire.uri, name) as door,
        httpx.AsyncClient(base_url=door.url, timeout=120) as client,
    ):
        wire.arm(inserts_into("requests"), Fault.ANSWER_HELD)
        waiting = asyncio.create_task(client.post("/v1/web/requests", json=BODY, headers=KEY))
        await asyncio.wait_for(wire.struck.wait(), 120)
        await asyncio.to_thread(door.process.kill)
        with pytest.raises(httpx.TransportError):
            await waiting
        (left,) = recorded(own.address.mongodb, name).values()
        await asyncio.to_thread(door.process.start)
        records = await published(own.address.kafka, {left["_id"]})
        answer = await client.post("/v1/web/requests", json=BODY, headers=KEY)
    assert answer.status_code == httpx.codes.CREATED
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert answer.json()["receipt_number"] == left["receipt_number"]
    assert len({header(r, "ce_id") for r in records}) == 1
    assert len(recorded(own.address.mongodb, name)) == 1


async def test_a_full_disk_refuses_politely_and_keeps_every_receipt(
    own: EmbeddedPair, tmp_path: Path
) -> None:
    """The database's disk fills up under load and is cleared; whoever was refused tries again.

    disk        ──┤ full ............ ├──────────▶
    database        fails, ends itself    is started again, with all that it acknowledged
    residents  201   503, 503, ...        201
    """
    name = "door_full"
    with _small_disk(tmp_path / "disk") as disk:
        (port,) = own_ports(1)
        node = MongoNode(disk / "mongodb", port)
        node.prepare()
        with node.process(tmp_path / "mongodb.log") as database:
            async with opened(tmp_path, own.address.kafka, node.uri, name) as door:
                ballast = disk / "ballast"
                _fill(ballast, disk)
                crowd = Crowd(door.url, seed=7)
                coming = asyncio.create_task(crowd.come(_COMING, 30))
                await asyncio.to_thread(_write_until_refused, node.uri)
                async with asyncio.timeout(240):
                    while crowd.tries - len(crowd.accepted) < 80:
                        assert not coming.done(), "the disk never became full"
                        await asyncio.sleep(0.1)
                before = dict(crowd.accepted)
                ballast.unlink()
                async with asyncio.timeout(240):
                    while node.answers():
                        await asyncio.sleep(0.2)
                database.kill()
                await asyncio.to_thread(database.start)
                await coming
                kept = recorded(node.uri, name)
                records = await published(own.address.kafka, set(kept))
    assert before.items() <= crowd.accepted.items()
    assert {i: d["receipt_number"] for i, d in kept.items()} == crowd.accepted
    assert {header(r, "ce_subject") for r in records} == set(kept)


async def test_an_outage_of_the_broker_accepts_everybody_and_tells_all_in_order_afterwards(
    own: EmbeddedPair, tmp_path: Path
) -> None:
    """The broker is away (PROFILE=long: ten minutes) while residents keep coming; then it returns.

    broker     ──┤ away ................................ ├──────────▶
    residents     ── 201 at the first try, all of them ──
    topics                                                 each once at least, in order of acceptance
    """
    name = "door_outage"
    count = BROKER_AWAY_S * PER_SECOND
    async with opened(tmp_path, own.address.kafka, own.address.mongodb, name) as door:
        crowd = Crowd(door.url, seed=11)
        await asyncio.to_thread(own.kafka.stop)
        began = time.monotonic()
        await crowd.come(count, PER_SECOND)
        away = time.monotonic() - began
        await asyncio.to_thread(own.kafka.start)
        records = await published(own.address.kafka, set(crowd.accepted))
    disorder = _disorder_s(records)
    told = {header(r, "ce_subject") for r in records}
    Console(width=110).print(
        f"broker away {away:.0f} s: {len(crowd.accepted)} of {count} accepted in {crowd.tries} tries, "
        f"{len(told)} published, worst disorder {disorder * 1000:.0f} ms"
    )
    assert not crowd.refused, "nobody had to come twice"
    assert len(crowd.accepted) == count
    assert told == set(crowd.accepted)
    assert disorder < _DISORDER_S


async def test_a_connection_that_nobody_used_for_a_while_still_takes_a_request(
    own: EmbeddedPair, tmp_path: Path
) -> None:
    """A proxy or an app keeps its connection; the server must not be the first to give it up.

    client     POST ──▶ 201   ... nothing for longer than the client's own library waits ...   POST ──▶ 201
    connection ├─────────────────────────── one and the same ────────────────────────────────────────────▶
    """
    limits = httpx.Limits(keepalive_expiry=_UNUSED_S * 10)
    async with (
        opened(tmp_path, own.address.kafka, own.address.mongodb, "door_unused") as door,
        httpx.AsyncClient(base_url=door.url, limits=limits) as client,
    ):
        ports = set()
        for pause in (0.0, _UNUSED_S):
            await asyncio.sleep(pause)
            key = {"Idempotency-Key": f"after-{pause}"}
            async with client.stream("POST", "/v1/web/requests", json=BODY, headers=key) as answer:
                await answer.aread()
                assert answer.status_code == httpx.codes.CREATED
                ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


@pytest.mark.parametrize("hostile", [shaded(20_000), forms_within_forms()], ids=["time", "memory"])
async def test_a_page_that_takes_all_it_may_have_costs_its_picture_alone_and_nobody_waits(
    own: EmbeddedPair, tmp_path: Path, hostile: bytes
) -> None:
    """Drawing the first page of somebody's PDF reaches its limit of time or of memory.

    somebody    POST file ─────────────────────────────▶ 201, no picture; POST request ──▶ 201
    residents      POST request ──▶ 201, each in a moment
    the next                                                POST file ──▶ 201, with its picture
    """
    name = f"door_{tmp_path.name.rpartition('_')[2]}"
    async with (
        opened(tmp_path, own.address.kafka, own.address.mongodb, name) as door,
        httpx.AsyncClient(base_url=door.url, timeout=120) as client,
    ):
        sending = asyncio.create_task(send(client, hostile))
        waits: list[float] = []
        while not sending.done():
            began = time.monotonic()
            assert (await request(client)).status_code == httpx.codes.CREATED
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.1)
        kept = (await sending).json()
        handed_in = await request(client, kept["attachment_id"])
        content = await client.get(httpx.URL(kept["url"]).raw_path.decode())
        following = (await send(client, drawn())).json()
    Console(width=110).print(
        f"{len(waits)} requests while a page was drawn, the longest in {max(waits):.2f} s"
    )
    assert len(waits) > 1
    assert max(waits) < _A_MOMENT_S
    assert "thumbnail_url" not in kept
    assert handed_in.status_code == httpx.codes.CREATED
    assert content.content == hostile
    assert "thumbnail_url" in following


def _disorder_s(records: list[ConsumerRecord[bytes, bytes]]) -> float:
    """Return by how much a request at most came after one that was accepted later, within a partition."""
    latest: dict[tuple[str, int], float] = {}
    seen: set[str] = set()
    worst = 0.0
    for record in records:
        if (subject := header(record, "ce_subject")) in seen:
            continue
        seen.add(subject)
        place = record.topic, record.partition
        accepted = _instant(header(record, "ce_time"))
        worst = max(worst, latest.get(place, accepted) - accepted)
        latest[place] = max(latest.get(place, accepted), accepted)
    return worst


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _port(mongodb: str) -> int:
    return int(mongodb.rpartition(":")[2])


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of its own that a test can fill."""
    folder.mkdir()
    size = f"size={_DISK_MB}m"
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounting.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounting.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _write_until_refused(mongodb: str) -> None:
    """Let somebody else's data use up what the database has set aside for its log."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongodb, w="majority", journal=True)
    with client, suppress(PyMongoError):
        for _ in range(20_000):
            client["neighbour"]["data"].insert_one({"value": os.urandom(4096)})


def _fill(ballast: Path, disk: Path) -> None:
    """Leave so little room that it is used up soon."""
    room = shutil.disk_usage(disk).free - _ROOM_KB * 1024
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room)
