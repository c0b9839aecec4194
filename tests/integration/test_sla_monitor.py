"""The monitor on a real broker and database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services.sla_monitor.api import clock_routes, due_routes
from services.sla_monitor.books import BooksKeeper
from services.sla_monitor.console.routes import Console, console_routes
from services.sla_monitor.console.snapshot import BoardKeeper
from services.sla_monitor.console.texts import TEXTS
from services.sla_monitor.consumers import (
    LIFECYCLE_LANE,
    OUTCOMES_LANE,
    LifecycleHandler,
    OutcomesHandler,
)
from services.sla_monitor.figures import measure
from services.sla_monitor.metrics import CLOCKS_OPEN, CLOCKS_OVERDUE, SEQUENCE_GAPS
from services.sla_monitor.probes import Prober
from services.sla_monitor.store import ClockStore, EscalationStore, due_query
from services.sla_monitor.sweeper import Sweeper
from shared.contracts.cloudevents import Record, read_event
from shared.contracts.escalations import EscalationRaised
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestForwarded,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
)
from shared.contracts.notifications import NotificationConcluded
from shared.contracts.topics import ESCALATIONS
from shared.contracts.vocabulary import Priority
from shared.messaging import Publisher
from shared.messaging.consumer import Consumers
from shared.messaging.dead_letters import read_dead_letters
from shared.outcomes import PoisonError, UnavailableError
from shared.storage import Database
from shared.web.frame import install_frame
from shared.web.pages import Pages
from shared.web.service_auth.asking import ServiceTokens
from tests.support.stack import MakeTopic
from tests.support.waiting import until
from tests.unit.sla_monitor.events import lifecycle, outcome, raw_record, record, to_send
from tests.unit.sla_monitor.samples import NOON, calendar, policies

Hear = Callable[..., Awaitable[None]]


class Watch:
    """The present as a test says."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def store(database: Database) -> ClockStore:
    store = ClockStore(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
async def escalations(database: Database) -> EscalationStore:
    escalations = EscalationStore(database)
    await escalations.ensure_indexes()
    return escalations


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    with suppress(TopicAlreadyExistsError):
        await admin.create_topics([NewTopic(ESCALATIONS, 1, 1)])
    await admin.close()
    publisher = Publisher(kafka, client_id="test")
    await publisher.start()
    yield publisher
    await publisher.stop()


@pytest.fixture
def heard(store: ClockStore) -> Hear:
    """Tell the handlers of events, those of one call in one batch."""
    lifecycle_handler = LifecycleHandler(store, policies(), calendar())
    outcomes_handler = OutcomesHandler(store)

    async def hear(*events: LifecycleEvent | NotificationConcluded) -> None:
        records = [record(event) for event in events]
        handler = lifecycle_handler if isinstance(events[0], LifecycleEvent) else outcomes_handler
        prepared = await handler.prepare(records)
        for each in records:
            await handler.handle(each, prepared)

    return hear


@dataclass
class Monitor:
    """Everything a sweep needs."""

    store: ClockStore
    escalations: EscalationStore
    publisher: Publisher
    watch: Watch

    def sweeper(self, **replaced: object) -> Sweeper:
        """Return a sweeper of its own, as another process has it, with parts replaced by name."""
        parts = {
            name: replaced.get(name, getattr(self, name)) for name in ("store", "escalations", "publisher")
        }
        return Sweeper(*parts.values(), clock=self.watch, every_s=0.05)


@pytest.fixture
def monitor(store: ClockStore, escalations: EscalationStore, publisher: Publisher, watch: Watch) -> Monitor:
    return Monitor(store, escalations, publisher, watch)


async def raised_on_topic(kafka: str, *requests: UUID) -> list[EscalationRaised]:
    """Return what lies on the escalations topic about these requests, read to its end."""
    consumer = AIOKafkaConsumer(ESCALATIONS, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    found = []
    try:
        places = consumer.assignment()
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(p) < ends[p] for p in places]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for r in records:
                    event = read_event(r.value, r.headers, {EscalationRaised.ce_type: EscalationRaised})
                    if event.data.request_id in requests:
                        found.append(event.data)
    finally:
        await consumer.stop()
    return found


async def test_the_first_event_sets_both_clocks_and_the_answers_delivery_stops_them(
    store: ClockStore, heard: Hear
) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request), lifecycle(RequestAccepted, request, 2))
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is None
    assert clock.department == "temizlik"
    assert clock.deadlines.internal.due_at < clock.deadlines.legal.due_at

    await heard(lifecycle(AnswerGiven, request, 3))
    await heard(outcome(request, purpose="assignment"), outcome(request, ended="failed"))
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is None
    assert clock.answer_undelivered

    await heard(outcome(request))
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is not None
    assert clock.stop.reason == "answer_delivered"
    assert await store.count_open() == 0


