"""From the buttons of the tracking page through the router and back, over a real database.

Records are carried from one service to the other by hand, so that each race has the order that is asked for.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord

from services.intake.commands.store import CommandRecord, CommandStore
from services.intake.forgetting import ForgottenStore
from services.intake.store import IntakeStore
from services.intake.tracking.consumer import TimelineHandler
from services.router.consumers import CommandsHandler, RequestsHandler
from services.router.domain.cases import Case
from services.router.domain.verdicts import Assigned, Split, Verdict
from services.router.follow_ups import Decide
from services.router.returns import load_returns
from services.router.store import RouterStore
from shared.books import balance
from shared.contracts import topics
from shared.contracts.base import Contract
from shared.contracts.chain import first_break
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.commands import (
    WHY_LIMIT,
    AcceptCommand,
    AnswerCommand,
    Command,
    CompleteCommand,
    StartCommand,
)
from shared.contracts.decisions import Matter
from shared.contracts.requests import RequestReceived
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import Priority, State
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import at_work, intake_on
from tests.support.lifecycle import no_answer_files
from tests.unit.router.samples import HOLDER, decision

TOKEN = re.compile(r'name="imza" value="([^"]+)"')
PART = UUID(int=77)
NAME = "Temizlik İşleri Müdürlüğü"
_offsets = count()


def one_matter(requests: Sequence[RequestReceived]) -> list[Verdict]:
    return [Assigned(HOLDER, NAME, decision()) for _ in requests]


def two_matters(requests: Sequence[RequestReceived]) -> list[Verdict]:
    chosen = decision().chosen
    other = chosen.model_copy(update={"category_title": "Bozuk lamba"})
    matters = (
        Matter(candidate=chosen, priority=Priority.NORMAL, start=0, end=3),
        Matter(candidate=other, priority=Priority.NORMAL, start=4, end=9, request_id=PART),
    )
    lead = Assigned(HOLDER, NAME, decision().model_copy(update={"matters": matters}))
    part = Assigned(HOLDER, NAME, decision().model_copy(update={"chosen": other}))
    return [Split((lead, part), lead.decision) for _ in requests]


class Carried:
    """In the broker's place: keeps what the router publishes until somebody carries it on."""

    def __init__(self) -> None:
        self.sent: list[Record] = []

    async def send_all(self, records: Sequence[Record]) -> None:
        self.sent += records

    def of(self, topic: str) -> list[dict[str, Any]]:

        return [json.loads(r.value or b"null") for r in self.sent if r.topic == topic]


def raw(record: Record) -> "ConsumerRecord[Any, Any]":
    return ConsumerRecord(
        record.topic, 0, next(_offsets), 0, 0, record.key, record.value, None, 0, 0, record.headers
    )


class World:
    """An applicant with a receipt, intake, the router and a directorate."""

    def __init__(self, client: httpx.AsyncClient, intake: Database, router: Database) -> None:
        self.client = client
        self.requests = IntakeStore(intake, watch_grace=timedelta(seconds=1))
        self.commands = CommandStore(intake)
        self.forgotten = ForgottenStore(intake)
        self.histories = RouterStore(router)
        self.publisher: Any = Carried()
        self.now = datetime.now(UTC)
        self._sent = intake.collection("commands")
        self._heard: set[UUID] = set()

    async def applies(self, verdicts: Decide) -> None:
        await self.histories.ensure_indexes()
        parts = (self.histories, self.publisher, verdicts, lambda: self.now)
        self._requests = RequestsHandler(*parts)
        self._commands = CommandsHandler(*parts, load_returns())
        body = {"description": "Çöp, lamba bozuk"}
        answer = await self.client.post(
            "/v1/web/requests", json=body, headers={"Idempotency-Key": uuid4().hex}
        )
        receipt = answer.json()
        self.id = UUID(receipt["request_id"])
        self.number = receipt["receipt_number"]
        self.code = receipt["tracking_url"].partition("?s=")[2]
        accepted = await self.requests.request(self.id)
        assert accepted is not None
        await self._handled(
            self._requests, topics.REQUESTS, RequestReceived.model_validate_json(accepted.event), uuid4()
        )
        await self.page_hears()

    async def directorate(self, *kinds: type[Command], of: UUID | None = None) -> None:
        for kind in kinds:
            text = {"text": "Toplandı."} if kind is AnswerCommand else {}
            command = kind(request_id=of or self.id, issued_at=self.now, **text)
            await self._handled(self._commands, topics.commands_topic(HOLDER), command, uuid4())

    async def waiting(self) -> list[CommandRecord]:
        """What the applicant sent."""
        ids = [UUID(document["_id"]) for document in await self._sent.find({}, fields=["_id"])]
        found = [await self.commands.get(i) for i in ids if i not in self._heard]
        return [record for record in found if record]

    async def router_hears(self, *, twice: bool = False) -> None:
        for record in await self.waiting():
            for _ in range(1 + twice):
                await self._handled(
                    self._commands, topics.commands_topic(APPLICANTS), record.command, record.id
                )
            self._heard.add(record.id)

    async def page_hears(self) -> None:
        lifecycle = [raw(r) for r in self.publisher.sent if r.topic == topics.LIFECYCLE]
        await TimelineHandler(self.requests, self.forgotten.among, no_answer_files).prepare(lifecycle)

    async def _handled(self, handler: Any, topic: str, data: Contract, event_id: UUID) -> None:  # noqa: ANN401
        subject = data.request_id  # type: ignore[attr-defined]
        record = raw(to_record(topic, CloudEvent(event_id, "/test", self.now, subject, data)))
        await handler.handle(record, await handler.prepare([record]))

    async def case(self, of: UUID | None = None) -> Case:
        return (await self.histories.cases([of or self.id]))[of or self.id]

    async def page(self, lang: str = "tr") -> str:
        answer = await self.client.get(f"/t/{self.number}", params={"s": self.code, "lang": lang})
        assert answer.status_code == 200
        return unescape(answer.text)

    async def asks(self, path: str, of: UUID | None = None) -> httpx.Response:
        query = {"s": self.code, "konu": str(of or self.id), "lang": "tr"}
        return await self.client.get(f"/t/{self.number}/{path}", params=query)

    async def sends(self, path: str, token: str, of: UUID | None = None, **fields: str) -> httpx.Response:
        form = {"s": self.code, "konu": str(of or self.id), "imza": token} | fields
        return await self.client.post(f"/t/{self.number}/{path}", params={"lang": "tr"}, data=form)

    async def does(self, path: str, of: UUID | None = None, **fields: str) -> httpx.Response:
        shown = await self.page() if path == "cozuldu" else (await self.asks(path, of)).text
        token = TOKEN.search(shown)
        assert token, shown
        return await self.sends(path, token[1], of, **fields)


