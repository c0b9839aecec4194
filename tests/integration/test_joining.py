"""Who asks to be added to a known request: from the form over the broker to the decision, page and desk.

The router's verdicts are written by hand: on one sentence it is sure, on the other it is not.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI

from services.intake.forgetting import ForgottenStore
from services.intake.form_tokens import new_token
from services.intake.pages.form import JOIN, Draft, Step
from services.intake.pages.form_drafts import Drafts
from services.intake.store import IntakeStore
from services.intake.tracking.consumer import TimelineHandler
from services.router.consumers import CommandsHandler, RequestsHandler
from services.router.desk.acts import Acts
from services.router.desk.first_look import FirstLooks, first_look_routes
from services.router.desk.page_routes import desk_pages, page_routes
from services.router.desk.screen import Screen
from services.router.domain.cases import Case
from services.router.domain.verdicts import Assigned, Triaged, Verdict
from services.router.knowledge.loader import load_knowledge
from services.router.returns import load_returns
from services.router.store import RouterStore
from shared.clock import system_clock
from shared.contracts import topics
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.commands import AcceptCommand, AnswerCommand, Command, ReplyCommand, WithdrawCommand
from shared.contracts.decisions import Question
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import State
from shared.messaging import Lane, Publisher
from shared.messaging.consumer import Consumers
from shared.storage import Database
from shared.web.frame import install_frame
from tests.support.desk import decision
from tests.support.intake import at_work, intake_on
from tests.support.lifecycle import no_answer_files
from tests.support.serving import served
from tests.support.stack import MakeTopic
from tests.support.waiting import until

KNOWLEDGE: Final = load_knowledge()
BINS: Final = KNOWLEDGE.candidate("TEM-KNT", "temizlik", 0.6)
SURE: Final = "Çöp konteyneri taşıyor, kokuyor"
UNCLEAR: Final = "Bakar mısınız?"
UNSURE: Final = "Çöp konteyneri hâlâ taşıyor, günlerdir"
HERE: Final = {"enlem": "41.032500", "boylam": "28.983600", "dogruluk": ""}


def verdicts(requests: Sequence[RequestReceived]) -> list[Verdict]:
    return [_verdict(request.description) for request in requests]


def _verdict(text: str) -> Verdict:
    if text == SURE:
        return Assigned("temizlik", BINS.body, decision([BINS], rule="competent-directorate"))
    if text == UNCLEAR:
        question = Question(id="what", ask="applicant", tr="Ne oldu?", en="What happened?")
        return Triaged("Konu anlaşılmadı.", decision([BINS], rule="nothing-said", question=question))
    return Triaged("Sistem konudan yeterince emin değil.", decision([BINS]))


async def no_files(*_: object) -> tuple[()]:
    return ()


class Carried:
    """In the place of the broker behind the router: keeps what is published."""

    def __init__(self) -> None:
        self.sent: list[Record] = []

    async def send_all(self, records: Sequence[Record]) -> None:
        self.sent += records


class Town:
    """Residents at the form, intake, a broker between it and the router, and the desk."""

    def __init__(self, door: httpx.AsyncClient, intake: Database, router: Database) -> None:
        self.door = door
        self.requests = IntakeStore(intake, watch_grace=timedelta(seconds=1))
        self.store = RouterStore(router)
        carried: Any = Carried()
        self.carried = carried
        parts = (self.store, self.carried, verdicts, system_clock)
        self.handler = RequestsHandler(*parts)
        self._commands = CommandsHandler(*parts, load_returns())
        self._drafts = Drafts(intake, system_clock)
        self._forgotten = ForgottenStore(intake)
        desk, pages = FastAPI(), desk_pages()
        acts = Acts(self.store, self.carried, KNOWLEDGE, system_clock)
        screen = Screen(self.store, KNOWLEDGE, pages, system_clock, no_files)
        desk.include_router(page_routes(screen, acts, KNOWLEDGE))
        install_frame(desk, pages=pages)
        self.desk = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=desk), base_url="http://127.0.0.1:8001"
        )

    def over(self, publisher: Publisher, topic: str) -> None:
        """Let events go over this topic."""
        self._publisher, self._topic = publisher, topic

    async def check(self, words: str) -> httpx.Response:
        """Return the last page of a form with all answers given."""
        answers = {"ne": words, **HERE, "ulasim": "yok"}
        settled = frozenset({Step.WHAT, Step.WHERE, Step.REACH})
        token = new_token()
        await self._drafts.save(token, Draft("istek", answers, settled))
        page = await self.door.get(f"/basvuru/kontrol?form={token}&tur=istek&lang=tr")
        assert page.status_code == 200
        return page

    async def press(self, page: httpx.Response, **button: str) -> "Receipt":
        """Press a button of the last page; the event is on its way to the router then."""
        sent = await self.door.post(str(page.url), data=button, follow_redirects=True)
        number = re.search(r"BB-\d{4}-\d{7}-[A-Z]", sent.text)
        assert number is not None
        return await self._publish(number[0], sent.url.params["s"])

    async def _publish(self, number: str, code: str) -> "Receipt":
        record = await self.requests.request_by_number(number)
        assert record is not None
        event = RequestReceived.model_validate_json(record.event)
        told = CloudEvent(uuid4(), "/istek/intake", record.recorded_at, record.request_id, event)
        await self._publisher.send_all([to_record(self._topic, told)])
        return Receipt(record.request_id, number, code)

    async def ask_to_be_added(self, words: str, known: "Receipt") -> "Receipt":
        """Let a client of the API hand in what the form would offer nobody to be added with."""
        answer = await self.door.post(
            "/v1/web/requests",
            json={
                "description": words,
                "place": {"lat": float(HERE["enlem"]), "lon": float(HERE["boylam"])},
                "joins": str(known.request_id),
            },
            headers={"Idempotency-Key": str(uuid4())},
        )
        told = answer.json()
        return await self._publish(told["receipt_number"], httpx.URL(told["tracking_url"]).params["s"])

    async def decided(self, receipt: "Receipt") -> Case:
        """Return the case once the router has it, and tell the tracking page of it."""
        key = str(receipt.request_id).encode()
        # Recorded first, told afterwards: what is told is recorded, too.
        await until(lambda: any((r.topic, r.key) == (topics.LIFECYCLE, key) for r in self.carried.sent))
        told = [_raw(r) for r in self.carried.sent if r.topic == topics.LIFECYCLE]
        await TimelineHandler(self.requests, self._forgotten.among, no_answer_files).prepare(told)
        return (await self.store.cases([receipt.request_id]))[receipt.request_id]

    async def command(self, command: Command, sender: str) -> None:
        topic = topics.commands_topic(sender)
        told = CloudEvent(uuid4(), "/test", datetime.now(UTC), command.request_id, command)
        record = _raw(to_record(topic, told))
        await self._commands.handle(record, await self._commands.prepare([record]))

    async def tracking(self, receipt: "Receipt", lang: str = "tr") -> str:
        page = await self.door.get(f"/t/{receipt.number}", params={"s": receipt.code, "lang": lang})
        assert page.status_code == 200
        return unescape(page.text)

    async def at_the_desk(self, request_id: UUID) -> str:
        page = await self.desk.get(f"/siniflandirma/{request_id}", headers={"Accept": "text/html"})
        assert page.status_code == 200
        return " ".join(unescape(page.text).split())


class Receipt:
    """What a resident holds."""

    def __init__(self, request_id: UUID, number: str, code: str) -> None:
        self.request_id = request_id
        self.number = number
        self.code = code


def _raw(record: Record) -> "ConsumerRecord[Any, Any]":
    offset = uuid4().int >> 80
    return ConsumerRecord(record.topic, 0, offset, 0, 0, record.key, record.value, None, 0, 0, record.headers)


@pytest.fixture
async def router(mongodb: str, database_name: str) -> AsyncIterator[Database]:
    """The router's own database."""
    database = Database.connect(mongodb, f"{database_name}_r")
    yield database
    await database.drop()
    await database.close()


