"""From the reply box on the tracking page to the applicants' topic."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.intake.commands.sending import Commands
from services.intake.commands.store import CommandStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from services.intake.tracking.replies import Replies
from services.intake.tracking.story import OpenQuestion
from shared.contracts.cloudevents import Record, read_event
from shared.contracts.commands import REPLY_LIMIT, ReplyCommand
from shared.contracts.lifecycle import LifecycleEvent, QuestionAsked, RequestAssigned
from shared.outcomes import UnavailableError
from shared.storage import Database
from shared.web.formats import Lang
from tests.support.intake import client_of, intake_on
from tests.support.waiting import until
from tests.unit.sla_monitor.events import lifecycle

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
WORDS: Mapping[Lang, str] = {"tr": "Burası neresi?", "en": "Where is it?"}


@pytest.fixture
async def commands(database: Database) -> CommandStore:
    store = CommandStore(database)
    await store.ensure_indexes()
    return store


@pytest.fixture
async def app(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path)
    async with app.router.lifespan_context(app):
        yield app


class Asked:
    """A request whose applicant was asked, as its applicant sees it."""

    def __init__(self, client: httpx.AsyncClient, store: IntakeStore, receipt: dict[str, Any]) -> None:
        self.client = client
        self.id = UUID(receipt["request_id"])
        self.number = receipt["receipt_number"]
        self.code = receipt["tracking_url"].partition("?s=")[2]
        self._store = store

    async def tell(self, event: LifecycleEvent) -> None:
        entry = TimelineEntry(self.id, event.sequence, event.ce_type, event.model_dump_json())
        await self._store.add_to_timeline([entry])

    async def page(self) -> str:
        answer = await self.client.get(f"/t/{self.number}", params={"s": self.code, "lang": "tr"})
        assert answer.status_code == 200
        return answer.text

    async def reply(self, text: str, **changes: str) -> httpx.Response:
        fields = {"s": self.code, "soru": "2", "yanit": text} | changes
        return await self.client.post(f"/t/{self.number}/yanit", params={"lang": "tr"}, data=fields)


@pytest.fixture
async def asked(app: FastAPI, database: Database) -> AsyncIterator[Asked]:
    async with client_of(app) as client:
        body = {"description": "Yolda çukur var"}
        headers = {"Idempotency-Key": uuid4().hex}
        answer = await client.post("/v1/web/requests", json=body, headers=headers)
        asked = Asked(client, IntakeStore(database, watch_grace=timedelta(seconds=1)), answer.json())
        await asked.tell(lifecycle(QuestionAsked, asked.id, 2))
        yield asked


async def test_the_page_asks_takes_the_reply_and_thanks_for_it(asked: Asked, commands: CommandStore) -> None:
    page = await asked.page()
    assert "Burası neresi?" in page
    assert "Sizden yanıt bekliyoruz" in page
    answer = await asked.reply("Cihangir’de.\r\nBeni arayın: 0532 123 45 67")
    assert answer.status_code == 303
    page = (await asked.client.get(answer.headers["location"])).text
    assert "Yanıtınızı aldık" in page
    assert "<textarea" not in page
    assert "Sizden yanıt bekliyoruz" not in page
    (recorded,) = await commands.unpublished(datetime.now(UTC) + timedelta(minutes=1))
    assert isinstance(recorded.command, ReplyCommand)
    assert recorded.command.text == "Cihangir’de.\nBeni arayın: [telefon gizlendi]"


async def test_one_reply_counts_however_often_it_is_sent(asked: Asked, commands: CommandStore) -> None:
    answers = await asyncio.gather(*(asked.reply("Cihangir’de") for _ in range(5)))
    again = await asked.reply("Yok, Galata’da")
    assert {answer.status_code for answer in (*answers, again)} == {303}
    (recorded,) = await commands.unpublished(datetime.now(UTC) + timedelta(minutes=1))
    assert isinstance(recorded.command, ReplyCommand)
    assert recorded.command.text == "Cihangir’de"
    assert "Galata" not in await asked.page()


async def test_who_sends_it_again_after_it_was_decided_sees_the_page(asked: Asked) -> None:
    await asked.reply("Cihangir’de")
    await asked.tell(lifecycle(RequestAssigned, asked.id, 3))
    assert (await asked.reply("Cihangir’de")).status_code == 303


@pytest.mark.parametrize("fields", [{"s": "AAAA-AAAA"}, {"s": ""}])
async def test_nobody_replies_without_the_receipts_code(
    asked: Asked, commands: CommandStore, fields: dict[str, str]
) -> None:
    assert (await asked.reply("Cihangir’de", **fields)).status_code == 404
    assert await commands.unpublished(datetime.now(UTC) + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [(" \r\n ", "Yanıtınızı yazın"), ("ş" * (REPLY_LIMIT + 1), f"En çok {REPLY_LIMIT} karakter")],
)
async def test_what_cannot_be_taken_is_said_and_kept_on_the_page(asked: Asked, typed: str, said: str) -> None:
    answer = await asked.reply(typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.strip() in answer.text
    assert (await asked.reply("ş" * REPLY_LIMIT)).status_code == 303


@pytest.mark.parametrize("token", ["7", "", "x" * 5_000, "²"])
async def test_a_reply_to_what_is_not_asked_any_more_is_not_swallowed(asked: Asked, token: str) -> None:
    if token == "7":
        await asked.tell(lifecycle(RequestAssigned, asked.id, 3))
    answer = await asked.reply("Cihangir’de", soru=token)
    assert answer.status_code == 409
    assert "yanıtınıza gerek kalmadı" in answer.text


async def test_while_the_database_takes_nothing_the_words_stay_on_the_page(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise UnavailableError("database away: for the test")

    monkeypatch.setattr(CommandStore, "record", away)
    answer = await asked.reply("Cihangir’de")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert re.search(r"<textarea[^>]*>Cihangir’de</textarea>", answer.text)


class Remembering:
    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.away = False
        self.refused = 0

    async def send_all(self, records: list[Record]) -> None:
        if self.away:
            self.refused += 1
            raise UnavailableError("broker away: for the test")
        self.sent.extend(records)


async def test_a_reply_is_published_at_once_and_once(commands: CommandStore, database: Database) -> None:
    broker: Any = Remembering()
    replies = Replies(Commands(commands, broker, lambda: NOW), lambda: NOW)
    request, other = uuid4(), uuid4()
    for asked in (request, request, other):
        await replies.give(OpenQuestion("2", WORDS, asked), "Cihangir’de")

    async def both_are_published() -> bool:
        return await database.collection("commands_published").count({}) == 2

    await until(both_are_published)
    (sent,) = [record for record in broker.sent if record.key == str(request).encode()]
    assert sent.topic == "requests.commands.applicants.v1"
    event = read_event(sent.value, sent.headers, {ReplyCommand.ce_type: ReplyCommand})
    assert event.data == ReplyCommand(request_id=request, issued_at=NOW, text="Cihangir’de")
    assert await commands.unpublished(NOW + timedelta(minutes=5)) == []


async def test_what_was_recorded_while_the_broker_was_away_is_published_by_whoever_comes_next(
    commands: CommandStore,
) -> None:
    broker: Any = Remembering()
    broker.away = True
    request = uuid4()
    await Replies(Commands(commands, broker, lambda: NOW), lambda: NOW).give(
        OpenQuestion("2", WORDS, request), "Cihangir’de"
    )
    await until(lambda: broker.refused)
    assert broker.sent == []

    broker.away = False
    next_process = Commands(commands, broker, lambda: NOW + timedelta(minutes=1))
    loop = asyncio.create_task(next_process.publish_forgotten())
    await until(lambda: broker.sent)
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop
    assert [r.key for r in broker.sent] == [str(request).encode()]
    assert await Replies(next_process, lambda: NOW).given(request, "2") == "Cihangir’de"