async def test_events_that_come_again_or_late_change_nothing(store: ClockStore, heard: Hear) -> None:
    request = uuid4()
    first, second = lifecycle(RequestAssigned, request), lifecycle(RequestAccepted, request, 2)
    closed = lifecycle(RequestClosed, request, 3)
    await heard(first, second, closed)
    before = await store.get(str(request))
    for events in ((first,), (first, second), (second, closed), (first, second, closed)):
        await heard(*events)
    assert await store.get(str(request)) == before


async def test_a_delivery_heard_of_before_or_beside_the_request_stops_its_clocks(
    store: ClockStore, heard: Hear
) -> None:
    early, beside = uuid4(), [uuid4() for _ in range(20)]
    await heard(outcome(early))
    await heard(lifecycle(RequestAssigned, early))
    await asyncio.gather(
        *(heard(lifecycle(RequestAssigned, request)) for request in beside),
        *(heard(outcome(request)) for request in beside),
    )
    assert await store.count_open() == 0
    for request in (early, *beside):
        clock = await store.get(str(request))
        assert clock is not None
        assert clock.stop is not None


async def test_a_forwarded_request_is_kept_with_its_clocks_stopped(store: ClockStore, heard: Hear) -> None:
    request = uuid4()
    await heard(lifecycle(RequestForwarded, request))
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is not None
    assert clock.stop.reason == "forwarded"
    assert await store.count_open() == 0


async def test_a_missing_first_event_opens_the_clock_all_the_same_and_is_counted_once(
    store: ClockStore, heard: Hear
) -> None:
    request, before = uuid4(), SEQUENCE_GAPS._value.get()
    await heard(lifecycle(RequestAccepted, request, 2))
    await heard(lifecycle(AnswerGiven, request, 3))
    assert SEQUENCE_GAPS._value.get() == before + 1
    await heard(lifecycle(RequestAssigned, request))
    clock = await store.get(str(request))
    assert clock is not None
    assert sorted(clock.stages) == [1, 2, 3]


@pytest.mark.parametrize("together", [True, False])
async def test_what_a_person_makes_of_a_request_moves_its_target(
    store: ClockStore, heard: Hear, together: bool
) -> None:
    request = uuid4()
    events = (
        lifecycle(RequestTriaged, request, subject="Konusu belirleniyor"),
        lifecycle(RequestAssigned, request, 2, subject="Kopuk kablo", priority=Priority.EMERGENCY),
    )
    await heard(*events) if together else [await heard(event) for event in events]
    clock = await store.get(str(request))
    assert clock is not None
    assert (clock.matter.subject, clock.matter.priority) == ("Kopuk kablo", Priority.EMERGENCY)
    assert clock.deadlines.internal.due_at == NOON + timedelta(minutes=60)
    assert [c.request_id for c in await store.due_rungs(NOON + timedelta(hours=1), 10)] == [str(request)]

    await heard(events[0])
    assert await store.get(str(request)) == clock


@pytest.mark.parametrize("order", ["one by one", "together", "late"])
async def test_an_objection_sets_the_clocks_going_again(store: ClockStore, heard: Hear, order: str) -> None:
    request = uuid4()
    sent, objected = lifecycle(RequestForwarded, request), lifecycle(RequestTriaged, request, 2)
    decided = lifecycle(RequestAssigned, request, 3, subject="Kopuk kablo", priority=Priority.EMERGENCY)
    if order == "one by one":
        await heard(sent)
        assert await store.count_open() == 0
        await heard(objected)
        await heard(decided)
    elif order == "together":
        await heard(sent)
        await heard(objected, decided)
    else:
        await heard(objected)
        await heard(decided)
        await heard(sent)
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is None
    assert (clock.matter.subject, clock.matter.priority) == ("Kopuk kablo", Priority.EMERGENCY)
    assert await store.count_open() == 1
    assert [c.request_id for c in await store.due_rungs(NOON + timedelta(hours=1), 10)] == [str(request)]


