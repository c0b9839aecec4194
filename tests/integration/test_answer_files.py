"""A directorate's files from its system to the applicant's page, over a real database, and nobody else's."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.sweeping import AttachmentSweeper
from services.intake.forgetting import ForgottenStore
from services.intake.vault import ErasedError
from services.intake.vault.keyring import DamagedError
from shared.clock import system_clock
from shared.contracts.commands import AnswerFile
from shared.contracts.vocabulary import Channel, Medium, Stage
from shared.storage import Database
from tests.support.answering import Answering, key_for, place_of_files, sent
from tests.support.attachments import HOUSE, erase, intake_with_files, new_key, request, send
from tests.support.intake import at_work
from tests.unit.intake.hostile.making import jpeg, pdf

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Applied:
    """A request with the address of its tracking page."""

    id: UUID
    page: str


class Town:
    """The door, a directorate's system with a key, and whoever holds a receipt."""

    def __init__(self, door: httpx.AsyncClient, database: Database, key: dict[str, str]) -> None:
        self.door = door
        self.database = database
        self.key = key
        self.answering = Answering(database)

    async def applies(self, *files: str, assigned: bool = True, **more: Any) -> Applied:  # noqa: ANN401 - JSON
        receipt = (await request(self.door, *files, **more)).json()
        applied = Applied(UUID(receipt["request_id"]), receipt["tracking_url"].removeprefix(HOUSE))
        if assigned:
            await self.answering.assign(applied.id)
        return applied

    async def sends(self, request_id: UUID, content: bytes) -> AnswerFile:
        return AnswerFile(id=(await sent(self.door, self.key, request_id, content))["attachment_id"])

    async def page(self, applied: Applied, lang: str = "tr") -> str:
        answer = await self.door.get(f"{applied.page}&lang={lang}")
        assert answer.status_code == 200
        return unescape(answer.text)

    async def kept(self) -> dict[str, Any]:
        return {d["_id"]: d for d in await self.database.collection("attachments").find({})}


