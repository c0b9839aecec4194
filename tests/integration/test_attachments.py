"""Files on a real database: sent before their request or with it, used once, fetched by links, erased."""

import asyncio
import io
import json
import os
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from services.intake.app import create_app
from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.rotation import rewrap_unused
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.sweeping import AttachmentSweeper
from services.intake.forgetting import ForgottenStore
from services.intake.records import TimelineEntry
from services.intake.settings import IntakeSettings
from services.intake.store import IntakeStore
from services.intake.vault.rotation import rotate
from services.intake.vault.store import VaultStore
from shared.clock import system_clock
from shared.contracts.lifecycle import RequestAssigned
from shared.contracts.requests import RequestReceived
from shared.storage import Database
from tests.support.attachments import BODY, HOUSE, erase, intake_with_files, new_key, request, send
from tests.support.intake import as_service, at_work, client_of
from tests.support.lifecycle import decided
from tests.unit.intake.hostile.making import SECRET, archive, exif, heic, jpeg, pdf, png, png_of

GRACE = timedelta(seconds=1)


@pytest.fixture
async def door(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    app = intake_with_files(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app, base_url=HOUSE) as client:
        yield client


async def attachments_in(database: Database) -> dict[str, Any]:
    return {d["_id"]: d for d in await database.collection("attachments").find({})}


async def event_of(database: Database, answer: httpx.Response) -> RequestReceived:
    record = await IntakeStore(database, watch_grace=GRACE).request(UUID(answer.json()["request_id"]))
    assert record
    return RequestReceived.model_validate_json(record.event)


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert all(e["message_tr"] and e["message_en"] for e in errors)
    return [(e["field"], e["code"]) for e in errors]


# ── sending ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_photo_is_answered_with_an_id_the_cameras_word_and_a_link(
    door: httpx.AsyncClient,
) -> None:
    answer = await send(door, jpeg(exif=exif().tobytes()))
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["media_type"], kept["width"], kept["height"]) == ("image/jpeg", 640, 480)
    assert kept["offered"] == {
        "place": {"lat": 41.0325, "lon": 28.985, "accuracy_m": 12.0},
        "taken_at": "2026-11-23T14:31:20+03:00",
    }
    small = await door.get(kept["thumbnail_url"])
    assert small.status_code == 200
    assert Image.open(io.BytesIO(small.content)).size == (320, 240)
    whole = await door.get(kept["url"])
    assert whole.headers["content-disposition"].startswith('attachment; filename="dosya-')
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["cache-control"] == "no-store"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert len(whole.content) == kept["size"]
    assert SECRET.encode() not in whole.content


async def test_a_place_that_no_request_could_name_is_not_offered(door: httpx.AsyncClient) -> None:
    abroad = exif(lat=(52.0, 31.0, 0.0), lon=(13.0, 24.0, 0.0)).tobytes()
    assert "place" not in (await send(door, jpeg(exif=abroad))).json()["offered"]


async def test_a_file_may_also_be_the_part_of_a_form_and_its_name_and_type_mean_nothing(
    door: httpx.AsyncClient,
) -> None:
    files = {"file": ("../../virus.exe", heic(), "text/html")}
    answer = await door.post("/v1/reception/attachments", files=files, headers=new_key())
    assert (answer.status_code, answer.json()["media_type"]) == (201, "image/jpeg")
    for wrong in ({"photo": ("a.png", png())}, [("file", ("a", png())), ("file", ("b", png()))]):
        answer = await door.post("/v1/reception/attachments", files=wrong, headers=new_key())  # type: ignore[arg-type]
        assert (answer.status_code, codes(answer)) == (422, [("/file", "parts")])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"", 422, "file_empty", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "file_svg", id="drawing"),
        pytest.param(b"GIF89a" + bytes(90), 415, "file_type", id="animation"),
        pytest.param(png_of(50_000, 50_000), 413, "file_too_many_pixels", id="bomb"),
        pytest.param(jpeg() + bytes(15_000_000), 413, "file_too_large", id="too large"),
        pytest.param(jpeg()[:2_000], 422, "file_broken", id="half"),
        pytest.param(jpeg() + archive(), 422, "file_more_inside", id="two in one"),
        pytest.param(pdf(password=True), 422, "file_encrypted", id="closed"),
        pytest.param(pdf(script=True), 422, "file_scripted", id="program"),
    ],
)
async def test_what_is_not_taken_is_answered_with_the_reason_and_leaves_nothing(
    door: httpx.AsyncClient, database: Database, content: bytes, status: int, code: str
) -> None:
    answer = await send(door, content)
    assert (answer.status_code, codes(answer)) == (status, [("", code)])
    answer = await door.post("/v1/web/attachments", files={"file": ("a.jpg", content)}, headers=new_key())
    assert (answer.status_code, codes(answer)) == (status, [("/file", code)])
    assert await attachments_in(database) == {}
    assert await database.collection("attachment_files.chunks").count({}) == 0


