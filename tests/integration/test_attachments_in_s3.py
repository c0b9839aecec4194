"""Files in an object store, through the real door: sent, fetched by links, erased; and while it is away."""

import math
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import FastAPI
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.sweeping import AttachmentSweeper
from services.intake.commands.store import CommandStore
from services.intake.forgetting import Forgetting, ForgottenStore
from services.intake.records import TimelineEntry
from services.intake.settings import IntakeSettings
from services.intake.store import IntakeStore
from services.intake.vault import Vault
from services.intake.vault.access_log import AccessLog
from services.intake.vault.retaining import RetentionKeeper
from services.intake.vault.retention import endings, load_retention
from services.intake.vault.store import VaultStore
from shared.clock import system_clock
from shared.contracts.lifecycle import RequestClosed
from shared.outcomes import UnavailableError
from shared.storage import Database, Files, ObjectFiles
from tests.support.attachments import HOUSE, erase, intake_with_files, request, send
from tests.support.intake import at_work
from tests.support.objects import NAME, SECRET_KEY, ObjectServer, object_server
from tests.support.waiting import until
from tests.unit.intake.hostile.making import jpeg
from tests.unit.sla_monitor.events import lifecycle

LONG_AGO = system_clock() - timedelta(days=1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectServer]:
    server = object_server(tmp_path)
    with server.process:
        server.make_bucket()
        yield server


@pytest.fixture
def intake(
    server: ObjectServer, mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., FastAPI]:
    return partial(intake_with_files, monkeypatch, mongodb, database_name, tmp_path, **server.settings)