@pytest.fixture
async def world(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    intake, router = (Database.connect(mongodb, name) for name in (database_name, f"{database_name}_r"))
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app) as client:
        yield World(client, intake, router)
    await router.drop()
    await intake.close()
    await router.close()


@pytest.fixture
async def known(world: World) -> World:
    await world.applies(one_matter)
    return world


async def test_a_withdrawal_goes_from_a_page_of_its_own_to_the_directorate(known: World) -> None:
    assert "Başvurumu geri çek" in await known.page()
    asked = await known.asks("geri-cek")
    assert "geri çekiyor musunuz" in asked.text
    assert asked.headers["referrer-policy"] == "no-referrer"
    assert await known.waiting() == [], "asking does nothing"
    answer = await known.does("geri-cek")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/t/{known.number}?s=")
    page = await known.page()
    assert "Geri çekme isteğinizi aldık" in page
    assert "Başvurumu geri çek" not in page, "it counts from its recording on"
    await known.router_hears(twice=True)
    await known.page_hears()
    page = await known.page()
    assert page.count("Başvurunuzu geri çektiniz") >= 2
    assert "süre işlemiyor" in page
    assert "You have withdrawn your request." in await known.page("en")
    case = await known.case()
    assert [e.data["state"] for e in case.history] == ["assigned", "withdrawn"]
    assert first_break(e.data for e in case.history) is None
    routed = known.publisher.of(topics.routed_topic(HOLDER))[-1]
    assert (routed["state"], routed["applicants_word"]["said"]) == ("closed", "withdrawn")


async def test_the_books_know_what_was_withdrawn(known: World) -> None:
    await known.does("geri-cek")
    await known.router_hears()
    accepted = [i async for i in known.requests.accepted_ids()]
    books = balance(accepted, [s async for s in known.histories.states()])
    assert books.balanced
    assert books.by_state == {State.WITHDRAWN: 1}


async def test_a_form_sent_again_and_from_several_pages_is_one_command(known: World) -> None:
    token = TOKEN.search((await known.asks("geri-cek")).text)
    assert token
    await known.directorate(AcceptCommand)
    await known.page_hears()
    for _ in range(3):
        assert (await known.sends("geri-cek", token[1])).status_code == 303
    assert len(await known.waiting()) == 1
    await known.router_hears()
    await known.page_hears()
    assert (await known.sends("geri-cek", token[1])).status_code == 303, "done is done"
    assert await known.waiting() == []


async def test_an_answer_that_was_first_stands_and_the_applicant_is_told(known: World) -> None:
    await known.does("geri-cek")
    await known.directorate(AcceptCommand, AnswerCommand)
    await known.router_hears()
    await known.page_hears()
    assert (await known.case()).state is State.ANSWERED
    assert [r["code"] for r in known.publisher.of(topics.REFUSALS)] == ["illegal_transition"]
    page = await known.page()
    assert "başvurunuz geri çekilmedi" in page
    assert "Sorun çözüldü mü?" in page