async def test_what_is_not_solved_sets_the_clocks_going_again_until_the_next_answer(
    client: httpx.AsyncClient, store: ClockStore, heard: Hear
) -> None:
    request, days = uuid4(), timedelta(days=1)
    await heard(lifecycle(RequestAssigned, request), lifecycle(AnswerGiven, request, 2))
    await heard(outcome(request))
    before = await store.get(str(request))
    assert before is not None
    assert before.stop is not None
    back = lifecycle(RequestReopened, request, 3, after=2 * days)
    await heard(back)
    late = outcome(request).model_copy(update={"concluded_at": NOON + 2.5 * days})
    await heard(late)
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.stop is None
    assert clock.deadlines.legal == before.deadlines.legal
    assert await store.count_open() == 1
    shown = (await client.get(f"/v1/clocks/{request}")).json()
    assert (shown["running"], shown["state"]) == (True, "reopened")
    assert "yeniden açıldı" in (await client.get(f"/clocks/{request}", headers={"Accept": "text/html"})).text
    again = outcome(request).model_copy(update={"concluded_at": NOON + 4 * days})
    await heard(lifecycle(AnswerGiven, request, 4, after=3 * days))
    await heard(again)
    assert await store.count_open() == 0
    await heard(back)
    assert await store.count_open() == 0, "an event that comes again changes nothing"


async def test_a_withdrawn_request_is_owed_nothing(
    client: httpx.AsyncClient, store: ClockStore, heard: Hear
) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request), lifecycle(RequestWithdrawn, request, 2))
    assert await store.count_open() == 0
    page = (await client.get(f"/clocks/{request}", headers={"Accept": "text/html"})).text
    assert "geri çekti" in page


def a_question_and_its_reply(request: UUID) -> list[LifecycleEvent]:
    """The life of a request whose applicant took 30 hours to reply."""
    replied = timedelta(hours=30)
    triage = {"subject": "Konusu belirleniyor", "priority": Priority.URGENT}
    return [
        lifecycle(RequestTriaged, request, **triage, after=timedelta()),
        lifecycle(QuestionAsked, request, 2, **triage, after=timedelta()),
        lifecycle(ReplyReceived, request, 3, **triage, after=replied),
        lifecycle(RequestAssigned, request, 4, priority=Priority.URGENT, after=replied),
    ]


async def test_waiting_for_the_applicant_moves_the_target_and_not_the_last_day(
    client: httpx.AsyncClient, store: ClockStore, heard: Hear
) -> None:
    request = uuid4()
    first, question, reply, assigned = a_question_and_its_reply(request)
    await heard(first)
    plain = await store.get(str(request))
    await heard(question)
    waiting = await store.get(str(request))
    assert plain is not None
    assert waiting is not None
    assert waiting.paused
    assert waiting.deadlines.legal == plain.deadlines.legal
    assert waiting.deadlines.internal.due_at > NOON + timedelta(days=20)
    assert await store.due_rungs(NOON + timedelta(days=2), 10) == [], "nobody is told that it is late"
    shown = (await client.get(f"/v1/clocks/{request}")).json()
    assert (shown["paused"], shown["running"], shown["state"]) == (True, True, "awaiting_applicant")
    page = (await client.get(f"/clocks/{request}", headers={"Accept": "text/html"})).text
    assert "Başvurandan yanıt bekleniyor" in page
    await heard(reply)
    await heard(assigned)
    going_on = await store.get(str(request))
    assert going_on is not None
    assert not going_on.paused
    assert going_on.deadlines.legal == plain.deadlines.legal
    assert going_on.deadlines.internal.due_at == plain.deadlines.internal.due_at + timedelta(hours=30)
    assert [c.request_id for c in await store.due_rungs(NOON + timedelta(days=3), 10)] == [str(request)]


@pytest.mark.parametrize("closing", [False, True])
async def test_in_whatever_order_a_question_and_its_reply_are_heard_of_the_clock_is_the_same(
    store: ClockStore, heard: Hear, closing: bool
) -> None:
    clocks = []
    for order in permutations(range(5 if closing else 4)):
        request = uuid4()
        life = [
            *a_question_and_its_reply(request),
            lifecycle(RequestClosed, request, 5, priority=Priority.URGENT),
        ]
        for n in order:
            await heard(life[n])
            await heard(life[n])
        clock = await store.get(str(request))
        assert clock is not None
        clocks.append(replace(clock, request_id="", stages=dict(sorted(clock.stages.items()))))
    assert all(clock == clocks[0] for clock in clocks)
    assert (clocks[0].stop is not None) is closing