@pytest.fixture
def looking(mongodb: str, database_name: str) -> Iterator[str]:
    """The address of the router's first look, which lives in a thread of its own with its own connection."""
    app = FastAPI()
    store = RouterStore(Database.connect(mongodb, f"{database_name}_r"))
    app.include_router(first_look_routes(FirstLooks(store, verdicts, KNOWLEDGE, system_clock)))
    with served(app) as address:
        yield address


@pytest.fixture
async def town(
    *,
    mongodb: str,
    kafka: str,
    database_name: str,
    database: Database,
    router: Database,
    looking: str,
    make_topic: MakeTopic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    topic = await make_topic()
    publisher = Publisher(kafka, client_id="test-joining")
    lane = Lane(service="router", group=f"g-{uuid4().hex[:8]}", topics=(topic,))
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path, ISTEK_ROUTER_URL=looking)
    await publisher.start()
    async with at_work(app) as door:
        town = Town(door, database, router)
        town.over(publisher, topic)
        await town.store.ensure_indexes()
        consumers = Consumers(kafka, instance="0", publisher=publisher, lanes=[(lane, town.handler)])
        await consumers.start()
        yield town
        await consumers.stop()
        await town.desk.aclose()
    await publisher.stop()


async def test_who_is_added_goes_to_the_same_directorate_with_a_number_of_their_own(town: Town) -> None:
    first = await town.press(await town.check(SURE))
    known = await town.decided(first)
    assert (known.state, known.joined) == (State.ASSIGNED, None)

    check = await town.check(UNSURE)
    assert "Beni de ekle" in check.text
    assert first.number not in check.text
    assert str(first.request_id) not in check.text
    second = await town.press(check, **{JOIN: "1"})
    assert second.number != first.number
    case = await town.decided(second)
    assert (case.state, case.holder, case.joined) == (State.ASSIGNED, "temizlik", first.request_id)
    assert (case.decision.rule, case.sequence) == ("same-work", 1)

    page = await town.tracking(second)
    assert "yakındaki açık bir başvuruya eklendiniz" in page
    assert "You were added to an open request" in await town.tracking(second, "en")
    assert first.number not in page
    assert "eklendiniz" not in await town.tracking(first)

    shown = await town.at_the_desk(first.request_id)
    assert "1 kişi daha bildirdi" in shown
    assert f'href="/siniflandirma/{second.request_id}"' in shown
    shown = await town.at_the_desk(second.request_id)
    assert (
        f'href="/siniflandirma/{first.request_id}">{first.number[8:]}</a> numaralı başvuruya eklendi.'
        in shown
    )
    assert "Sistem tek başına emin değildi" in shown
    assert "kişi daha bildirdi" not in shown


