"""The system under faults: killed, cut off, poisoned, told everything three times. The verdict is arithmetic.

One system runs for the whole module; each test adds its load and its fault, and judges everything so far.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from rich.console import Console
from rich.table import Table

from deploy.demo.directorates import Directorates
from shared.contracts import topics
from tests.faults.verdict import Fact, Message, Verdict, judge
from tests.support.observe import header, records_of
from tests.support.residents import Crowd
from tests.support.system import System

SEED = int(os.environ.get("SEED", "42"))
LONG = os.environ.get("PROFILE", "short") == "long"
LOAD = 600 if LONG else 160
PER_SECOND = 10.0
BROKER_AWAY_S = 600 if LONG else 60
COMING_MEANWHILE = BROKER_AWAY_S * 100 if LONG else LOAD
DATABASE_AWAY_S = 60 if LONG else 8
SETTLE_S = 2_400 if LONG else 240
RECEIPT_NUMBER = re.compile(r"BB-\d{4}-\d{7}-\w")
TOLD_AGAIN = ("intake.", "requests.lifecycle.", "requests.commands.", "notifications.")
READERS = {topics.REQUESTS: 1, topics.LIFECYCLE: 5, topics.commands_topic("temizlik"): 1, topics.OUTCOMES: 1}
"""Topics that get poison, each with the number of consumer groups that read it."""
Headers = list[tuple[str, bytes | None]]
POISON: tuple[Callable[[bytes, Headers], tuple[bytes | None, Headers]], ...] = (
    lambda _, headers: (b"{not json", headers),
    lambda value, headers: (value, [("ce_id", None), *headers]),
    lambda value, headers: (value, [("ce_id", b"\xff\xfe"), *headers]),
    lambda _, headers: (None, headers),
    lambda value, headers: (
        value,
        [(k, re.sub(rb"\.v\d+$", b".v99", v) if k == "ce_type" and v else v) for k, v in headers],
    ),
    lambda _, headers: (b"x" * (1024 * 1024 - 2_000), headers),
)
SERVICES = ("intake", "router", "notifier", "sla_monitor")
_ASKED_AT_ONCE = 16

pytestmark = [pytest.mark.faults, pytest.mark.timeout(BROKER_AWAY_S + SETTLE_S * 2 + 600)]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(
        tmp_path_factory.mktemp("system"),
        ISTEK_INTAKE_WATCH_GRACE_S="5",
        ISTEK_INTAKE_WATCH_EVERY_S="3",
        # All of the crowd comes from one address.
        ISTEK_INTAKE_RATE_ADDRESS="off",
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
        Fact(header(r, "ce_subject"), sequence, header(r, "ce_id"))
        for r in lifecycle
        if (sequence := _sequence(r.value))
    ]
    monitor = system.asking("sla_monitor")
    async with httpx.AsyncClient(timeout=60) as client:
        mails = (await client.get(f"{system.url('VIEWER')}/api/mails")).json()
        texts = (await client.get(f"{system.url('VIEWER')}/api/sms")).json()
        clocks = set()
        unasked = iter(accepted)

        async def ask() -> None:
            for request_id in unasked:
                answer = await client.get(f"{system.url('SLA')}/v1/clocks/{request_id}", auth=monitor)
                if answer.status_code == httpx.codes.OK:
                    clocks.add(request_id)

        await asyncio.gather(*(ask() for _ in range(_ASKED_AT_ONCE)))
    messages = [_message(m["message_id"], m["subject"]) for m in mails]
    messages += [_message(t["id"], t["text"].partition(".")[0]) for t in texts]
    return judge(accepted, facts, messages, reachable, clocks)


async def settled(system: System, ledger: dict[str, Crowd], name: str) -> Verdict:
    """Return the first clean verdict, or the last when the time to settle is over; print it either way."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        began = time.monotonic()
        verdict = await verdict_over(system, ledger)
        if verdict.clean or time.monotonic() > deadline:
            break
        # Looking costs the system time, too.
        await asyncio.sleep(max(2, time.monotonic() - began))
    table = Table(title=f"{name}, seed {SEED}, {ledger[name].tries} tries")
    for column, _ in verdict.rows():
        table.add_column(column, justify="right")
    table.add_row(*(str(count) for _, count in verdict.rows()))
    Console(width=110).print(table)
    return verdict


async def until(holds: Callable[[], bool], seconds: float = 240) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.3)


def balanced(system: System) -> None:
    books = system.istek("books")
    assert books.returncode == 0, books.stdout + books.stderr