@pytest.fixture
async def door(intake: Callable[..., FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    async with at_work(intake(), base_url=HOUSE) as client:
        yield client


async def request_with_file(
    door: httpx.AsyncClient, email: str = "a@example.com"
) -> tuple[str, dict[str, str]]:
    kept = (await send(door, jpeg())).json()
    answer = await request(door, kept["attachment_id"], applicant={"email": email})
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
    sweeper = sweeper_of(ObjectFiles(server.bucket), database)
    assert await sweeper.sweep(LONG_AGO) == 0
    assert waiting() == 1
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
    await sweeper_of(ObjectFiles(server.bucket), database).sweep(LONG_AGO)
    assert server.names() == []
    assert await database.collection("attachments").count({}) == 0


@pytest.mark.parametrize(
    ("admitted", "bucket", "reason"),
    [
        pytest.param(0, NAME, "refuses the access key for bucket", id="credentials"),
        pytest.param(math.inf, "nobodys", "no bucket nobodys; create it", id="bucket"),
    ],
)
async def test_a_store_that_is_no_use_is_told_at_the_start_and_by_readiness(
    server: ObjectServer,
    intake: Callable[..., FastAPI],
    monkeypatch: pytest.MonkeyPatch,
    *,
    admitted: float,
    bucket: str,
    reason: str,
) -> None:
    server.admit(admitted)
    app = intake(ISTEK_ATTACHMENT_S3_BUCKET=bucket)
    with capture_logs() as logs:
        # The frame's own logger keeps the settings of the first service in this process.
        monkeypatch.setattr("shared.service._log", structlog.get_logger())
        async with at_work(app, base_url=HOUSE) as door:
            told = await until(lambda: [entry for entry in logs if entry["event"] == "dependency_unusable"])
            ready = await door.get("/readyz")
            photo, text = await send(door, jpeg()), await request(door)
    assert [(entry["log_level"], entry["dependency"]) for entry in told] == [("error", "object_store")]
    assert reason in told[0]["reason"]
    assert SECRET_KEY not in told[0]["reason"]
    assert (ready.status_code, ready.json()["object_store"]) == (200, told[0]["reason"])
    assert (photo.status_code, "retry-after" in photo.headers) == (503, True)
    assert text.status_code in {201, 202}


async def test_files_leave_the_store_when_their_requests_retention_ends(
    door: httpx.AsyncClient, server: ObjectServer, database: Database
) -> None:
    (due, kept), (running, _) = await request_with_file(door), await request_with_file(door)
    store = IntakeStore(database, watch_grace=timedelta(seconds=1))
    now = system_clock()
    closed = lifecycle(RequestClosed, UUID(due), received_at=now)
    await store.add_to_timeline(
        [TimelineEntry(UUID(due), 1, closed.ce_type, closed.model_dump_json(exclude_none=True))]
    )
    table = load_retention()

    async def applied(at: datetime) -> int:
        forgotten, entries = ForgottenStore(database), VaultStore(database)
        return await RetentionKeeper(
            Vault(entries, IntakeSettings().vault_keys()),
            entries,
            AccessLog(entries, lambda: at),
            store,
            files=FileErasure(AttachmentStore(database, ObjectFiles(server.bucket)), forgotten),
            forgetting=Forgetting(forgotten, store, CommandStore(database), lambda: at),
            table=table,
            clock=lambda: at,
            every=timedelta(days=1),
        ).apply()

    years = table.rule_for(endings(await store.timeline(UUID(due)))[0]).years
    assert await applied(now + timedelta(days=365 * years - 1)) == 0
    assert len(server.names()) == 4
    assert await applied(now + timedelta(days=366 * years)) == 1
    left = [attachment["request_id"] for attachment in await database.collection("attachments").find({})]
    assert left == [running]
    assert len(server.names()) == 2
    assert (await door.get(kept["url"])).status_code == 404


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
    before = {"$unset": {"place": ""}}
    assert await attachments.update({"_id": str(attachment.id)}, before) == 1
    old = await with_both.get(attachment.id)
    assert old
    assert await with_both.content(old) == b"from before"


class Reluctant:
    """The object store, but for objects that it does not let go; it counts how often it is asked to."""

    def __init__(self, files: ObjectFiles, stuck: set[str], *, away: bool = False) -> None:
        self._files = files
        self.stuck = stuck
        self.away = away
        self.asked = 0
        self.put = files.put
        self.get = files.get

    async def remove(self, id: str) -> None:  # noqa: A002 - it is the file's id
        self.asked += 1
        if self.away or id in self.stuck:
            raise UnavailableError("object store away: GenericError")
        await self._files.remove(id)

    async def ping(self) -> None:
        if self.away:
            raise UnavailableError("object store away: GenericError")
        await self._files.ping()


async def erased_requests(door: httpx.AsyncClient, server: ObjectServer, count: int) -> list[str]:
    """Have requests with a file each erased while the store lets nothing go; return them in that order."""
    made = [(await request_with_file(door, f"{n}@example.com"))[0] for n in range(count)]
    server.admit(0)
    for request_id in made:
        await erase(door, request_id)
    server.admit()
    return made


async def place_of(database: Database, request_id: str) -> str:
    (found,) = await database.collection("attachments").find({"request_id": request_id})
    content: str = found["content"]
    return content


async def test_an_object_that_does_not_go_holds_up_no_other_and_goes_later(
    door: httpx.AsyncClient, server: ObjectServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, _ = await erased_requests(door, server, 3)
    stuck = await place_of(database, first)
    _unused, used = [(await send(door, jpeg(quality=q))).json()["attachment_id"] for q in (70, 80)]
    await request(door, used)
    attachments = database.collection("attachments")
    assert await attachments.update({"_id": used}, {"$set": {"settled": False}})
    files = Reluctant(ObjectFiles(server.bucket), {stuck})
    sweeper = sweeper_of(files, database)
    with capture_logs() as logs:
        # A logger that was used keeps the settings of the first service in this process.
        monkeypatch.setattr("services.intake.attachments.removing._log", structlog.get_logger())
        assert await sweeper.sweep(system_clock()) == 1
    assert {a["_id"]: a["settled"] for a in await attachments.find({})} == {
        (await attachments.find({"request_id": first}))[0]["_id"]: True,
        used: True,
    }
    assert [f["_id"] for f in await database.collection("forgotten").find({"files": True})] == [first]
    assert waiting() == 1
    assert [entry for entry in logs if entry["log_level"] == "warning"] == [
        {
            "event": "files_wait_for_store",
            "log_level": "warning",
            "count": 1,
            "reason": "object store away: GenericError",
        }
    ]
    files.stuck.clear()
    assert await sweeper.sweep(LONG_AGO) == 0
    assert waiting() == 0
    assert await database.collection("forgotten").count({"files": True}) == 0
    assert len(server.names()) == 2


async def test_while_the_store_answers_nothing_its_files_are_not_tried_one_by_one(
    door: httpx.AsyncClient, server: ObjectServer, database: Database
) -> None:
    await erased_requests(door, server, 3)
    in_gridfs = (await send(door, jpeg(quality=70))).json()["attachment_id"]
    assert await database.collection("attachments").update({"_id": in_gridfs}, {"$set": {"place": "gridfs"}})
    files = Reluctant(ObjectFiles(server.bucket), set(), away=True)
    assert await sweeper_of(files, database).sweep(system_clock()) == 1
    assert (waiting(), files.asked) == (3, 1)


def waiting() -> float | None:
    return REGISTRY.get_sample_value("istek_intake_attachments_waiting")


def sweeper_of(files: Files, database: Database) -> AttachmentSweeper:
    store = AttachmentStore(database, files)
    return AttachmentSweeper(
        store,
        IntakeStore(database, watch_grace=timedelta(seconds=1)),
        FileErasure(store, ForgottenStore(database)),
        clock=system_clock,
        grace=timedelta(days=1),
        answer_grace=timedelta(days=1),
        every=timedelta(days=1),
    )
