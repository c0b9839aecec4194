"""Intake on a real database and a real broker.

The application runs with a broker address that nobody answers at: the door must work without one, and so its
consumer never joins the group that other tests' lifecycle events are meant for. What needs the broker is
tested on the relay itself.
"""

import asyncio
import gc
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from fastapi import FastAPI

from deploy.embedded.topics import create_topics
from services.intake.app import create_app
from services.intake.receipts.numbers import format_number
from services.intake.records import RequestRecord, TimelineEntry
from services.intake.relay import Relay
from services.intake.store import IntakeStore
from shared.clock import ISTANBUL, system_clock
from shared.contracts.cloudevents import Record, read_event
from shared.contracts.requests import RequestReceived
from shared.contracts.topics import EMERGENCIES, REQUESTS, all_topics
from shared.contracts.vocabulary import Channel
from shared.ids import derived_id
from shared.messaging import Publisher
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import as_service, at_work, client_of, intake_on
from tests.support.waiting import PATIENCE_S

BODY = {"description": "Çöp konteyneri taşıyor", "applicant": {"email": "ayse@example.com", "name": "Ayşe"}}
GRACE = timedelta(milliseconds=200)


@pytest.fixture
async def app(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    app = intake_on(
        monkeypatch,
        mongodb,
        database_name,
        tmp_path,
        ISTEK_PUBLIC_URL="https://istek.example",
        ISTEK_OIDC_OFF="true",
    )
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def store(database: Database) -> IntakeStore:
    return IntakeStore(database, watch_grace=GRACE)


async def post(
    door: httpx.AsyncClient,
    body: object,
    *,
    channel: str = "web",
    key: str | None = None,
) -> httpx.Response:
    return await door.post(
        f"/v1/{channel}/requests", json=body, headers={"Idempotency-Key": key or uuid.uuid4().hex}
    )


def problem(answer: httpx.Response) -> tuple[int, str, set[str]]:
    """Return status, kind and the fields at fault of a problem in both languages."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["title"]
    assert body.get("title_en") or body.get("title_tr")
    errors = body.get("errors", [])
    assert all(e["message_tr"] and e["message_en"] for e in errors)
    return answer.status_code, body["type"].rpartition(":")[2], {e["field"] for e in errors}


# --- accepting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("web", {}),
        ("call", {"operator": "cm-014"}),
        ("mobile", {"gps": {"lat": 41.03, "lon": 28.98}}),
        ("vatandas_baskan", {"team": "saha-07"}),
        ("reception", {"petition_number": "2026/1"}),
    ],
)
async def test_every_channel_is_answered_with_a_receipt_while_the_broker_is_away(
    door: httpx.AsyncClient, store: IntakeStore, channel: str, body: dict[str, Any]
) -> None:
    answer = await post(door, {"description": "Çöp taşıyor", **body}, channel=channel)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["tracking_url"] == (
        f"https://istek.example/t/{receipt['receipt_number']}?s={receipt['tracking_code']}"
    )
    assert answer.headers["Location"] == receipt["tracking_url"]
    record = await store.request(UUID(receipt["request_id"]))
    assert record is not None
    assert record.receipt_number == receipt["receipt_number"]
    assert record.channel == channel
    assert datetime.fromisoformat(receipt["received_at"]) == record.received_at
    event = RequestReceived.model_validate_json(record.event)
    assert (event.request_id, event.receipt_number) == (record.request_id, record.receipt_number)


async def test_receipt_numbers_are_unique_under_load(door: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(door, {"description": f"Çöp {n}"}) for n in range(60)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["receipt_number"] for a in answers}) == 60


async def test_a_number_that_exists_is_not_given_twice_when_the_counter_fell_behind(
    door: httpx.AsyncClient, store: IntakeStore, database: Database
) -> None:
    first = (await post(door, BODY)).json()["receipt_number"]
    await database.collection("requests").update(
        {"receipt_number": first}, {"$set": {"receipt_number": next_number(first)}}
    )
    second = (await post(door, {"description": "başka"})).json()["receipt_number"]
    assert second not in {first, next_number(first)}


def next_number(number: str) -> str:
    _, year, sequence, _ = number.split("-")
    return format_number(int(year), int(sequence) + 1)


# --- idempotency -------------------------------------------------------------------------------------------


async def test_the_same_key_and_body_get_the_same_answer_again(
    door: httpx.AsyncClient, database: Database
) -> None:
    first = await post(door, BODY, key="k-1")
    again = await door.post(
        "/v1/web/requests",
        content=json.dumps(dict(reversed(BODY.items())), indent=2),
        headers={"Idempotency-Key": '"k-1"', "Content-Type": "application/json; charset=utf-8"},
    )
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert await database.collection("requests").count({}) == 1


async def test_the_same_key_on_another_channel_is_another_request(door: httpx.AsyncClient) -> None:
    web = await post(door, {"description": "x"}, key="k-1")
    mobile = await post(door, {"description": "x"}, key="k-1", channel="mobile")
    assert web.json()["request_id"] != mobile.json()["request_id"]


async def test_the_same_key_with_another_body_is_refused_and_leaves_nothing(
    door: httpx.AsyncClient, database: Database
) -> None:
    await post(door, BODY, key="k-1")
    other = await post(door, {**BODY, "description": "başka"}, key="k-1")
    assert problem(other) == (422, "idempotency-key-reused", set())
    assert await database.collection("requests").count({}) == 1


CIMER = {
    "description": "Çatı yıkılmak üzere, 0532 000 00 00",
    "source": "cimer",
    "foreign_reference": "2604711234",
    "received_on": (system_clock() - timedelta(days=3)).astimezone(ISTANBUL).date().isoformat(),
}


async def test_one_number_of_one_source_is_recorded_once_whatever_the_key(
    door: httpx.AsyncClient, database: Database
) -> None:
    first = await post(door, CIMER, channel="reception")
    assert first.status_code == 201
    again = await post(door, CIMER, channel="reception")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    changed = await post(door, {**CIMER, "description": "başka, 0533 000 00 00"}, channel="reception")
    assert problem(changed) == (409, "foreign-reference-reused", set())
    assert first.json()["receipt_number"] in changed.json()["detail"]
    assert await database.collection("requests").count({}) == 1
    elsewhere = await post(door, {**CIMER, "source": "acik_kapi"}, channel="reception")
    assert elsewhere.json()["request_id"] != first.json()["request_id"]


async def test_two_clerks_at_once_record_one_number_once(door: httpx.AsyncClient, database: Database) -> None:
    answers = await asyncio.gather(*(post(door, CIMER, channel="reception") for _ in range(10)))
    assert {a.status_code for a in answers} <= {201, 409}
    assert len({a.json()["receipt_number"] for a in answers if a.status_code == 201}) == 1
    assert await database.collection("requests").count({}) == 1


async def test_the_receipt_tells_the_day_the_authority_had_it(
    door: httpx.AsyncClient, store: IntakeStore
) -> None:
    receipt = (await post(door, CIMER, channel="reception")).json()
    record = await store.request(UUID(receipt["request_id"]))
    assert record is not None
    assert datetime.fromisoformat(receipt["received_at"]) == record.received_at
    assert record.received_at.astimezone(ISTANBUL).date().isoformat() == CIMER["received_on"]
    assert RequestReceived.model_validate_json(record.event).received_at == record.received_at
    assert system_clock() - record.recorded_at < timedelta(hours=1)


async def test_a_hundred_at_once_under_one_key_make_one_request(
    door: httpx.AsyncClient, database: Database
) -> None:
    answers = await asyncio.gather(*(post(door, BODY, key="k-1") for _ in range(100)))
    assert {a.status_code for a in answers} <= {201, 409}
    taken = [a for a in answers if a.status_code == 201]
    assert len({a.content for a in taken}) == 1
    assert problem(next(a for a in answers if a.status_code == 409))[1] == "idempotency-key-in-flight"
    assert await database.collection("requests").count({}) == 1
    assert (await post(door, BODY, key="k-1")).content == taken[0].content


async def test_two_processes_share_one_key_and_make_one_request(
    door: httpx.AsyncClient, database: Database
) -> None:
    async with at_work(create_app()) as other_door:
        answers = await asyncio.gather(post(door, BODY, key="k-1"), post(other_door, BODY, key="k-1"))
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert await database.collection("requests").count({}) == 1


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (None, "idempotency-key-missing"),
        ("", "idempotency-key-malformed"),
        ("two words", "idempotency-key-malformed"),
        ("x" * 256, "idempotency-key-malformed"),
    ],
)
async def test_a_key_is_needed_and_has_a_form(door: httpx.AsyncClient, key: str | None, kind: str) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = await door.post("/v1/web/requests", json=BODY, headers=headers)
    assert problem(answer) == (400, kind, set())


# --- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"description": "x" * 4001}, (422, "validation", {"/description"})),
        ({"description": "x", "descripton": "y"}, (422, "validation", {"/descripton"})),
        ({"description": "x", "place": {"lat": 39.9, "lon": 32.8}}, (422, "validation", {"/place"})),
        (
            {"description": "x", "kind": "information"},
            (422, "validation", {"/applicant/name", "/applicant/address"}),
        ),
        ([], (422, "validation", {""})),
    ],
)
async def test_bad_input_is_answered_by_field_and_leaves_no_trace(
    door: httpx.AsyncClient, database: Database, body: object, expected: tuple[int, str, set[str]]
) -> None:
    assert problem(await post(door, body)) == expected
    assert await database.collection("requests").count({}) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"description": "\\ud800"}'])
async def test_what_is_no_json_is_a_bad_request(door: httpx.AsyncClient, content: bytes) -> None:
    answer = await door.post(
        "/v1/web/requests",
        content=content,
        headers={"Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    assert problem(answer)[0] == 400


async def test_a_body_that_is_not_declared_as_json_is_not_read(door: httpx.AsyncClient) -> None:
    answer = await door.post("/v1/web/requests", data={"description": "x"}, headers={"Idempotency-Key": "k"})
    assert problem(answer)[0] == 415


async def test_a_time_to_come_is_refused(door: httpx.AsyncClient) -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    answer = await post(door, {"description": "x", "device_time": ahead}, channel="mobile")
    assert problem(answer) == (422, "validation", {"/device_time"})


async def test_an_unknown_channel_says_which_there_are(door: httpx.AsyncClient) -> None:
    answer = await post(door, BODY, channel="fax")
    assert problem(answer) == (404, "unknown-channel", {"/channel"})
    assert "vatandas_baskan" in answer.json()["detail"]


async def test_a_body_over_the_limit_is_refused(door: httpx.AsyncClient) -> None:
    assert problem(await post(door, {"description": "x" * 2_000_000}))[0] == 413


async def test_without_the_database_the_caller_is_asked_to_come_again(
    door: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: IntakeStore, take: object) -> None:
        raise UnavailableError("database away: for the test")

    with monkeypatch.context() as patched:
        patched.setattr(IntakeStore, "accept", away)
        answer = await post(door, BODY, key="k-1")
    assert problem(answer)[0] == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert await database.collection("requests").count({}) == 0
    again = await post(door, BODY, key="k-1")
    assert again.status_code == 201
    assert await database.collection("requests").count({}) == 1


async def test_only_the_mounted_channels_answer(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTEK_INTAKE_CHANNELS", "call, reception")
    async with at_work(create_app()) as door:
        assert (await post(door, {"description": "x", "operator": "o"}, channel="call")).status_code == 201
        assert problem(await post(door, BODY))[0] == 404


async def test_collections_skip_what_the_start_has_made_until_the_service_stops(app: FastAPI) -> None:
    async with at_work(app):
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0


# --- inside ------------------------------------------------------------------------------------------------


async def test_the_vault_gives_one_address_for_one_purpose(door: httpx.AsyncClient) -> None:
    receipt = (await post(door, BODY)).json()
    asked = await ask_vault(door, receipt["request_id"], "email")
    assert asked.json() == {
        "address": "ayse@example.com",
        "name": "Ayşe",
        "receipt_number": receipt["receipt_number"],
        "tracking_url": receipt["tracking_url"],
    }
    assert (await ask_vault(door, receipt["request_id"], "sms")).status_code == 404
    assert (await ask_vault(door, str(uuid.uuid4()), "email")).status_code == 404


async def test_the_vault_wants_to_know_who_asks_and_what_for(door: httpx.AsyncClient) -> None:
    path = f"/internal/v1/vault/{uuid.uuid4()}/contact"
    purpose = {"medium": "email", "purpose": "receipt"}
    assert (await door.get(path, params=purpose)).status_code == 401
    door.auth = as_service("notifier")
    assert (await door.get(path, params={"medium": "email"})).status_code == 422
    assert (await door.get(path, params={**purpose, "purpose": "curiosity"})).status_code == 422


async def ask_vault(door: httpx.AsyncClient, request_id: str, medium: str) -> httpx.Response:
    return await door.get(
        f"/internal/v1/vault/{request_id}/contact",
        params={"medium": medium, "purpose": "receipt"},
        auth=as_service("notifier"),
    )


async def test_no_contact_data_stands_outside_of_the_vault(
    door: httpx.AsyncClient, database: Database
) -> None:
    await post(door, {**BODY, "description": "Beni 0532 000 00 00 numarasından arayın"})
    (stored,) = await database.collection("requests").find({})
    assert not any(text in str(stored) for text in ("ayse", "Ayşe", "0532"))
    assert "arayın" not in str({n: v for n, v in stored.items() if n != "event"})


async def test_the_books_list_every_accepted_request(door: httpx.AsyncClient) -> None:
    ids = {(await post(door, {"description": f"Çöp {n}"})).json()["request_id"] for n in range(3)}
    lines = (await door.get("/internal/v1/books", auth=as_service("sla_monitor"))).text.splitlines()
    assert {json.loads(line)["request_id"] for line in lines} == ids
    assert {json.loads(line)["state"] for line in lines} == {"received"}


async def test_the_openapi_document_describes_each_channel_with_examples(door: httpx.AsyncClient) -> None:
    document = (await door.get("/v1/openapi.json")).json()
    for channel in Channel:
        operation = document["paths"][f"/v1/{channel}/requests"]["post"]
        content = operation["requestBody"]["content"]["application/json"]
        assert content["schema"]["properties"]["description"]["maxLength"] == 4000
        assert content["schema"]["additionalProperties"] is False
        assert "$ref" not in json.dumps(content)
        assert content["examples"]
        assert operation["parameters"][0]["name"] == "Idempotency-Key"
        answers = {"201", "400", "409", "413", "415", "422", "503", "4XX", "5XX"}
        assert answers <= set(operation["responses"])
        for example in content["examples"].values():
            assert (await post(door, example["value"], channel=channel)).status_code == 201


# --- relay -------------------------------------------------------------------------------------------------


class Ledger:
    """A publisher that remembers, and can be away."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """Remember nothing so far.

        Args:
            meanwhile: what happens while the first batch of many goes out.
        """
        self.sent: list[Record] = []
        self.away = False
        self._meanwhile = meanwhile

    async def send_all(self, records: list[Record]) -> None:
        if self.away:
            raise UnavailableError("broker away: for the test")
        self.sent.extend(records)
        if len(records) > 1 and (meanwhile := self._meanwhile):
            self._meanwhile = None
            await meanwhile()

    def subjects(self) -> list[str]:
        return [r.key.decode() for r in self.sent]


def record(n: int, *, emergency: bool = False, age: timedelta = timedelta(0)) -> RequestRecord:
    request_id = uuid.uuid4()
    received_at = system_clock() - age + timedelta(milliseconds=n)
    event = RequestReceived.model_validate(
        {
            "request_id": request_id,
            "receipt_number": f"N-{request_id}",
            "channel": "web",
            "kind": "request",
            "regime": "petition_3071",
            "description": f"Çöp {n}",
            "place": {},
            "applicant": {"named": False, "media": ["tracking_page"]},
            "received_at": received_at,
        }
    )
    at = received_at.replace(microsecond=received_at.microsecond // 1000 * 1000)
    return RequestRecord(
        request_id=request_id,
        receipt_number=event.receipt_number,
        channel=Channel.WEB,
        fingerprint="f",
        recorded_at=at,
        received_at=at,
        emergency=emergency,
        event=event.model_dump_json(exclude_none=True),
    )


def relay_to(publisher: Any, store: IntakeStore, *, capacity: int = 1_000) -> Relay:  # noqa: ANN401
    return Relay(
        store, publisher, clock=system_clock, capacity=capacity, watch_every=timedelta(milliseconds=100)
    )


async def run_until(relay: Relay, done: Any, *, timeout: float = PATIENCE_S) -> None:  # noqa: ANN401, ASYNC109
    """Run the relay as a service does, beginning anew after an outage, until ``done()``."""

    async def keep_going() -> None:
        while True:
            try:
                await relay.run()
            except UnavailableError:
                await asyncio.sleep(0.02)

    async with AsyncExitStack() as stack:
        loop = asyncio.create_task(keep_going())
        stack.callback(loop.cancel)
        async with asyncio.timeout(timeout):
            while not done():
                await asyncio.sleep(0.02)


async def accept(store: IntakeStore, relay: Relay | None, records: list[RequestRecord]) -> None:
    for one in records:
        assert await store.accept(lambda one=one: (one, None)) == one
        if relay is not None:
            relay.offer(one)


async def test_an_accepted_request_is_published_at_once_with_an_id_of_its_own(
    kafka: str, store: IntakeStore
) -> None:
    await create_topics(kafka, all_topics())
    await store.ensure_indexes()
    ordinary, emergency = record(1), record(2, emergency=True)
    publisher = Publisher(kafka, client_id="test-relay")
    await publisher.start()
    relay = relay_to(publisher, store)
    consumer = AIOKafkaConsumer(REQUESTS, EMERGENCIES, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    found: dict[UUID, Any] = {}
    try:
        await accept(store, relay, [ordinary, emergency])
        loop = asyncio.create_task(relay.run())
        async with asyncio.timeout(PATIENCE_S):
            while len(found) < 2:
                message = await consumer.getone()
                event = read_event(message.value, message.headers, {RequestReceived.ce_type: RequestReceived})
                if event.subject in {ordinary.request_id, emergency.request_id}:
                    found[event.subject] = (message.topic, message.key, event)
        loop.cancel()
    finally:
        await consumer.stop()
        await publisher.stop()
    topic, key, event = found[ordinary.request_id]
    assert topic == REQUESTS
    assert key == str(ordinary.request_id).encode()
    assert event.id == derived_id(ordinary.request_id, "received")
    assert event.data.description == "Çöp 1"
    assert event.time == ordinary.received_at
    assert found[emergency.request_id][0] == EMERGENCIES


async def test_an_outage_beyond_the_memory_loses_nothing_and_keeps_the_order(store: IntakeStore) -> None:
    await store.ensure_indexes()
    ledger = Ledger()
    ledger.away = True
    relay = relay_to(ledger, store, capacity=10)
    records = [record(n) for n in range(40)]
    await accept(store, relay, records)
    assert relay._waiting() == 10
    with pytest.raises(TimeoutError):
        await run_until(relay, lambda: ledger.sent, timeout=0.2)
    ledger.away = False
    await run_until(relay, lambda: len(set(ledger.subjects())) == 40)
    first_seen = list(dict.fromkeys(ledger.subjects()))
    assert first_seen == [str(r.request_id) for r in records]


async def test_emergencies_overtake_what_has_piled_up(store: IntakeStore) -> None:
    await store.ensure_indexes()
    ledger = Ledger()
    relay = relay_to(ledger, store)
    relay._recovered = True
    ordinary, emergency = record(1), record(2, emergency=True)
    await accept(store, relay, [ordinary, emergency])
    await run_until(relay, lambda: len(ledger.sent) >= 2)
    assert ledger.subjects()[:2] == [str(emergency.request_id), str(ordinary.request_id)]


@pytest.mark.parametrize("others", ["left_behind", "too_many", "unanswered"])
async def test_an_emergency_waits_for_one_batch_of_what_is_in_the_store(
    store: IntakeStore, others: str
) -> None:
    await store.ensure_indexes()
    age = timedelta(minutes=2 if others == "unanswered" else 0)
    stored = [record(n, age=age) for n in range(1_200)]
    await asyncio.gather(*(accept(store, None, [one]) for one in stored))
    emergency = record(0, emergency=True)
    ledger = Ledger(lambda: accept(store, relay, [emergency]))
    relay = relay_to(ledger, store, capacity=1)
    relay._recovered = others != "left_behind"
    if others == "too_many":
        relay.offer(stored[0])
        relay.offer(stored[1])
    await run_until(relay, lambda: len(set(ledger.subjects())) == 1_201)
    assert 500 <= ledger.subjects().index(str(emergency.request_id)) <= 501


async def test_who_has_nothing_to_publish_needs_no_broker(store: IntakeStore) -> None:
    await store.ensure_indexes()
    came_back = record(1)
    await accept(store, None, [came_back])
    await store.add_to_timeline([TimelineEntry(came_back.request_id, 1, "t", "{}")])
    never_connected = Publisher("127.0.0.1:9", client_id="test")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(relay_to(never_connected, store).run(), 1.5)


async def test_emergencies_that_do_not_fit_keep_their_own_order(store: IntakeStore) -> None:
    await store.ensure_indexes()
    ledger = Ledger()
    ledger.away = True
    relay = relay_to(ledger, store, capacity=10)
    records = [record(n, emergency=n % 2 == 0) for n in range(60)]
    await accept(store, relay, records)
    ledger.away = False
    await run_until(relay, lambda: len(set(ledger.subjects())) == 60)
    told = list(dict.fromkeys(ledger.subjects()))
    ids = [str(r.request_id) for r in records]
    assert [i for i in told if i in ids[::2]] == ids[::2]
    assert [i for i in told if i in ids[1::2]] == ids[1::2]
    assert told.index(ids[58]) < told.index(ids[11])


async def test_what_a_killed_process_left_behind_is_published_by_the_next(store: IntakeStore) -> None:
    await store.ensure_indexes()
    left, came_back = record(1), record(2)
    await accept(store, None, [left, came_back])
    await store.add_to_timeline([TimelineEntry(came_back.request_id, 1, "t", "{}")])
    ledger = Ledger()
    await run_until(relay_to(ledger, store), lambda: ledger.sent)
    assert set(ledger.subjects()) == {str(left.request_id)}


async def test_what_never_came_back_is_published_again_until_it_does(store: IntakeStore) -> None:
    await store.ensure_indexes()
    ledger = Ledger()
    relay = relay_to(ledger, store)
    lost = record(1)
    await accept(store, relay, [lost])
    await run_until(relay, lambda: len(ledger.sent) >= 4)
    assert set(ledger.subjects()) == {str(lost.request_id)}
    assert len({dict(r.headers)["ce_id"] for r in ledger.sent}) == 1
    await store.add_to_timeline([TimelineEntry(lost.request_id, 1, "t", "{}")])
    await asyncio.sleep(GRACE.total_seconds() * 2)
    before = len(ledger.sent)
    with pytest.raises(TimeoutError):
        await run_until(relay, lambda: len(ledger.sent) > before, timeout=1.5)


def batch_of(*items: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"items": [{"key": key, "request": request} for key, request in items]}


FIELD = {"description": "Kaldırım taşı oynuyor", "team": "saha-07"}
BATCHES = "/v1/vatandas_baskan/batches"


async def test_a_batch_sent_three_times_records_each_item_once(
    door: httpx.AsyncClient, store: IntakeStore
) -> None:
    batch = batch_of(*((f"k{n}", FIELD | {"description": f"Kaldırım taşı oynuyor {n}"}) for n in range(40)))
    answers = [(await door.post(BATCHES, json=batch)).json() for _ in range(3)]
    assert [{r["status"] for r in a["results"]} for a in answers] == [{201}, {200}, {200}]
    numbers = [[r["receipt"]["receipt_number"] for r in a["results"]] for a in answers]
    assert numbers[0] == numbers[1] == numbers[2]
    assert len({i async for i in store.accepted_ids()}) == 40


async def test_items_of_a_batch_succeed_and_fail_by_themselves(door: httpx.AsyncClient) -> None:
    good, wrong = FIELD, FIELD | {"description": ""}
    answer = await door.post(
        BATCHES,
        json={
            "items": [
                {"key": "good", "request": good},
                {"key": "wrong", "request": wrong},
                {"request": good},
                {"key": "good", "request": FIELD | {"description": "Başka bir şey"}},
                "not an item",
            ]
        },
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [r["status"] for r in results[:3]] == [201, 422, 400]
    # Whether the first of this key is still being recorded or has been is a matter of moments.
    assert results[3]["status"] in {409, 422}
    assert results[4]["status"] == 400
    assert answer.json()["recorded"] == 1
    assert results[1]["problem"]["errors"][0]["field"] == "/description"
    later = await door.post(BATCHES, json=batch_of(("good", FIELD | {"description": "Başka bir şey"})))
    assert later.json()["results"][0]["problem"]["type"].endswith("idempotency-key-reused")


async def test_an_item_sent_alone_and_in_a_batch_is_one_request(door: httpx.AsyncClient) -> None:
    alone = await door.post("/v1/vatandas_baskan/requests", json=FIELD, headers={"Idempotency-Key": "one"})
    together = await door.post(BATCHES, json=batch_of(("one", FIELD), ("two", FIELD)))
    first, second = together.json()["results"]
    assert (first["status"], second["status"]) == (200, 201)
    assert first["receipt"] == alone.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"items": []}', 422), (b'{"items": 3}', 422)],
)
async def test_a_batch_that_is_none_is_refused_whole(
    door: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await door.post(BATCHES, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


async def test_a_half_received_batch_records_nothing_and_may_be_sent_again(
    door: httpx.AsyncClient, store: IntakeStore
) -> None:
    whole = json.dumps(batch_of(("a", FIELD), ("b", FIELD))).encode()
    headers = {"Content-Type": "application/json"}
    assert (await door.post(BATCHES, content=whole[: len(whole) // 2], headers=headers)).status_code == 400
    assert [i async for i in store.accepted_ids()] == []
    assert (await door.post(BATCHES, content=whole, headers=headers)).json()["recorded"] == 2