async def test_far_over_the_limit_nothing_is_read(door: httpx.AsyncClient) -> None:
    answer = await send(door, bytes(17_000_000))
    assert answer.status_code == 413


async def test_sent_again_it_is_kept_once_and_another_file_is_refused(
    door: httpx.AsyncClient, database: Database
) -> None:
    key, photo = new_key(), jpeg(exif=exif().tobytes())
    first, second = await send(door, photo, key=key), await send(door, photo, key=key)
    assert second.headers["idempotency-replayed"] == "true"
    volatile = {"url", "thumbnail_url"}
    assert {k: v for k, v in first.json().items() if k not in volatile} == {
        k: v for k, v in second.json().items() if k not in volatile
    }
    assert len(await attachments_in(database)) == 1
    assert (await send(door, png(), key=key)).status_code == 422
    assert (await door.post("/v1/mobile/attachments", content=photo)).status_code == 400


async def test_what_a_crash_left_of_a_file_is_replaced(door: httpx.AsyncClient, database: Database) -> None:
    key = new_key()
    kept = (await send(door, jpeg(), key=key)).json()
    found = database.collection("attachments")
    await found.update({"_id": kept["attachment_id"]}, {"$set": {"stored": False}})
    assert (await door.get(kept["url"])).status_code == 404
    again = await send(door, jpeg(), key=key)
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (201, None)
    assert (await door.get(again.json()["url"])).status_code == 200
    assert await database.collection("attachment_files.files").count({}) == 2


async def test_many_at_once_wait_for_each_other_and_texts_do_not_wait(door: httpx.AsyncClient) -> None:
    photos = [asyncio.create_task(send(door, jpeg(quality=q))) for q in range(70, 76)]
    text = await door.post("/v1/web/requests", json=BODY, headers=new_key())
    assert text.status_code == 201
    assert not all(photo.done() for photo in photos)
    assert {answer.status_code for answer in await asyncio.gather(*photos)} == {201}


async def test_the_call_centre_takes_none(door: httpx.AsyncClient) -> None:
    assert (await send(door, jpeg(), channel="call")).status_code == 404
    answer = await request(door, str(uuid.uuid4()), channel="call", operator="cm-014")
    assert codes(answer) == [("/attachments", "extra_forbidden")]


# ── handing in ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("channel", "more"),
    [("web", {}), ("mobile", {}), ("vatandas_baskan", {"team": "saha-07"}), ("reception", {})],
)
async def test_a_request_names_files_and_its_event_refers_to_them(
    door: httpx.AsyncClient, database: Database, channel: str, more: dict[str, str]
) -> None:
    photo = (await send(door, jpeg(exif=exif().tobytes()), channel=channel)).json()
    paper = (await send(door, pdf(), channel=channel)).json()
    answer = await request(door, photo["attachment_id"], paper["attachment_id"], channel=channel, **more)
    assert answer.status_code == 201, answer.text
    event = await event_of(database, answer)
    assert [str(a.id) for a in event.attachments] == [photo["attachment_id"], paper["attachment_id"]]
    assert [a.sha256 for a in event.attachments] == [photo["sha256"], paper["sha256"]]
    assert (event.attachments[1].width, event.attachments[1].media_type) == (None, "application/pdf")
    assert event.place.lat is None
    known = (await attachments_in(database))[photo["attachment_id"]]
    assert (known["settled"], known["wrapped"], known["offer"]) == (True, None, None)
    assert (await door.get(photo["url"])).status_code == 200


