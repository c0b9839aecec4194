"""The system under faults: killed, cut off, poisoned, told everything three times. The verdict is arithmetic.

One system runs for the whole module; each test adds its load and its fault, and judges everything so far.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.table import Table

from shared.contracts import topics
from tests.faults.verdict import Fact, Message, Verdict, judge
from tests.support.observe import header, records_of
from tests.support.residents import Crowd
from tests.support.system import System

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

SEED = int(os.environ.get("SEED", "42"))
LONG = os.environ.get("PROFILE", "short") == "long"
LOAD = 400 if LONG else 160
PER_SECOND = 20.0
AWAY_S = 60 if LONG else 12
SETTLE_S = 90


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(
        tmp_path_factory.mktemp("system"), ISTEK_INTAKE_WATCH_GRACE_S="5", ISTEK_INTAKE_WATCH_EVERY_S="3"
    )
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture(scope="module")
def ledger() -> dict[str, Crowd]:
    """Everybody who came so far, by test."""
    return {}


async def crowd_for(system: System, ledger: dict[str, Crowd], name: str) -> Crowd:
    crowd = Crowd(system.url("INTAKE"), SEED * 1_000 + len(ledger))
    ledger[name] = crowd
    return crowd


async def verdict_over(system: System, ledger: dict[str, Crowd]) -> Verdict:
    accepted = {r: n for crowd in ledger.values() for r, n in crowd.accepted.items()}
    reachable = {r for crowd in ledger.values() for r in crowd.reachable}
    lifecycle = await records_of(system.kafka, topics.LIFECYCLE)
    facts = [
        Fact(header(r, "ce_subject"), _sequence(r.value), header(r, "ce_id"))
        for r in lifecycle
        if header(r, "ce_id") and r.value and r.value.startswith(b"{")
    ]
    async with httpx.AsyncClient(timeout=20) as client:
        mails = (await client.get(f"{system.url('VIEWER')}/api/mails")).json()
        texts = (await client.get(f"{system.url('VIEWER')}/api/sms")).json()
        clocks = set()
        for request_id in accepted:
            answer = await client.get(f"{system.url('SLA')}/v1/clocks/{request_id}")
            if answer.status_code == httpx.codes.OK:
                clocks.add(request_id)
    messages = [Message(m["message_id"], *reversed(m["subject"].split(": ")[:2])) for m in mails]
    messages += [
        Message(t["id"], t["text"].split(": ")[1].split(",")[0], t["text"].split(": ")[0]) for t in texts
    ]
    return judge(accepted, facts, messages, reachable, clocks)


async def settled(system: System, ledger: dict[str, Crowd], name: str) -> Verdict:
    """Return the first clean verdict, or the last when the time to settle is over; print it either way."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        verdict = await verdict_over(system, ledger)
        if verdict.clean or time.monotonic() > deadline:
            break
        await asyncio.sleep(2)
    table = Table(title=f"{name}, seed {SEED}, {ledger[name].tries} tries")
    for column, _ in verdict.rows():
        table.add_column(column, justify="right")
    table.add_row(*(str(count) for _, count in verdict.rows()))
    Console(width=110).print(table)
    return verdict


async def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.3)


def balanced(system: System) -> None:
    books = system.istek("books")
    assert books.returncode == 0, books.stdout + books.stderr


async def test_every_process_is_killed_once_under_load(system: System, ledger: dict[str, Crowd]) -> None:
    """Each service, the broker and the database die by kill -9 while residents come through all doors.

    residents  ────────────────────────────────────────▶ each holds a receipt
    kill -9      intake   router   notifier   sla_monitor   kafka   mongodb
    verdict                                                              nothing lost, nothing twice
    """
    crowd = await crowd_for(system, ledger, "kill -9")
    coming = asyncio.create_task(crowd.come(LOAD, PER_SECOND / 2))
    for program in ("intake", "router", "notifier", "sla_monitor", "kafka", "mongodb"):
        await asyncio.sleep(1.5)
        await asyncio.to_thread(system.kill, program)
    await coming
    await until(system.ready)
    verdict = await settled(system, ledger, "kill -9")
    assert verdict.clean, verdict
    assert verdict.accepted == LOAD
    balanced(system)


async def test_while_the_broker_is_away_the_door_accepts_everything(
    system: System, ledger: dict[str, Crowd]
) -> None:
    """The broker is stopped and stays away; all who come meanwhile get receipts at once; then it returns.

    broker     ──┤ away ............................ ├──────────▶
    residents     ──────────── accepted ──────────
    verdict                                               all routed, told, clocked
    """
    crowd = await crowd_for(system, ledger, "broker away")
    await asyncio.to_thread(system.hold, "kafka")
    began = time.monotonic()
    await crowd.come(LOAD, PER_SECOND, patience_s=5)
    assert len(crowd.accepted) == LOAD
    assert crowd.tries == LOAD, "nobody had to try twice"
    await asyncio.sleep(max(0.0, AWAY_S - (time.monotonic() - began)))
    await asyncio.to_thread(system.release, "kafka")
    await until(system.ready)
    verdict = await settled(system, ledger, "broker away")
    assert verdict.clean, verdict
    balanced(system)


async def test_poison_is_parked_and_everything_told_three_times_happens_once(
    system: System, ledger: dict[str, Crowd]
) -> None:
    """Unreadable records lie between good ones; every request and lifecycle record is produced twice more."""
    crowd = await crowd_for(system, ledger, "poison and repeats")
    await crowd.come(30, PER_SECOND)
    verdict = await settled(system, ledger, "poison and repeats")
    assert verdict.clean, verdict
    before = len(await records_of(system.kafka, "dlq."))
    originals = [
        r for topic in (topics.REQUESTS, topics.LIFECYCLE) for r in await records_of(system.kafka, topic)
    ]
    good = next(r for r in originals if r.topic == topics.REQUESTS)
    poison: list[tuple[bytes | None, list[tuple[str, bytes | None]]]] = [
        (b"{not json", list(good.headers)),
        (good.value, [("ce_id", None), *good.headers]),
        (good.value, [("ce_id", b"\xff\xfe"), *good.headers]),
        (None, list(good.headers)),
        (
            good.value,
            [(k, b"tr.bel.beyoglu.request.received.v99" if k == "ce_type" else v) for k, v in good.headers],
        ),
        (b"x" * (1024 * 1024 - 2_000), list(good.headers)),
    ]
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka, acks="all", max_request_size=1 << 21)
    await producer.start()
    try:
        for value, headers in poison:
            await producer.send_and_wait(topics.REQUESTS, value, key=good.key, headers=headers)
            command = topics.commands_topic("temizlik")
            await producer.send_and_wait(command, value, key=good.key, headers=headers)
        for _ in range(2):
            for r in originals:
                await producer.send(r.topic, r.value, key=r.key, headers=list(r.headers))
        await producer.flush()
    finally:
        await producer.stop()
    parked = 0
    deadline = time.monotonic() + SETTLE_S
    while parked < 2 * len(poison) and time.monotonic() < deadline:
        await asyncio.sleep(1)
        parked = len(await records_of(system.kafka, "dlq.")) - before
    assert parked == 2 * len(poison), "each once, with nothing else"
    verdict = await settled(system, ledger, "poison and repeats")
    assert verdict.clean, verdict
    assert verdict.repeated >= len(originals)
    balanced(system)


async def test_no_service_met_an_error_it_did_not_expect(system: System) -> None:
    assert system.errors() == []


def _sequence(value: bytes) -> int:
    return int(json.loads(value)["sequence"])
