"""Files in an object store, through the real door: sent, fetched by links, erased; and while it is away."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.sweeping import AttachmentSweeper
from services.intake.forgetting import ForgottenStore
from services.intake.store import IntakeStore
from services.intake.vault.store import VaultStore
from shared.clock import system_clock
from shared.outcomes import UnavailableError
from shared.storage import Database, ObjectFiles
from tests.support.attachments import HOUSE, erase, intake_with_files, request, send
from tests.support.intake import at_work
from tests.support.objects import ObjectServer, object_server
from tests.unit.intake.hostile.making import jpeg

LONG_AGO = system_clock() - timedelta(days=1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    server = object_server(tmp_path)
    with server.process:
        server.make_bucket()
        yield server


@pytest.fixture
async def door(
    server: ObjectServer, mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    app = intake_with_files(monkeypatch, mongodb, database_name, tmp_path, **server.settings)
    async with at_work(app, base_url=HOUSE) as client:
        yield client


async def request_with_file(door: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    kept = (await send(door, jpeg())).json()
    answer = await request(door, kept["attachment_id"], applicant={"email": "a@example.com"})
    assert answer.status_code in {201, 202}, answer.text
    return answer.json()["request_id"], kept


async def test_a_photo_is_an_object_that_only_links_open_and_erasure_leaves_none(
    door: httpx.AsyncClient, server: ObjectServer, database: Database
) -> None:
    request_id, kept = await request_with_file(door)
    whole, small = await door.get(kept["url"]), await door.get(kept["thumbnail_url"])
    assert (whole.status_code, small.status_code) == (200, 200)
    assert len(whole.content) == int(kept["size"])
    names = server.names()
    assert len(names) == 2
    assert not any(plain[:64] in server.content(n) for n in names for plain in (whole.content, small.content))
    assert await database.collection("attachment_files.files").count({}) == 0
    assert (await door.get("/readyz")).json()["object_store"] == "ok"
    await erase(door, request_id)
    assert server.names() == []
    assert await database.collection("attachments").count({}) == 0


async def test_while_the_store_is_away_files_are_refused_and_requests_are_not(
    door: httpx.AsyncClient, server: ObjectServer, database: Database
) -> None:
    server.process.kill()
    refused = await send(door, jpeg())
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert await database.collection("attachments").count({"stored": True}) == 0
    ready = await door.get("/readyz")
    assert (ready.status_code, ready.json()["object_store"]) == (200, "object store away: GenericError")
    text = await request(door)
    assert text.status_code in {201, 202}
    server.process.start()
    server.make_bucket()
    again = await send(door, jpeg())
    assert again.status_code == 201
    assert (await door.get(again.json()["url"])).status_code == 200


@pytest.mark.parametrize("removals", [0, 1], ids=["before the first object", "between the two"])
async def test_an_erasure_that_an_outage_interrupts_is_finished_by_the_sweeper(
    door: httpx.AsyncClient, server: ObjectServer, database: Database, removals: int
) -> None:
    request_id, kept = await request_with_file(door)
    server.admit(removals)
    await erase(door, request_id)
    assert (await door.get(kept["url"])).status_code == 404
    sweeper = sweeper_of(server, database)
    with pytest.raises(UnavailableError):
        await sweeper.sweep(LONG_AGO)
    server.admit()
    assert len(server.names()) == 2 - removals
    await sweeper.sweep(LONG_AGO)
    assert server.names() == []
    assert await database.collection("attachments").count({}) == 0
    assert await database.collection("forgotten").count({"files": True}) == 0


async def test_an_erasure_that_a_crash_interrupts_is_finished_by_the_sweeper(
    door: httpx.AsyncClient, server: ObjectServer, database: Database
) -> None:
    request_id, _ = await request_with_file(door)
    await ForgottenStore(database).enter([UUID(request_id)], system_clock())
    await VaultStore(database).erase([UUID(request_id)], system_clock())
    assert len(server.names()) == 2
    await sweeper_of(server, database).sweep(LONG_AGO)
    assert server.names() == []
    assert await database.collection("attachments").count({}) == 0


async def test_what_gridfs_has_stays_readable_and_without_the_setting_nothing_looks_gone(
    door: httpx.AsyncClient, database: Database
) -> None:
    found = (await send(door, jpeg())).json()
    attachments = database.collection("attachments")
    without = AttachmentStore(database)
    attachment = await without.get(UUID(found["attachment_id"]))
    assert attachment
    with pytest.raises(UnavailableError, match="ISTEK_ATTACHMENT_S3"):
        await without.content(attachment)
    with_both = AttachmentStore(database, ObjectFiles(object_server(Path()).bucket))
    await database.files("attachment_files").put(attachment.content, b"from before")
    before = {"$set": {"place": "gridfs"}}
    assert await attachments.update({"_id": str(attachment.id)}, before) == 1
    old = await with_both.get(attachment.id)
    assert old
    assert await with_both.content(old) == b"from before"


def sweeper_of(server: ObjectServer, database: Database) -> AttachmentSweeper:
    store = AttachmentStore(database, ObjectFiles(server.bucket))
    return AttachmentSweeper(
        store,
        IntakeStore(database, watch_grace=timedelta(seconds=1)),
        FileErasure(store, ForgottenStore(database)),
        clock=system_clock,
        grace=timedelta(days=1),
        every=timedelta(days=1),
    )