async def test_a_withdrawal_that_was_first_stands_and_the_directorate_is_told(known: World) -> None:
    await known.does("geri-cek")
    await known.router_hears()
    await known.directorate(AcceptCommand)
    assert (await known.case()).state is State.WITHDRAWN
    (refusal,) = known.publisher.of(topics.REFUSALS)
    assert (refusal["sender"], refusal["reason"]) == (HOLDER, "Başvuran başvurusunu geri çekti.")


async def test_solved_closes_by_the_applicants_word(known: World) -> None:
    await known.directorate(AcceptCommand, AnswerCommand)
    await known.page_hears()
    page = await known.page()
    assert "Sorun çözüldü mü?" in page
    assert "Başvurumu geri çek" not in page, "nothing is owed any more"
    await known.does("cozuldu")
    assert "Teşekkür ederiz" in await known.page()
    await known.router_hears()
    await known.page_hears()
    case = await known.case()
    assert (case.state, case.last.data["actor"]["kind"]) == (State.CLOSED, "applicant")
    page = await known.page()
    assert "Evet, çözüldü" not in page
    assert "Hayır, çözülmedi" in page, "until the day that the answer promised"


async def test_not_solved_comes_back_to_the_directorate_in_the_applicants_words(known: World) -> None:
    await known.directorate(AcceptCommand, AnswerCommand, CompleteCommand)
    await known.page_hears()
    too_long = await known.does("cozulmedi", neden="ş" * (WHY_LIMIT + 1))
    assert too_long.status_code == 422
    assert f"En çok {WHY_LIMIT} karakter" in too_long.text
    await known.does("cozulmedi", neden="Yine taştı, 0532 123 45 67")
    await known.router_hears()
    await known.page_hears()
    page = await known.page()
    assert "yeniden bakacak" in page
    assert "Yine taştı, [telefon gizlendi]" in page
    routed = known.publisher.of(topics.routed_topic(HOLDER))[-1]
    assert (routed["state"], routed["applicants_word"]["why"]) == (
        "assigned",
        "Yine taştı, [telefon gizlendi]",
    )
    await known.directorate(AcceptCommand, StartCommand, AnswerCommand)
    await known.page_hears()
    await known.does("cozulmedi", neden=" ")
    await known.router_hears()
    back = (await known.case()).last.data
    assert (back["times"], back["for_supervisor"], "why" in back) == (2, True, False)


async def test_an_answer_of_long_ago_cannot_be_sent_back_by_an_old_page(known: World) -> None:
    known.now -= timedelta(days=40)
    await known.directorate(AcceptCommand, AnswerCommand)
    await known.page_hears()
    assert "Hayır, çözülmedi" not in await known.page()
    late = await known.sends("cozulmedi", "3")
    assert late.status_code == 409
    assert "bunu artık yapamazsınız" in late.text
    assert await known.waiting() == []


async def test_an_objection_brings_the_request_before_a_person(known: World) -> None:
    asked = await known.asks("itiraz")
    assert "6698" in asked.text
    await known.does("itiraz", neden="Bu çöp değil")
    await known.router_hears()
    await known.page_hears()
    case = await known.case()
    assert (case.state, case.decision.inputs["objection"]) == (State.TRIAGE, "Bu çöp değil")
    page = await known.page()
    assert "Otomatik karara itiraz ettiniz" in page
    assert "Otomatik karara itiraz et</a>" not in page


async def test_each_of_several_matters_is_acted_on_from_the_one_page(world: World) -> None:
    await world.applies(two_matters)
    page = await world.page()
    assert page.count("Başvurumu geri çek: ") == 2
    asked = await world.asks("itiraz", PART)
    assert "Bozuk lamba" in asked.text
    await world.does("itiraz", PART)
    await world.does("geri-cek")
    await world.router_hears()
    await world.page_hears()
    assert ((await world.case()).state, (await world.case(PART)).state) == (State.WITHDRAWN, State.TRIAGE)
    page = await world.page()
    assert "bir görevlimiz karar veriyor" in page, "what is left says where the request stands"
    assert page.count("Başvurumu geri çek: ") == 1


@pytest.mark.parametrize("path", ["geri-cek", "cozuldu", "cozulmedi", "itiraz"])
async def test_nobody_acts_without_the_code_or_for_another_request(known: World, path: str) -> None:
    assert (await known.sends(path, "0", s="AAAA-AAAA")).status_code == 404
    assert (await known.sends(path, "0", of=uuid4())).status_code == 409
    assert (await known.sends(path, "²" * 5_000)).status_code == 409
    assert await known.waiting() == []


async def test_while_the_database_takes_nothing_the_words_stay_on_the_page(
    known: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise UnavailableError("database away: for the test")

    monkeypatch.setattr(CommandStore, "record", away)
    answer = await known.does("itiraz", neden="Bu çöp değil")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert re.search(r"<textarea[^>]*>Bu çöp değil</textarea>", answer.text)