async def test_a_sweep_under_way_does_not_climb_a_ladder_that_was_replaced(
    store: ClockStore, heard: Hear
) -> None:
    request = uuid4()
    first, question, reply, _ = a_question_and_its_reply(request)
    await heard(first)
    (before,) = await store.due_rungs(NOON + timedelta(days=2), 10)
    await heard(question)
    await store.advance([(before, 2)])
    await heard(reply)
    clock = await store.get(str(request))
    assert clock is not None
    assert clock.reached == 0


async def test_rungs_raised_before_a_new_classification_are_not_raised_again(
    kafka: str, monitor: Monitor, watch: Watch, heard: Hear
) -> None:
    request = uuid4()
    await heard(lifecycle(RequestTriaged, request, priority=Priority.EMERGENCY))
    watch.now = NOON + timedelta(minutes=61)
    await monitor.sweeper().sweep()
    await heard(lifecycle(RequestAssigned, request, 2, priority=Priority.URGENT))
    watch.now = NOON + timedelta(hours=25)
    await monitor.sweeper().sweep()
    raised = [e for e in await raised_on_topic(kafka, request) if e.clock == "internal"]
    assert [e.step for e in raised] == [1, 2]


async def test_one_unusable_record_spoils_no_other(store: ClockStore) -> None:
    handler, request = LifecycleHandler(store, policies(), calendar()), uuid4()
    too_old = record(lifecycle(RequestAssigned, uuid4(), received_at=NOON - timedelta(days=2000)))
    broken, good = (
        raw_record("requests.lifecycle.v1", b"k", b"{"),
        record(lifecycle(RequestAssigned, request)),
    )
    prepared = await handler.prepare([broken, too_old, good])
    await handler.handle(good, prepared)
    assert await store.get(str(request)) is not None
    with pytest.raises(PoisonError, match="attributes missing"):
        await handler.handle(broken, prepared)
    with pytest.raises(PoisonError, match="in force"):
        await handler.handle(too_old, prepared)


async def test_rungs_are_raised_once_each_as_their_time_comes(
    kafka: str, monitor: Monitor, watch: Watch, heard: Hear
) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request, priority=Priority.EMERGENCY))
    sweeper = monitor.sweeper()
    for minutes, found in ((47, 0), (48, 1), (49, 0), (60, 1), (200, 1), (201, 0)):
        watch.now = NOON + timedelta(minutes=minutes)
        assert await sweeper.sweep() == found, minutes
    raised = await raised_on_topic(kafka, request)
    assert [(e.clock, e.step, e.told) for e in raised] == [
        ("internal", 1, "sorumlu"),
        ("internal", 2, "şef"),
        ("internal", 3, "müdür"),
        ("internal", 4, "başkan yardımcısı"),
    ]
    assert {e.due_at for e in raised} == {NOON + timedelta(minutes=60)}


async def test_a_stopped_clock_raises_nothing(monitor: Monitor, watch: Watch, heard: Hear) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request), lifecycle(RequestClosed, request, 2))
    watch.now = NOON + timedelta(days=100)
    assert await monitor.sweeper().sweep() == 0


async def test_two_monitors_at_once_raise_each_rung_once(
    kafka: str, monitor: Monitor, watch: Watch, heard: Hear
) -> None:
    requests = [uuid4() for _ in range(30)]
    await heard(*(lifecycle(RequestAssigned, r, priority=Priority.EMERGENCY) for r in requests))
    watch.now = NOON + timedelta(minutes=61)
    pair = [monitor.sweeper() for _ in range(2)]
    await asyncio.gather(*(sweeper.sweep() for sweeper in pair for _ in range(2)))
    raised = await raised_on_topic(kafka, *requests)
    assert len(raised) == len({(e.request_id, e.clock, e.step) for e in raised}) == 60


class Dying:
    """A part of the monitor during whose one method the process dies: nothing after that happens."""

    def __init__(self, inner: object, method: str) -> None:
        self._inner, self._method = inner, method

    def __getattr__(self, name: str) -> object:
        return self._die if name == self._method else getattr(self._inner, name)

    async def _die(self, *_: object) -> None:
        raise UnavailableError("killed")