@pytest.fixture
async def town(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    database = Database.connect(mongodb, database_name)
    key = await key_for(database, "temizlik", "fen")
    app = intake_with_files(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app, base_url=HOUSE) as door:
        yield Town(door, database, key)
    await database.close()


def links(page: str) -> list[str]:
    return re.findall(r'href="(/dosya/[^"]+/content[^"]+)"', page)


async def test_what_a_directorate_sends_is_seen_with_its_answer(town: Town) -> None:
    applied = await town.applies(applicant={"email": "a@example.com"})
    photo, letter = [await town.sends(applied.id, content) for content in (jpeg(), pdf())]
    assert links(await town.page(applied)) == []

    after = photo.model_copy(update={"stage": Stage.AFTER})
    await town.answering.answer(applied.id, after, letter)
    page = await town.page(applied)
    assert re.search(r">Resmî yazı \(PDF, \d+\sKB\)<", page)
    assert re.search(r"<strong>Sonrası</strong>.*> · </span>Fotoğraf · \d+\sKB", page)
    assert "Official letter (PDF" in await town.page(applied, "en")
    of_letter, of_photo = links(page)
    assert (await town.door.get(of_letter)).content == pdf()
    assert (await town.door.get(of_photo)).headers["content-type"] == "image/jpeg"
    (small,) = re.findall(r'<img src="(/dosya/[^"]+/thumbnail[^"]+)"', page)
    assert (await town.door.get(small)).status_code == 200
    assert (await town.door.get(of_letter.replace(str(letter.id), str(photo.id)))).status_code == 403

    # From the answer on the vault alone has their keys, beside what it had.
    assert {(d["settled"], d["wrapped"]) for d in (await town.kept()).values()} == {(True, None)}
    contact = await town.answering.vault.contact(applied.id, Medium.EMAIL)
    assert contact
    assert contact.address == "a@example.com"


async def test_the_answer_to_one_matter_shows_the_files_sent_for_the_whole_request(town: Town) -> None:
    applied, matter = await town.applies(), uuid4()
    await town.answering.assign(matter, to="fen", part_of=applied.id)
    headers = town.key | new_key()
    place = place_of_files(applied.id, "fen")
    kept = (await town.door.post(place, content=pdf(), headers=headers)).json()
    await town.answering.answer(matter, AnswerFile(id=kept["attachment_id"]), by="fen")
    (link,) = links(await town.page(applied))
    assert (await town.door.get(link)).content == pdf()


async def test_an_answer_shows_no_file_but_its_own_directorates_for_this_request(town: Town) -> None:
    own = (await send(town.door, jpeg())).json()["attachment_id"]
    neighbour = await town.applies(own)
    await town.answering.answer(neighbour.id, secret := await town.sends(neighbour.id, pdf()))
    waiting = await town.sends((await town.applies()).id, jpeg(quality=60))

    applied = await town.applies()
    await town.answering.assign(matter := uuid4(), to="fen", part_of=applied.id)
    good = await town.sends(applied.id, jpeg(quality=70))
    names = [secret, waiting, AnswerFile(id=UUID(own)), AnswerFile(id=uuid4()), good, good]
    await town.answering.answer(applied.id, *names)
    page = await town.page(applied)
    assert [link.split("/")[2] for link in links(page)] == [str(good.id)]
    # What another directorate sent for the same request is not this one's to show either.
    await town.answering.answer(matter, good, by="fen")
    assert len(links(await town.page(applied))) == 1
    # The neighbour's page is as it was: nobody took anything away.
    assert len(links(await town.page(neighbour))) == 2
    assert (await town.kept())[str(waiting.id)]["settled"] is False


async def test_no_request_can_take_a_directorates_file_for_its_own(town: Town) -> None:
    applied = await town.applies()
    file = await town.sends(applied.id, pdf())
    for channel in ("mobile", "web"):
        assert (await request(town.door, str(file.id), channel=channel)).status_code == 422
    await town.answering.answer(applied.id, file)
    assert len(links(await town.page(applied))) == 1


async def test_one_idempotency_key_used_for_two_requests_keeps_two_files(town: Town) -> None:
    one, other = await town.applies(), await town.applies()
    headers = town.key | new_key()
    first, again, second = [
        await town.door.post(place_of_files(a.id), content=pdf(), headers=headers) for a in (one, one, other)
    ]
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json()["attachment_id"] == again.json()["attachment_id"] != second.json()["attachment_id"]


async def test_only_a_system_of_the_directorate_that_has_the_request_may_send(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.connect(mongodb, database_name)
    keys = [await key_for(database, d) for d in ("temizlik", "fen")]
    frontend = await key_for(database, channels=[Channel.MOBILE])
    app = intake_with_files(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app, base_url=HOUSE) as door:
        town = Town(door, database, keys[0])
        applied = await town.applies(assigned=False)

        async def tries(
            request_id: UUID, key: dict[str, str], department: str = "temizlik"
        ) -> tuple[Any, ...]:
            place = place_of_files(request_id, department)
            answer = await door.post(place, content=pdf(), headers=key | new_key())
            return answer.status_code, answer.json().get("type", "").rpartition(":")[2]

        assert await tries(applied.id, keys[0]) == (404, "request-not-held")
        await town.answering.assign(applied.id)
        assert await tries(applied.id, {}) == (401, "api-key-missing")
        assert await tries(applied.id, {"X-Api-Key": "istek_x"}) == (401, "api-key-unknown")
        assert await tries(applied.id, frontend) == (403, "api-key-other-department")
        assert await tries(applied.id, keys[1]) == (403, "api-key-other-department")
        assert await tries(applied.id, keys[1], "fen") == (404, "request-not-held")
        assert await tries(uuid4(), keys[0]) == (404, "request-not-held")
        assert await town.kept() == {}
        assert (await send(door, jpeg(), key=keys[0] | new_key())).status_code == 403
        assert (await tries(applied.id, keys[0]))[0] == 201
    await database.close()


@pytest.mark.parametrize("contact", [{}, {"applicant": {"email": "a@example.com"}}], ids=["nobody", "mail"])
async def test_erasure_reaches_the_files_of_answers_and_nothing_comes_after_it(
    town: Town, contact: dict[str, Any]
) -> None:
    applied = await town.applies(**contact)
    given, late = [await town.sends(applied.id, c) for c in (pdf(), jpeg())]
    await town.answering.answer(applied.id, given)
    (link,) = links(await town.page(applied))
    await erase(town.door, str(applied.id))
    assert (await town.door.get(link)).status_code == 404
    assert await town.kept() == {}
    page = await town.page(applied)
    assert "Boşalttık." in page
    assert links(page) == []
    refused = await town.door.post(place_of_files(applied.id), content=pdf(), headers=town.key | new_key())
    assert refused.status_code == 404
    with pytest.raises(ErasedError):
        await town.answering.vault.add(applied.id, "f", {"attachment/x": "key"})
    assert str(late.id) not in page


async def test_a_file_waits_a_week_for_its_answer_and_stays_once_it_is_given(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = await town.applies()
    given, unused = [await town.sends(applied.id, c) for c in (pdf(), jpeg())]
    await town.answering.answer(applied.id, given)
    store = AttachmentStore(town.database)
    day = timedelta(days=1)

    async def swept(after: timedelta) -> int:
        def then() -> Any:  # noqa: ANN401
            return system_clock() + after

        erasure = FileErasure(store, ForgottenStore(town.database))
        sweeper = AttachmentSweeper(
            store, town.answering.requests, erasure, clock=then, grace=day, answer_grace=WEEK, every=day
        )
        return await sweeper.sweep(then() - day)

    assert await swept(WEEK - day) == 0
    assert await swept(WEEK + day) == 1
    assert list(await town.kept()) == [str(given.id)]
    assert str(unused.id) not in await town.page(applied)


async def test_an_answer_is_read_even_where_its_files_cannot_be_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = await town.applies()
    file = await town.sends(applied.id, pdf())

    async def damaged(*_: object) -> None:
        raise DamagedError

    monkeypatch.setattr(town.answering.vault, "add", damaged)
    await town.answering.answer(applied.id, file)
    page = await town.page(applied)
    assert "Boşalttık." in page
    assert links(page) == []


async def test_of_texts_added_to_the_vault_at_once_none_is_lost(town: Town) -> None:
    applied, vault = await town.applies(), town.answering.vault
    record = await town.answering.requests.request(applied.id)
    assert record
    names = [f"attachment/{n}" for n in range(6)]
    await asyncio.gather(*(vault.add(applied.id, record.fingerprint, {n: f"key of {n}"}) for n in names))
    assert [await vault.secret(applied.id, n) for n in names] == [f"key of {n}" for n in names]