@asynccontextmanager
async def directorates_at_work(system: System) -> AsyncIterator[Directorates]:
    """Let directorates answer what is routed meanwhile; they end by ending their process, not politely."""
    directorates = Directorates(system.kafka)
    working = asyncio.create_task(directorates.work())
    await asyncio.wait_for(directorates.listening.wait(), 180)
    try:
        yield directorates
        assert not working.done(), working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_every_process_is_killed_once_under_load(system: System, ledger: dict[str, Crowd]) -> None:
    """Each service, the broker and the database die by kill -9 while residents come and directorates answer.

    residents     ─────────────────────────────────────▶ each holds a receipt
    kill -9      intake   router   notifier   sla_monitor   kafka   mongodb
    directorates  ─── accept, start, answer, complete ──▶ each step once, in order
    """
    crowd = await crowd_for(system, ledger, "kill -9")
    async with directorates_at_work(system) as directorates:
        coming = asyncio.create_task(crowd.come(LOAD, PER_SECOND))
        for program in (*SERVICES, "kafka", "mongodb"):
            await asyncio.sleep(1.5)
            await asyncio.to_thread(system.kill, program)
        await coming
        await until(system.ready)
        verdict = await settled(system, ledger, "kill -9")
        await until(lambda: len(directorates.completed) >= LOAD // 10)
    assert verdict.clean, verdict
    assert verdict.accepted == LOAD
    balanced(system)


async def test_services_restarted_in_turn_lose_nothing(system: System, ledger: dict[str, Crowd]) -> None:
    """A deployment under load: each service is ended politely and started again.

    residents     ─────────────────────────────────▶
    SIGTERM      intake   router   notifier   sla_monitor
    """
    crowd = await crowd_for(system, ledger, "restarts")
    async with directorates_at_work(system):
        coming = asyncio.create_task(crowd.come(LOAD, PER_SECOND))
        for program in SERVICES:
            await asyncio.to_thread(system.hold, program)
            await asyncio.to_thread(system.release, program)
        await coming
        await until(system.ready)
        verdict = await settled(system, ledger, "restarts")
    assert verdict.clean, verdict
    balanced(system)


async def test_while_the_database_is_away_the_door_says_so_and_nothing_is_parked(
    system: System, ledger: dict[str, Crowd]
) -> None:
    """The database is stopped under load. Who comes is asked to come again; lines stop instead of parking.

    database   ──────┤ away ....... ├──────────▶
    residents    201   503, 503, ...    201
    """
    crowd = await crowd_for(system, ledger, "database away")
    parked = len(await records_of(system.kafka, "dlq."))
    coming = asyncio.create_task(crowd.come(LOAD, PER_SECOND))
    await asyncio.sleep(2)
    await asyncio.to_thread(system.hold, "mongodb")
    await asyncio.sleep(DATABASE_AWAY_S)
    await asyncio.to_thread(system.release, "mongodb")
    await coming
    await until(system.ready)
    verdict = await settled(system, ledger, "database away")
    assert verdict.clean, verdict
    assert crowd.tries > len(crowd.accepted), "somebody had to come again"
    assert len(await records_of(system.kafka, "dlq.")) == parked
    balanced(system)


async def test_while_the_broker_is_away_the_door_accepts_everything(
    system: System, ledger: dict[str, Crowd]
) -> None:
    """The broker is stopped for a minute (PROFILE=long: ten, and a hundred people come a second); it returns.

    All who come meanwhile get receipts at once.

    broker     ──┤ away ............................ ├──────────▶
    residents     ──────────── accepted ──────────
    verdict                                               all routed, told, clocked
    """
    crowd = await crowd_for(system, ledger, "broker away")
    await asyncio.to_thread(system.hold, "kafka")
    began = time.monotonic()
    await crowd.come(COMING_MEANWHILE, COMING_MEANWHILE / (BROKER_AWAY_S - 10), patience_s=120)
    assert len(crowd.accepted) == COMING_MEANWHILE
    assert not crowd.refused, "nobody had to try twice"
    await asyncio.sleep(max(0.0, BROKER_AWAY_S - (time.monotonic() - began)))
    await asyncio.to_thread(system.release, "kafka")
    await until(system.ready)
    await until(lambda: system.istek("books").returncode == 0, SETTLE_S)
    verdict = await settled(system, ledger, "broker away")
    assert verdict.clean, verdict
    balanced(system)


async def test_poison_is_parked_and_everything_told_three_times_happens_once(
    system: System, ledger: dict[str, Crowd]
) -> None:
    """Unreadable records lie between good ones on every topic that is read; each record is told three times.

    requests, lifecycle, commands   good  {not json  NULL header  \\xff header  tombstone  v99  1 MiB  good
    verdict                               each parked once per reader; every effect of a good one once
    """
    crowd = await crowd_for(system, ledger, "poison and repeats")
    await crowd.come(30, PER_SECOND)
    verdict = await settled(system, ledger, "poison and repeats")
    assert verdict.clean, verdict
    before = len(await records_of(system.kafka, "dlq."))
    originals = [r for prefix in TOLD_AGAIN for r in await records_of(system.kafka, prefix)]
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka, acks="all", max_request_size=1 << 21)
    await producer.start()
    try:
        for topic in READERS:
            good = next(r for r in originals if r.topic == topic)
            for value, headers in poison_like(good):
                await producer.send_and_wait(topic, value, key=good.key, headers=headers)
        for _ in range(2):
            for r in originals:
                await producer.send(r.topic, r.value, key=r.key, headers=list(r.headers))
        await producer.flush()
    finally:
        await producer.stop()
    parked = 0
    deadline = time.monotonic() + SETTLE_S
    expected = sum(READERS.values()) * len(POISON)
    while parked < expected and time.monotonic() < deadline:
        await asyncio.sleep(1)
        parked = len(await records_of(system.kafka, "dlq.")) - before
    assert parked == expected, "each once per reader, and nothing else"
    verdict = await settled(system, ledger, "poison and repeats")
    assert verdict.clean, verdict
    assert verdict.repeated >= 2 * sum(r.topic == topics.LIFECYCLE for r in originals)
    balanced(system)


async def test_no_service_met_an_error_it_did_not_expect(system: System) -> None:
    assert system.errors() == []


def poison_like(good: ConsumerRecord[bytes, bytes]) -> list[tuple[bytes | None, Headers]]:
    """Return records that look like ``good`` but for one thing each."""
    return [spoil(good.value or b"", list(good.headers)) for spoil in POISON]


def _message(message_id: str, words: str) -> Message:
    number = RECEIPT_NUMBER.search(words)
    assert number, words
    return Message(message_id, number[0], words.replace(number[0], ""))


def _sequence(value: bytes | None) -> int | None:
    """Return the sequence of a lifecycle event; None for poison."""
    try:
        return int(json.loads(value or b"")["sequence"])
    except ValueError:
        return None