@pytest.mark.parametrize(
    "place", ["escalations.record", "store.advance", "publisher.send_all", "escalations.published"]
)
async def test_dying_between_two_steps_loses_no_escalation_and_doubles_no_effect(
    place: str, kafka: str, database: Database, monitor: Monitor, heard: Hear
) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request, priority=Priority.EMERGENCY))
    monitor.watch.now = NOON + timedelta(minutes=50)
    part, method = place.split(".")
    with pytest.raises(UnavailableError):
        await monitor.sweeper(**{part: Dying(getattr(monitor, part), method)}).sweep()

    # The process started again: it sweeps, and looks for what was recorded and not published.
    monitor.watch.now += timedelta(seconds=60)
    again = monitor.sweeper()
    await again.sweep()
    republishing = asyncio.create_task(again.republish())

    async def all_is_published() -> bool:
        raised, published = [
            await database.collection(name).count({}) for name in ("escalations", "escalations_published")
        ]
        return raised == published

    await until(all_is_published)
    republishing.cancel()

    raised = await raised_on_topic(kafka, request)
    assert {(e.clock, e.step, e.raised_at) for e in raised} in (
        {("internal", 1, NOON + timedelta(minutes=50))},
        {("internal", 1, NOON + timedelta(minutes=51))},
    )
    assert await monitor.escalations.unpublished(monitor.watch.now + timedelta(hours=1)) == []
    assert await monitor.sweeper().sweep() == 0


async def test_a_sweep_looks_at_what_is_due_and_not_at_what_is_open(
    database: Database, store: ClockStore, watch: Watch, heard: Hear
) -> None:
    due = [uuid4() for _ in range(5)]
    await heard(*(lifecycle(RequestAssigned, uuid4()) for _ in range(300)))
    await heard(*(lifecycle(RequestAssigned, r, priority=Priority.EMERGENCY) for r in due))
    watch.now = NOON + timedelta(minutes=50)
    plan = await database.collection("clocks").explain(due_query(watch.now), sort=(("next_at", 1),))
    assert "due_rungs" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] == len(due)
    assert {c.request_id for c in await store.due_rungs(watch.now, 200)} == {str(r) for r in due}


async def test_lanes_bring_events_from_the_topics_and_park_what_is_none(
    kafka: str, make_topic: MakeTopic, store: ClockStore, publisher: Publisher
) -> None:
    events, outcomes = await make_topic(), await make_topic()
    for topic in (events, outcomes):
        await _create(kafka, f"dlq.sla_monitor.{topic}")
    requests = [uuid4() for _ in range(40)]
    for request in requests:
        await publisher.send_all(
            [
                to_send(events, request, lifecycle(RequestAssigned, request)),
                to_send(events, request, lifecycle(AnswerGiven, request, 2)),
                to_send(outcomes, request, outcome(request)),
            ]
        )
    await publisher.send(Record(events, b"poison", b"{", ()))
    consumers = Consumers(
        kafka,
        instance="test",
        publisher=publisher,
        lanes=[
            (
                replace(LIFECYCLE_LANE, group=f"sla-{events}", topics=(events,)),
                LifecycleHandler(store, policies(), calendar()),
            ),
            (replace(OUTCOMES_LANE, group=f"sla-{outcomes}", topics=(outcomes,)), OutcomesHandler(store)),
        ],
    )
    await consumers.start()
    try:

        async def everything_came() -> bool:
            clocks = [await store.get(str(request)) for request in requests]
            settled = all(clock and clock.stop and 2 in clock.stages for clock in clocks)
            return settled and bool(await read_dead_letters(kafka, "sla_monitor"))

        await until(everything_came)
    finally:
        await consumers.stop()
    parked = await read_dead_letters(kafka, "sla_monitor")
    assert [letter.source_topic for letter in parked] == [events]