async def test_field_teams_say_which_photo_is_before_and_which_after_their_work(
    door: httpx.AsyncClient, database: Database
) -> None:
    async def kept(content: bytes) -> str:
        found: str = (await send(door, content, channel="vatandas_baskan")).json()["attachment_id"]
        return found

    before, after, other = [await kept(jpeg(quality=q)) for q in (60, 70, 80)]
    report = {
        **BODY,
        "team": "saha-07",
        "resolved_on_site": True,
        "attachments": [other, before, after],
        "photo_stages": {after: "after", before: "before"},
    }
    items = {"items": [{"key": "report-1", "request": report}]}
    (result,) = (await door.post("/v1/vatandas_baskan/batches", json=items)).json()["results"]
    assert result["status"] == 201, result
    receipt = result["receipt"]
    record = await IntakeStore(database, watch_grace=GRACE).request(UUID(receipt["request_id"]))
    assert record
    assert [a.stage for a in record.attachments] == [None, "before", "after"]
    path = receipt["tracking_url"].removeprefix(HOUSE)
    for lang, words in (("tr", ("Öncesi", "Sonrası")), ("en", ("Before", "After"))):
        page = unescape((await door.get(f"{path}&lang={lang}")).text)
        shown = re.findall(r"<strong>(\w+)</strong><[^>]+> · </span>\w+ (\d)", page)
        assert shown == [(words[0], "2"), (words[1], "3")]
        assert ("Ekibimizin eklediği dosyalar" if lang == "tr" else "Files that our team added") in page
    links = await door.get(
        f"/internal/v1/vault/{receipt['request_id']}/attachments", auth=as_service("router")
    )
    assert [file["stage"] for file in links.json()["files"]] == [None, "before", "after"]
    report["photo_stages"] = {before: "before", after: "after"}
    (result,) = (await door.post("/v1/vatandas_baskan/batches", json=items)).json()["results"]
    assert result["status"] == 200


async def test_a_stage_that_makes_no_sense_is_refused_and_the_file_stays_free(
    door: httpx.AsyncClient,
) -> None:
    async def report(files: list[str], stages: dict[str, str], *, done: bool = True) -> httpx.Response:
        more = {"team": "saha-07", "resolved_on_site": done, "photo_stages": stages}
        return await request(door, *files, channel="vatandas_baskan", **more)

    photo, paper = [
        (await send(door, content, channel="vatandas_baskan")).json()["attachment_id"]
        for content in (jpeg(), pdf())
    ]
    stranger = str(uuid.uuid4())
    assert codes(await report([photo], {stranger: "before"})) == [("/photo_stages", "stage_not_attached")]
    assert codes(await report([photo], {photo: "after"}, done=False)) == [
        ("/photo_stages", "stage_without_work")
    ]
    assert codes(await report([photo, paper], {paper: "before"})) == [
        (f"/photo_stages/{paper}", "stage_of_paper")
    ]
    assert (await report([photo], {photo: "meanwhile"})).status_code == 422
    assert (await request(door, photo, photo_stages={})).status_code == 422
    assert (await report([photo, paper], {photo: "before"}, done=False)).status_code == 201


