"""The notifier on a real broker and database, with gateways in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from aiosmtplib import SMTP

from services.notifier.app import create_app
from services.notifier.consumers import LIFECYCLE_LANE, LifecycleHandler
from services.notifier.dispatcher import Dispatcher
from services.notifier.domain.plan import plan
from services.notifier.domain.results import Delivered, concluded
from services.notifier.domain.retry import RETRY_POLICIES
from services.notifier.matters import MatterStore
from services.notifier.outcomes import Outcomes
from services.notifier.post_room import PostRoom
from services.notifier.rendering import Renderer
from services.notifier.sending import by_mail, by_sms
from services.notifier.settings import NotifierSettings
from services.notifier.store import Ending, MessageStore, PendingMessage
from services.notifier.transports.sms import SmsTransport
from services.notifier.transports.smtp import SmtpTransport
from services.notifier.vault import Vault
from shared.contracts.cloudevents import CloudEvent, Record, read_event, to_record
from shared.contracts.decisions import Decision, Matter
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    RequestAccepted,
    RequestAssigned,
)
from shared.contracts.notifications import NotificationConcluded
from shared.contracts.topics import LIFECYCLE, OUTCOMES
from shared.contracts.vocabulary import Medium, Priority
from shared.legal import load_legal_words
from shared.messaging import Publisher, RawRecord
from shared.messaging.consumer import Consumers
from shared.storage import Database
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE
from tests.support.stack import MakeTopic
from tests.support.waiting import PATIENCE_S, until
from tests.unit.notifier.gateways import ADDRESS, PHONE, Relay, SmsGateway
from tests.unit.notifier.samples import TRACKING_URL, lifecycle_event

EMAIL, SMS, PAGE = ((medium,) for medium in (Medium.EMAIL, Medium.SMS, Medium.TRACKING_PAGE))


class Clock:
    """The present, and however much later a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Notifier:
    """The service's parts, put together as in its composition root but without HTTP."""

    store: MessageStore
    outcomes: Outcomes
    post_room: PostRoom
    dispatchers: Sequence[Dispatcher]
    handler: LifecycleHandler

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        await self.store.ensure_indexes()
        await self.post_room.recover()
        loops = [*(d.run for d in self.dispatchers), self.outcomes.publish, self.outcomes.relay]
        tasks = [asyncio.create_task(loop()) for loop in (*loops, self.post_room.look_after)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


MakeNotifier = Callable[..., Notifier]
"""Puts a notifier together over the test's database, as after a start."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    relay = Relay()
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
def sms_gateway() -> SmsGateway:
    return SmsGateway()


async def ensure_topic(kafka: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    with suppress(TopicAlreadyExistsError):
        await admin.create_topics([NewTopic(name, 3, 1)])
    await admin.close()


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    await ensure_topic(kafka, OUTCOMES)
    publisher = Publisher(kafka, client_id="test")
    await publisher.start()
    yield publisher
    await publisher.stop()


@pytest.fixture
def make_notifier(
    database: Database, publisher: Publisher, relay: Relay, sms_gateway: SmsGateway, clock: Clock
) -> MakeNotifier:
    def ask_vault(request: httpx.Request) -> httpx.Response:
        address = ADDRESS if request.url.params["medium"] == "email" else PHONE
        told = {"address": address, "name": "Ayşe Yılmaz", "tracking_url": TRACKING_URL}
        return httpx.Response(200, json=told | {"receipt_number": "BB-2026-0012345-K"})

    def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url="http://test", transport=httpx.MockTransport(answer))

    def make(*, capacity: int = 100, instance: str = "0", patience_s: float = 30) -> Notifier:
        store = MessageStore(database, instance=instance)
        outcomes = Outcomes(store, publisher, clock)
        matters = MatterStore(database)
        vault, renderer = Vault(client(ask_vault)), Renderer(load_legal_words())
        mail = SmtpTransport(
            lambda: SMTP(hostname="127.0.0.1", port=relay.port),
            sender="istek@beyoglu.bel.tr",
            domain="istek.test",
            timeout_s=patience_s,
        )
        ways = {
            Medium.EMAIL: by_mail(vault, renderer, mail),
            Medium.SMS: by_sms(vault, renderer, SmsTransport(client(sms_gateway.answer))),
        }
        dispatchers = [
            Dispatcher(
                medium=medium,
                attempt=attempt,
                conclude=outcomes.conclude,
                policy=RETRY_POLICIES[medium],
                workers=4,
                capacity=capacity,
                outage_pauses_s=(0.05,),
            )
            for medium, attempt in ways.items()
        ]
        post_room = PostRoom(store, outcomes, dispatchers, clock)
        return Notifier(store, outcomes, post_room, dispatchers, LifecycleHandler(post_room, matters, clock))

    return make


@dataclass(frozen=True)
class Told:
    """A lifecycle event with the id it travels under."""

    id: UUID
    event: LifecycleEvent

    def record(self, topic: str) -> Record:
        return to_record(
            topic,
            CloudEvent(
                self.id, "router", self.event.occurred_at, self.event.request_id, self.event, _TRACEPARENT
            ),
        )

    def pending(self) -> PendingMessage:
        (message,) = plan(self.event, self.id)
        return PendingMessage(message, datetime.now(UTC), _TRACEPARENT)


_TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def told(
    kind: type[LifecycleEvent], media: tuple[Medium, ...], sequence: int = 1, request: UUID | None = None
) -> Told:
    event = lifecycle_event(kind, media=media, sequence=sequence)
    return Told(uuid4(), event.model_copy(update={"request_id": request or uuid4()}))


async def outcomes_of(kafka: str, requests: set[UUID], count: int) -> list[tuple[str, NotificationConcluded]]:
    """Return the first ``count`` outcomes of these requests with the ids of their events."""
    consumer = AIOKafkaConsumer(OUTCOMES, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    found: list[tuple[str, NotificationConcluded]] = []
    known = {NotificationConcluded.ce_type: NotificationConcluded}
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for record in consumer:
                event = read_event(record.value, record.headers, known)
                if event.subject in requests:
                    assert record.key == str(event.subject).encode()
                    assert event.traceparent == _TRACEPARENT
                    found.append((str(event.id), event.data))
                if len(found) == count:
                    break
    finally:
        await consumer.stop()
    return found


async def test_several_matters_get_one_answer_in_whatever_order_they_are_answered(
    make_notifier: MakeNotifier, relay: Relay
) -> None:
    """A part's partition may run ahead of the request's own: either order ends in one mail with both."""
    for own_first in (True, False):
        whole, part = uuid4(), uuid4()
        opening = told(RequestAssigned, EMAIL, 1, whole)
        split = split_decision(part)
        opening = Told(opening.id, opening.event.model_copy(update={"decision": split}))
        own = told(AnswerGiven, EMAIL, 4, whole)
        others = told(AnswerGiven, EMAIL, 3, part)
        summary = others.event.summary.model_copy(update={"part_of": whole})
        others = Told(others.id, others.event.model_copy(update={"summary": summary}))
        order = [opening, own, others] if own_first else [others, opening, own]
        notifier = make_notifier()
        relay.mails.clear()
        async with notifier.at_work():
            for one in [*order, *order]:
                await notifier.handler.prepare([_raw(one.record("t"))])
            await until(lambda: len(relay.mails) == 2)
            await asyncio.sleep(0.2)
        receipt, answer = relay.mails
        assert "Başvurunuz yanıtlandı" in str(answer["Subject"])
        assert len(relay.mails) == 2
        assert str(receipt["Subject"]).startswith("Başvurunuz alındı")
        assert answer.get_body().get_content().count("Çukur 24 Kasım") == 2


def _raw(sent: Record) -> RawRecord:
    return ConsumerRecord(sent.topic, 0, 0, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)


def split_decision(part: UUID) -> Decision:
    opening = lifecycle_event(RequestAssigned)
    assert isinstance(opening, RequestAssigned)
    matters = tuple(
        Matter(candidate=opening.decision.chosen, priority=Priority.NORMAL, start=0, end=1, request_id=i)
        for i in (None, part)
    )
    return opening.decision.model_copy(update={"matters": matters})


async def test_events_on_the_topic_become_messages_and_outcomes_on_theirs(  # noqa: PLR0917 - fixtures
    kafka: str,
    publisher: Publisher,
    make_topic: MakeTopic,
    make_notifier: MakeNotifier,
    relay: Relay,
    sms_gateway: SmsGateway,
) -> None:
    topic = await make_topic()
    by_email, by_phone, by_page = (told(RequestAssigned, media) for media in (EMAIL, SMS, PAGE))
    answered = told(AnswerGiven, EMAIL, 4, by_email.event.request_id)
    silent = told(RequestAccepted, EMAIL, 2, by_email.event.request_id)
    asked = told(QuestionAsked, SMS, 2, by_phone.event.request_id)
    events = [by_email, by_phone, by_page, silent, answered, asked]
    # Everything arrives twice.
    await publisher.send_all([t.record(topic) for t in (*events, *events)])
    notifier = make_notifier()
    lane = replace(LIFECYCLE_LANE, group=f"notifier-{topic}", topics=(topic,))
    consumers = Consumers(kafka, instance="test", publisher=publisher, lanes=[(lane, notifier.handler)])
    async with notifier.at_work():
        await consumers.start()
        found = await outcomes_of(kafka, {t.event.request_id for t in events}, 5)
        await consumers.stop()
    assert sorted((o.medium, o.purpose, o.outcome) for _, o in found) == [
        ("email", "final_answer", "delivered"),
        ("email", "receipt", "delivered"),
        ("sms", "question", "delivered"),
        ("sms", "receipt", "delivered"),
        ("tracking_page", "receipt", "delivered"),
    ]
    assert {o.event_id for _, o in found} == {t.id for t in events} - {silent.id}
    assert [mail["Subject"].partition(":")[0] for mail in relay.mails] == [
        "Başvurunuz alındı",
        "Başvurunuz yanıtlandı",
    ]
    assert len(sms_gateway.taken) == 2


async def test_a_batch_that_comes_again_after_its_messages_ended_sends_nothing(
    make_notifier: MakeNotifier, relay: Relay
) -> None:
    notifier = make_notifier()
    event = told(RequestAssigned, EMAIL)
    async with notifier.at_work():
        await notifier.post_room.accept([event.pending()])
        await until(lambda: bool(relay.mails) and not notifier.post_room.waiting()[Medium.EMAIL].count)
        await notifier.post_room.accept([event.pending()])
        assert notifier.post_room.waiting()[Medium.EMAIL].count == 0
    assert len(relay.mails) == 1


async def test_what_was_planned_before_a_crash_is_sent_after_it(
    make_notifier: MakeNotifier, relay: Relay, sms_gateway: SmsGateway
) -> None:
    before = make_notifier()
    planned = [told(RequestAssigned, media).pending() for media in (EMAIL, SMS) for _ in range(3)]
    await before.store.record(planned)
    async with make_notifier().at_work():
        await until(lambda: len(relay.mails) == 3 and len(sms_gateway.taken) == 3)
    assert {*relay.ids(), *sms_gateway.ids()} == {str(p.message.id) for p in planned}


async def test_what_another_replica_planned_is_left_to_it(make_notifier: MakeNotifier, relay: Relay) -> None:
    mine, theirs = (told(RequestAssigned, EMAIL).pending() for _ in range(2))
    await make_notifier(instance="1").store.record([theirs])
    await make_notifier(instance="0").store.record([mine])
    async with make_notifier(instance="0").at_work():
        await until(lambda: bool(relay.mails))
        await asyncio.sleep(0.2)
    assert relay.ids() == [str(mine.message.id)]


async def test_an_ending_that_was_not_published_before_a_crash_is_published_after_it(
    kafka: str, make_notifier: MakeNotifier, clock: Clock
) -> None:
    ended = told(RequestAssigned, EMAIL).pending()
    before = make_notifier()
    await before.store.record([ended])
    event = concluded(ended.message, Delivered("smtp 250"), attempts=1, at=clock())
    await before.store.end([Ending(event, _TRACEPARENT)])
    clock.ahead = timedelta(seconds=30)
    async with make_notifier().at_work():
        (found,) = await outcomes_of(kafka, {ended.message.request_id}, 1)
    assert found[1].message_id == ended.message.id


async def test_what_finds_no_room_is_sent_when_there_is_some(
    make_notifier: MakeNotifier, relay: Relay, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.post_room._LOOK_EVERY_S", 0.05)
    notifier = make_notifier(capacity=1)
    planned = [told(RequestAssigned, EMAIL).pending() for _ in range(5)]
    async with notifier.at_work():
        await notifier.post_room.accept(planned)
        assert notifier.post_room.waiting()[Medium.EMAIL].count == 5
        async with asyncio.timeout(PATIENCE_S):
            while len(relay.mails) < 5:
                clock.ahead += timedelta(minutes=5)
                await asyncio.sleep(0.3)
    assert sorted(relay.ids()) == sorted(str(p.message.id) for p in planned)


async def test_a_mail_relay_that_hangs_holds_up_no_sms(
    make_notifier: MakeNotifier, relay: Relay, sms_gateway: SmsGateway
) -> None:
    relay.mood = "silent"
    notifier = make_notifier(patience_s=3)
    messages = [told(RequestAssigned, media).pending() for media in (EMAIL, SMS) for _ in range(20)]
    async with notifier.at_work():
        await notifier.post_room.accept(messages)
        await until(lambda: len(sms_gateway.taken) == 20)
        assert notifier.post_room.waiting()[Medium.EMAIL].count == 20
        relay.mood = "takes"
        await until(lambda: len(relay.mails) == 20)


async def test_the_status_of_a_message_follows_it(make_notifier: MakeNotifier, relay: Relay) -> None:
    notifier = make_notifier()
    message = told(RequestAssigned, EMAIL).pending()
    assert await notifier.store.status(message.message.id) is None
    await notifier.store.record([message])
    status = await notifier.store.status(message.message.id)
    assert status is not None
    assert status.ending is None
    async with make_notifier().at_work():

        async def ended() -> bool:
            found = await notifier.store.status(message.message.id)
            return found is not None and found.ending is not None

        await until(ended)
    status = await notifier.store.status(message.message.id)
    assert status is not None
    assert status.ending is not None
    assert status.ending.outcome == "delivered"
    assert ADDRESS not in status.ending.evidence


async def test_the_service_starts_answers_and_stops(
    kafka: str, mongodb: str, database_name: str, tmp_path: Path
) -> None:
    await ensure_topic(kafka, LIFECYCLE)
    settings = NotifierSettings(
        kafka=kafka, mongodb=mongodb, notifier_database=database_name, instance=database_name, data=tmp_path
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://notifier.test") as client,
    ):
        async with asyncio.timeout(PATIENCE_S):
            while (ready := await client.get("/readyz")).status_code != httpx.codes.OK:
                await asyncio.sleep(0.1)
        assert ready.json() == {"database": "ok", "broker": "ok", "consumers": "ok"}
        assert (await client.get("/v1/pending")).status_code == httpx.codes.UNAUTHORIZED
        client.auth = tokens_of(settings, COMMAND_LINE).at("notifier")
        pending = await client.get("/v1/pending")
        assert set(pending.json()) == {"email", "sms"}
        unknown = await client.get(f"/v1/messages/{uuid4()}")
        assert unknown.status_code == httpx.codes.NOT_FOUND
        assert unknown.headers["content-type"] == "application/problem+json"
        assert "istek_notifications_pending" in (await client.get("/metrics/")).text