@pytest.fixture
async def client(monitor: Monitor, store: ClockStore, watch: Watch) -> AsyncIterator[httpx.AsyncClient]:
    away = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    tokens = ServiceTokens("sla_monitor", OKPKey.generate_key("Ed25519"))
    console = Console(
        store=store,
        boards=BoardKeeper(store, clock=watch, ticks=lambda: watch().timestamp()),
        books=BooksKeeper(
            away, tokens, intake_url="http://i", router_url="http://r", clock=watch, every_s=60
        ),
        services=Prober(away, {"intake": "http://i"}, clock=watch, every_s=10),
        sweeper=monitor.sweeper(),
        calendar=calendar(),
        clock=watch,
    )
    await console.books.take()
    await console.services.ask()
    pages = Pages("services.sla_monitor", texts=TEXTS, languages=("tr",), frame="frame_staff.html")
    app = FastAPI()
    app.include_router(clock_routes(store, calendar(), watch))
    app.include_router(due_routes(store, watch))
    app.include_router(console_routes(console, pages))
    install_frame(app, pages=pages)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_a_clock_is_answered_with_every_step(client: httpx.AsyncClient, heard: Hear) -> None:
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request))
    answer = (await client.get(f"/v1/clocks/{request}")).json()
    assert answer["running"] is True
    assert answer["legal"]["policy"] == "petition_3071@1"
    assert answer["legal"]["due_at"] == "2026-12-23T20:59:59.000Z"
    assert answer["legal"]["steps"][1] == {"at": "2026-11-24", "text": "1. gün."}
    assert answer["ladder"][0] | {"at": ""} == {
        "clock": "internal",
        "step": 1,
        "told": "sorumlu",
        "at": "",
        "raised": False,
    }
    page = await client.get(f"/clocks/{request}")
    assert "30. gün; takvim günleri sayıldı." in page.text


async def test_the_targets_of_many_are_answered_at_once(client: httpx.AsyncClient, heard: Hear) -> None:
    one, other = uuid4(), uuid4()
    await heard(lifecycle(RequestAssigned, one))
    single = (await client.get(f"/v1/clocks/{one}")).json()
    answer = await client.post("/v1/clocks/targets", json={"request_ids": [str(one), str(other)]})
    assert answer.json() == {"targets": {str(one): single["internal"]["due_at"]}}
    too_many = {"request_ids": [str(one)] * 1001}
    assert (await client.post("/v1/clocks/targets", json=too_many)).status_code == 422


async def test_an_unknown_request_is_a_problem_in_both_languages(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/clocks/{uuid4()}")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("no-clock")


async def test_lists_are_paged_in_order_without_a_gap_or_a_repeat(
    client: httpx.AsyncClient, heard: Hear, watch: Watch
) -> None:
    requests = [uuid4() for _ in range(7)]
    await heard(*(lifecycle(RequestAssigned, r, priority=Priority.EMERGENCY) for r in requests))
    await heard(lifecycle(RequestAssigned, uuid4()))

    async def pages(path: str) -> list[str]:
        seen, after = [], ""
        while True:
            page = (await client.get(f"{path}&limit=3{after}")).json()
            seen += [item["request_id"] for item in page["items"]]
            if page["next"] is None:
                return seen
            after = f"&after={page['next']}"

    assert await pages("/v1/due?within=2h") == sorted(map(str, requests))
    assert await pages("/v1/overdue?clock=internal") == []
    watch.now = NOON + timedelta(hours=2)
    assert await pages("/v1/overdue?clock=internal") == sorted(map(str, requests))
    assert await pages("/v1/overdue?clock=legal") == []


@pytest.mark.parametrize("query", ["after=nonsense", "after=MjAyNiB4", "limit=0", "clock=both", "within=1y"])
async def test_a_wrong_question_is_named(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/due?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "query"


async def test_the_console_shows_what_burns(client: httpx.AsyncClient, heard: Hear, watch: Watch) -> None:
    empty = await client.get("/")
    assert "Yanan iş yok." in empty.text
    request = uuid4()
    await heard(lifecycle(RequestAssigned, request, priority=Priority.EMERGENCY))
    watch.now = NOON + timedelta(minutes=3)
    page = await client.get("/")
    assert "Acil · 3 dk" in page.text
    assert f'id="r-{request}"' in page.text
    assert "Bakılamadı" in page.text
    for region in ("figures", "burning", "charts"):
        assert (await client.get(f"/console/{region}")).status_code == 200


async def test_the_gauges_say_what_is_open_and_overdue(store: ClockStore, heard: Hear, watch: Watch) -> None:
    await heard(lifecycle(RequestAssigned, uuid4(), priority=Priority.EMERGENCY))
    await heard(lifecycle(RequestAssigned, uuid4()))
    watch.now = NOON + timedelta(hours=2)
    await measure(store, watch)
    assert CLOCKS_OPEN._value.get() == 2
    assert CLOCKS_OVERDUE.labels("internal")._value.get() == 1
    assert CLOCKS_OVERDUE.labels("legal")._value.get() == 0


async def _create(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