async def test_a_file_belongs_to_one_request_of_one_client_and_channel(
    door: httpx.AsyncClient, database: Database
) -> None:
    used, free = [(await send(door, jpeg(quality=q))).json()["attachment_id"] for q in (70, 80)]
    key = new_key()
    assert (await request(door, used, key=key)).status_code == 201
    again = await request(door, used, key=key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    answer = await request(door, free, used)
    assert (answer.status_code, codes(answer)) == (422, [("/attachments/1", "attachment_unknown")])
    answer = await request(door, free, channel="web")
    assert codes(answer) == [("/attachments/0", "attachment_unknown")]
    answer = await request(door, str(uuid.uuid4()))
    assert codes(answer) == [("/attachments/0", "attachment_unknown")]
    assert codes(await request(door, free, free)) == [("/attachments", "attachments_repeated")]
    assert codes(await request(door, *(str(uuid.uuid4()) for _ in range(11)))) == [
        ("/attachments", "too_long")
    ]
    # The file of a refused request is free for the next one.
    refused = await request(door, free, key=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:istek:problem:idempotency-key-reused")
    refused = await request(door, free, device_time="2099-01-01T00:00:00+03:00")
    assert refused.status_code == 422
    assert (await request(door, free)).status_code == 201


async def test_of_two_requests_for_one_file_one_gets_it(door: httpx.AsyncClient, database: Database) -> None:
    photo = (await send(door, jpeg())).json()["attachment_id"]
    answers = await asyncio.gather(*(request(door, photo) for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [201, 422, 422, 422, 422]


async def test_request_and_photos_in_one_body(door: httpx.AsyncClient, database: Database) -> None:
    parts = [
        ("request", (None, json.dumps({**BODY, "gps": {"lat": 41.03, "lon": 28.98}}), "application/json")),
        ("photo", ("1.jpg", jpeg(), "image/jpeg")),
        ("photo", ("2.heic", heic(), "image/heic")),
    ]
    key = new_key()
    first = await door.post("/v1/mobile/requests", files=parts, headers=key)  # type: ignore[arg-type]
    assert first.status_code == 201, first.text
    again = await door.post("/v1/mobile/requests", files=parts, headers=key)  # type: ignore[arg-type]
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert len((await event_of(database, first)).attachments) == 2
    assert len(await attachments_in(database)) == 2
    other = await door.post("/v1/mobile/requests", files=parts[:2], headers=key)  # type: ignore[arg-type]
    assert other.json()["type"] == "urn:istek:problem:idempotency-key-reused"


async def test_one_bad_photo_is_named_and_nothing_is_recorded(
    door: httpx.AsyncClient, database: Database
) -> None:
    stated = ("request", (None, json.dumps(BODY), "application/json"))
    parts = [stated, ("photo", ("1.jpg", jpeg())), ("photo", ("2.jpg", archive()))]
    answer = await door.post("/v1/mobile/requests", files=parts, headers=new_key())  # type: ignore[arg-type]
    assert (answer.status_code, codes(answer)) == (415, [("/photo/1", "file_type")])
    assert await database.collection("requests").count({}) == 0
    for wrong, field in (
        ([("photo", ("1.jpg", jpeg()))], "/request"),
        ([stated, ("foto", ("1.jpg", jpeg()))], "/photo"),
        ([stated, *[("photo", (f"{n}.jpg", jpeg(quality=50 + n))) for n in range(11)]], "/photo"),
    ):
        answer = await door.post("/v1/mobile/requests", files=wrong, headers=new_key())  # type: ignore[arg-type]
        assert (answer.status_code, codes(answer)) == (422, [(field, "parts")])
    half = [("request", (None, '{"description": ', "application/json"))]
    answer = await door.post("/v1/mobile/requests", files=half, headers=new_key())  # type: ignore[arg-type]
    assert answer.status_code == 400


# ── keeping and erasing ────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_stored_can_be_read_with_the_key_alone(
    door: httpx.AsyncClient, database: Database
) -> None:
    kept = (await send(door, jpeg())).json()
    await request(door, kept["attachment_id"])
    parts = await database.collection("attachment_files.chunks").find({}, sort=())
    assert len(parts) == 2
    assert not any(part["data"].startswith(b"\xff\xd8") or b"JFIF" in part["data"] for part in parts)


async def test_erasure_reaches_the_files(door: httpx.AsyncClient, database: Database) -> None:
    kept = (await send(door, jpeg())).json()
    receipt = (await request(door, kept["attachment_id"], applicant={"email": "a@example.com"})).json()
    assert (await door.get(kept["url"])).status_code == 200
    await erase(door, receipt["request_id"])
    assert (await door.get(kept["url"])).status_code == 404
    assert await attachments_in(database) == {}
    assert await database.collection("attachment_files.chunks").count({}) == 0


async def test_a_file_whose_key_was_destroyed_is_gone_even_where_it_still_is(
    door: httpx.AsyncClient, database: Database
) -> None:
    kept = (await send(door, jpeg())).json()
    await request(door, kept["attachment_id"])
    requests = database.collection("requests")
    (entry,) = await requests.find({})
    gone = {"$unset": {"wrapped": "", "sealed": "", "key_id": "", "persons": ""}}
    await requests.update({"_id": entry["_id"]}, gone)
    assert (await door.get(kept["url"])).status_code == 404
    assert await database.collection("attachment_files.chunks").count({}) == 2


async def test_a_rotation_that_ends_before_the_request_comes_loses_no_file(
    door: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = (await send(door, jpeg())).json()
    settings = IntakeSettings()
    keys, unused = settings.vault_keys(), partial(rewrap_unused, AttachmentStore(database))
    begun = await rotate(VaultStore(database), keys, others=[unused])
    assert (begun.begun, begun.rewrapped, begun.finished) == (True, 1, False)
    long_ago = settings.vault_key_file.stat().st_mtime - 120
    os.utime(settings.vault_key_file, (long_ago, long_ago))
    # The door looks at the file once a second; in two minutes it would have.
    monkeypatch.setattr("services.intake.vault.keyfile._LOOK_S", 0.0)
    ended = await rotate(VaultStore(database), keys, others=[unused])
    assert (ended.rewrapped, ended.finished) == (0, True)
    assert (await request(door, kept["attachment_id"])).status_code == 201
    assert (await door.get(kept["url"])).status_code == 200


async def test_unused_files_are_removed_and_used_ones_settled(
    door: httpx.AsyncClient, database: Database
) -> None:
    unused, used, claimed = [
        (await send(door, jpeg(quality=q))).json()["attachment_id"] for q in (70, 80, 90)
    ]
    await request(door, used)
    found = database.collection("attachments")
    before = (await attachments_in(database))[used]
    await found.update({"_id": used}, {"$set": {"settled": False}})
    await found.update({"_id": claimed}, {"$set": {"request_id": str(uuid.uuid4())}})
    store, requests = AttachmentStore(database), IntakeStore(database, watch_grace=GRACE)
    erasure = FileErasure(store, ForgottenStore(database))
    sweeper = AttachmentSweeper(
        store, requests, erasure, clock=system_clock, grace=GRACE, answer_grace=GRACE, every=GRACE
    )
    assert await sweeper.sweep(system_clock() - timedelta(hours=24)) == 0
    assert await sweeper.sweep(system_clock()) == 2
    assert await attachments_in(database) == {used: before}
    assert await database.collection("attachment_files.files").count({}) == 2
    assert codes(await request(door, unused)) == [("/attachments/0", "attachment_unknown")]


async def test_who_deals_with_a_request_is_given_links_and_that_is_noted(door: httpx.AsyncClient) -> None:
    photo, paper = [(await send(door, content)).json()["attachment_id"] for content in (jpeg(), pdf())]
    request_id = (await request(door, photo, paper)).json()["request_id"]
    caller = as_service("router")
    address = f"/internal/v1/vault/{request_id}/attachments"
    answer = await door.get(address, params={"person": "e.demir"}, auth=caller)
    files = answer.json()["files"]
    assert [file["attachment_id"] for file in files] == [photo, paper]
    assert all(file["thumbnail_url"] for file in files)
    assert (await door.get(files[1]["url"])).content == pdf()
    small = await door.get(files[0]["thumbnail_url"])
    assert (small.status_code, small.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
    looks = (await door.get(f"/internal/v1/vault/{request_id}/looks", auth=as_service("cli"))).json()["looks"]
    assert [(k["service"], k["person"], k["purpose"], k["found"]) for k in looks] == [
        ("router", "e.demir", "attachments", True)
    ]
    unknown = await door.get(f"/internal/v1/vault/{uuid.uuid4()}/attachments", auth=caller)
    assert unknown.status_code == 404


async def test_behind_the_wall_of_any_matter_no_service_is_given_links(
    door: httpx.AsyncClient, database: Database
) -> None:
    photo = (await send(door, jpeg())).json()["attachment_id"]
    request_id = (await request(door, photo)).json()["request_id"]
    store = IntakeStore(database, watch_grace=GRACE)
    record = await store.request(UUID(request_id))
    assert record
    received = RequestReceived.model_validate_json(record.event)
    fact = decided(received, code="X", wall="teftis").model_dump_json()
    await store.add_to_timeline([TimelineEntry(record.request_id, 1, RequestAssigned.ce_type, fact)])
    address = f"/internal/v1/vault/{request_id}/attachments"
    found = [(await door.get(address, auth=as_service(who))).json()["files"] for who in ("router", "cli")]
    assert [len(files) for files in found] == [0, 1]


async def test_a_link_is_good_for_one_thing_and_not_for_ever(door: httpx.AsyncClient) -> None:
    kept = (await send(door, jpeg())).json()
    url = httpx.URL(kept["thumbnail_url"])
    assert (await door.get(url)).status_code == 200
    for changed in (
        url.copy_set_param("son", int(url.params["son"]) + 1),
        url.copy_set_param("imza", "x" * 43),
        url.copy_remove_param("imza"),
        url.copy_with(path=url.path.replace("thumbnail", "content")),
        url.copy_with(path=url.path.replace(kept["attachment_id"], str(uuid.uuid4()))),
    ):
        assert (await door.get(changed)).status_code == 403


async def test_an_old_link_leads_nowhere(door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTEK_ATTACHMENT_LINK_S", "0.001")
    async with client_of(create_app(), base_url=HOUSE) as hurried:
        kept = (await send(hurried, jpeg())).json()
    await asyncio.sleep(1)
    answer = await door.get(kept["url"])
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:istek:problem:link-expired")


async def test_a_scanner_that_is_away_holds_files_up(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISTEK_ATTACHMENT_CLAMD", "127.0.0.1:1")
    async with client_of(create_app(), base_url=HOUSE) as scanned:
        answer = await send(scanned, jpeg())
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


# ── pages ──────────────────────────────────────────────────────────────────────────────────────────────────


class Form:
    """Somebody at the web form, without JavaScript."""

    def __init__(self, door: httpx.AsyncClient) -> None:
        self._door = door
        self.address = ""

    async def begin(self) -> None:
        shown = await self._door.get("/basvuru?tur=istek", follow_redirects=True)
        self.address = str(shown.url)

    async def send(self, answers: dict[str, Any], *files: tuple[str, bytes]) -> httpx.Response:
        """Answer the page and return the one that follows."""
        parts = [("dosya", (name, content)) for name, content in files] or None
        answer = await self._door.post(self.address, data=answers, files=parts, follow_redirects=True)
        self.address = str(answer.url)
        return answer


def thumbnails(page: httpx.Response) -> list[str]:
    return [unescape(path) for path in re.findall(r'<img src="(/dosya/[^"]+)"', page.text)]


async def test_files_of_the_form_wait_with_it_and_are_seen_by_who_holds_the_receipt(
    door: httpx.AsyncClient, database: Database
) -> None:
    form = Form(door)
    await form.begin()
    # What is wrong with the page, or with one file, costs nobody the others.
    page = await form.send({"ne": ""}, ("1.jpg", jpeg()), ("2.txt", b"merhaba"), ("2.pdf", pdf()))
    assert page.status_code == 422
    assert "2. dosya: JPEG, PNG, HEIC ya da PDF gönderin" in unescape(page.text)
    assert len(thumbnails(page)) == 2
    assert re.search(r"Belge 2 · PDF, \d+\sKB", page.text)
    assert 'id="ekler-error"' in page.text
    assert len(re.findall('name="sil"', page.text)) == 2
    assert (await door.get(thumbnails(page)[0])).headers["content-type"] == "image/jpeg"
    await form.send({"ne": "Salıncağın zinciri kopmuş"})
    await form.send({"mahalle": "Cihangir"})
    page = await form.send({"ulasim": "yok"})
    assert len(thumbnails(page)) == 2
    done = await form.send({})
    link = re.search(r'/t/(BB-[^"?/]+)\?s=([^"&]+)', done.text)
    assert link
    (record,) = await database.collection("requests").find({})
    event = RequestReceived.model_validate_json(record["event"])
    assert [a.media_type for a in event.attachments] == ["image/jpeg", "application/pdf"]
    tracking = await door.get(unescape(link[0]))
    assert "Gönderdiğiniz dosyalar" in tracking.text
    assert re.search(r"Belge 2 · PDF, \d+\sKB", tracking.text)
    _, page_of_pdf = thumbnails(tracking)
    small = await door.get(page_of_pdf)
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(small.content)).size == (320, 320)
    assert (await door.get(link[0].replace(link[2], "AAAA-AAAA"))).status_code == 404


async def test_a_file_may_be_taken_out_of_the_form_and_one_sent_twice_is_one(
    door: httpx.AsyncClient, database: Database
) -> None:
    form = Form(door)
    await form.begin()
    page = await form.send({"ne": ""}, ("1.jpg", jpeg()), ("same.jpg", jpeg()), ("2.png", png()))
    first, _ = re.findall(r'name="sil" value="([^"]+)"', page.text)
    page = await form.send({"ne": "", "sil": first})
    assert first not in page.text
    assert len(thumbnails(page)) == 1
    # A browser cannot say which files are its own.
    stranger = (await send(door, jpeg(), channel="web")).json()["attachment_id"]
    page = await form.send({"ne": "", "ekler": f"{stranger}:5:p"})
    assert stranger not in page.text
    page = await form.send({"ne": ""}, *((f"{n}.jpg", jpeg(quality=50 + n)) for n in range(10)))
    assert "En çok 10 dosya" in page.text