async def test_who_sends_it_apart_waits_for_a_person_as_ever(town: Town) -> None:
    await town.decided(await town.press(await town.check(SURE)))
    apart = await town.press(await town.check(UNSURE))
    case = await town.decided(apart)
    assert (case.state, case.decision.joining) == (State.TRIAGE, None)
    assert "ekleyemedik" not in await town.tracking(apart)


async def test_what_was_answered_meanwhile_is_not_joined_and_everybody_is_told(town: Town) -> None:
    first = await town.press(await town.check(SURE))
    await town.decided(first)
    check = await town.check(UNSURE)
    now = datetime.now(UTC)
    await town.command(AcceptCommand(request_id=first.request_id, issued_at=now), "temizlik")
    await town.command(
        AnswerCommand(request_id=first.request_id, issued_at=now, text="Boşaltıldı."), "temizlik"
    )
    late = await town.press(check, **{JOIN: "1"})
    case = await town.decided(late)
    joining = case.decision.joining
    assert joining is not None
    assert (case.state, joining.joined, joining.against) == (State.TRIAGE, False, "not-open")
    assert "Sizi yakındaki başvuruya ekleyemedik" in await town.tracking(late)
    shown = await town.at_the_desk(late.request_id)
    assert "Eklenmedi: o başvuru artık bir müdürlükte açık değildi." in shown
    assert "kişi daha bildirdi" not in await town.at_the_desk(first.request_id)
    assert "Beni de ekle" not in (await town.check(UNSURE)).text


async def test_a_reply_that_makes_it_clear_adds_who_asked_for_it(town: Town) -> None:
    first = await town.press(await town.check(SURE))
    await town.decided(first)
    second = await town.ask_to_be_added(UNCLEAR, first)
    case = await town.decided(second)
    assert (case.state, case.joined) == (State.AWAITING_APPLICANT, None)
    assert "ekleyemedik" not in await town.tracking(second), "a reply may change it"
    reply = ReplyCommand(request_id=second.request_id, issued_at=datetime.now(UTC), text=UNSURE)
    await town.command(reply, topics.APPLICANTS)
    case = await town.decided(second)
    assert (case.state, case.holder, case.joined) == (State.ASSIGNED, "temizlik", first.request_id)
    assert (case.decision.rule, case.sequence) == ("same-work", 4)
    assert "yakındaki açık bir başvuruya eklendiniz" in await town.tracking(second)
    assert "1 kişi daha bildirdi" in await town.at_the_desk(first.request_id)


async def test_those_who_were_added_are_counted_until_they_withdraw(town: Town) -> None:
    first = await town.press(await town.check(SURE))
    await town.decided(first)
    for words in (SURE, UNSURE):
        receipt = await town.press(await town.check(words), **{JOIN: "1"})
        case = await town.decided(receipt)
        assert case.joined == first.request_id, "whoever was added is offered to nobody"
    assert "2 kişi daha bildirdi" in await town.at_the_desk(first.request_id)
    withdrawn = WithdrawCommand(request_id=receipt.request_id, issued_at=datetime.now(UTC))
    await town.command(withdrawn, topics.APPLICANTS)
    assert "1 kişi daha bildirdi" in await town.at_the_desk(first.request_id)
    assert [c.request.description for c in await town.store.added_to(first.request_id)] == [SURE]


async def test_who_was_added_is_found_without_a_look_at_all_events(town: Town, router: Database) -> None:
    first = await town.press(await town.check(SURE))
    await town.decided(first)
    added = await town.press(await town.check(SURE), **{JOIN: "1"})
    await town.decided(added)
    plan = await router.collection("events").explain({"joins": str(first.request_id)})
    assert "by_known_request" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] == 1
