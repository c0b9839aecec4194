"""What applicants said after their request, once they are erased: looked for in the raw documents."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from pymongo import MongoClient

from services.intake.commands.sending import Commands
from services.intake.commands.store import CommandRecord, CommandStore
from services.intake.forgetting import Forgetting, ForgottenStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from services.intake.tracking.consumer import TimelineHandler
from shared.contracts.base import Contract
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.commands import ObjectCommand, ReplyCommand
from shared.contracts.lifecycle import QuestionAsked, ReplyReceived, RequestReopened
from shared.storage import Database
from tests.support.intake import as_service, at_work, intake_on
from tests.support.lifecycle import no_answer_files
from tests.support.waiting import until
from tests.unit.sla_monitor.events import lifecycle

WORDS: Final = "Mor kapılı evin arkasında"
LATER: Final = timedelta(minutes=5)


class Broker:
    """Takes what is published, once it is there."""

    def __init__(self) -> None:
        self.sent: list[Record] = []

    async def send_all(self, records: list[Record]) -> None:
        self.sent.extend(records)


class Door:
    """An intake without a broker, and the memory behind it."""

    def __init__(self, client: httpx.AsyncClient, mongodb: str, database: Database, name: str) -> None:
        self.client = client
        self.commands = CommandStore(database)
        self.store = IntakeStore(database, watch_grace=timedelta(seconds=1))
        self.forgotten = ForgottenStore(database)
        self.broker: Any = Broker()
        self._raw: MongoClient[dict[str, object]] = MongoClient(mongodb)
        self._name = name

    async def asked(self) -> tuple[UUID, dict[str, Any]]:
        """Take a request in and ask its applicant."""
        answer = await self.client.post(
            "/v1/web/requests",
            json={"description": "Yolda çukur var", "applicant": {"email": f"{uuid4().hex}@example.com"}},
            headers={"Idempotency-Key": uuid4().hex},
        )
        request_id = UUID(answer.json()["request_id"])
        await self.tell(request_id, lifecycle(QuestionAsked, request_id, 2))
        return request_id, answer.json()

    async def tell(self, request_id: UUID, event: Contract) -> None:
        """Let the router tell of a request, by the way events come."""
        sent = to_record("t", CloudEvent(uuid4(), "/test", datetime.now(UTC), request_id, event))
        record = ConsumerRecord("t", 0, 0, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)
        await TimelineHandler(self.store, self.forgotten.among, no_answer_files).prepare([record])

    async def reply(self, receipt: dict[str, Any]) -> None:
        code = receipt["tracking_url"].partition("?s=")[2]
        answer = await self.client.post(
            f"/t/{receipt['receipt_number']}/yanit", data={"s": code, "soru": "2", "yanit": WORDS}
        )
        assert answer.status_code == 303

    async def erase(self, request_id: UUID) -> None:
        answer = await self.client.delete(f"/internal/v1/vault/{request_id}/person", auth=as_service("cli"))
        assert answer.status_code == 200

    async def publish(self) -> None:
        """Let the broker be there for what waits for it."""
        later = Commands(self.commands, self.broker, lambda: datetime.now(UTC) + LATER)
        loop = asyncio.create_task(later.publish_forgotten())
        await until(lambda: self.broker.sent)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    async def go_on(self) -> None:
        """Do now what intake does every few seconds."""
        later = Forgetting(self.forgotten, self.store, self.commands, lambda: datetime.now(UTC) + LATER)
        await later.go_on()

    def places_of(self, words: str = WORDS) -> set[str]:
        """Return the collections of intake that hold these words anywhere."""
        database = self._raw[self._name]
        return {
            name
            for name in database.list_collection_names()
            if any(words in repr(document) for document in database[name].find())
        }

    def close(self) -> None:
        self._raw.close()


@pytest.fixture
async def door(
    mongodb: str, database: Database, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    async with at_work(intake_on(monkeypatch, mongodb, database_name, tmp_path)) as client:
        door = Door(client, mongodb, database, database_name)
        yield door
        door.close()


async def test_nothing_of_a_reply_is_left_once_its_applicant_is_erased(door: Door) -> None:
    request_id, receipt = await door.asked()
    await door.reply(receipt)
    await door.publish()
    await door.tell(request_id, lifecycle(ReplyReceived, request_id, 3).model_copy(update={"text": WORDS}))
    assert door.places_of() == {"commands", "timeline"}
    await door.erase(request_id)
    assert door.places_of() == set()
    page = await door.client.get(receipt["tracking_url"])
    assert page.status_code == 200
    assert "[silindi]" in page.text


async def test_the_page_shows_the_request_itself_until_its_applicant_is_erased(door: Door) -> None:
    request_id, receipt = await door.asked()
    assert "Yolda çukur var" in (await door.client.get(receipt["tracking_url"])).text
    await door.erase(request_id)
    page = await door.client.get(receipt["tracking_url"])
    assert page.status_code == 200
    assert "Yolda çukur var" not in page.text
    assert "Yazdıklarımı göster" not in page.text


async def test_the_page_does_not_repeat_what_stands_behind_a_privacy_wall(door: Door) -> None:
    request_id, receipt = await door.asked()
    asked = lifecycle(QuestionAsked, request_id, 3).model_copy(update={"seen_only_by": "kadin-aile"})
    await door.tell(request_id, asked)
    assert "Yolda çukur var" not in (await door.client.get(receipt["tracking_url"])).text


async def test_a_reply_that_waits_for_the_broker_is_published_first(door: Door) -> None:
    request_id, receipt = await door.asked()
    await door.reply(receipt)
    await door.erase(request_id)
    await door.go_on()
    assert door.places_of() == {"commands"}
    await door.publish()
    assert [WORDS in r.value.decode() for r in door.broker.sent if r.value] == [True]
    await door.go_on()
    assert door.places_of() == set()
    assert await door.forgotten.unsettled() == []


async def test_what_the_router_tells_after_the_erasure_comes_without_the_words(door: Door) -> None:
    request_id, _ = await door.asked()
    await door.erase(request_id)
    await door.tell(request_id, lifecycle(ReplyReceived, request_id, 3).model_copy(update={"text": WORDS}))
    reopened = lifecycle(RequestReopened, request_id, 4).model_copy(update={"why": WORDS})
    await door.tell(request_id, reopened)
    assert door.places_of() == set()
    assert [entry.sequence for entry in await door.store.timeline(request_id)] == [2, 3, 4]


async def test_another_persons_words_stay(door: Door) -> None:
    first, _ = await door.asked()
    _, receipt = await door.asked()
    await door.reply(receipt)
    await door.publish()
    await door.erase(first)
    assert door.places_of() == {"commands"}


async def test_the_words_of_linked_matters_go_too(door: Door) -> None:
    request_id, _ = await door.asked()
    matter, at = uuid4(), datetime.now(UTC)
    told = lifecycle(QuestionAsked, matter, 1)
    entry = TimelineEntry(request_id, 1, told.ce_type, told.model_dump_json(), matter=matter)
    await door.store.add_to_timeline([entry])
    said = [
        ReplyCommand(request_id=matter, issued_at=at, text=WORDS),
        ObjectCommand(request_id=request_id, issued_at=at, why=WORDS),
    ]
    for command in said:
        record = CommandRecord(uuid4(), command, at)
        await door.commands.record(record)
        await door.commands.published([record.id])
    await door.erase(request_id)
    assert door.places_of() == set()
