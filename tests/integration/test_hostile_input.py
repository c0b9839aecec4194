"""The real application on a real database against `tests/support/hostile.py`: stated answers, never a 500."""

import html
import json
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from markupsafe import escape

from services.intake.store import IntakeStore
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel
from shared.storage import Database
from tests.support.hostile import TEXTS, Body, bodies
from tests.support.intake import at_work, intake_on

NEEDED: dict[Channel, dict[str, str]] = {
    Channel.WEB: {},
    Channel.CALL: {"operator": "cm-014"},
    Channel.MOBILE: {},
    Channel.VATANDAS_BASKAN: {"team": "saha-07"},
    Channel.RECEPTION: {},
}
every_channel = pytest.mark.parametrize("channel", list(Channel))


@pytest.fixture
async def door(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    app = intake_on(
        monkeypatch,
        mongodb,
        database_name,
        tmp_path,
        ISTEK_INTAKE_RATE_ADDRESS="off",
        ISTEK_INTAKE_RATE_PROOFS="off",
    )
    async with at_work(app) as client:
        yield client


@pytest.fixture
async def store(mongodb: str, database_name: str) -> AsyncIterator[IntakeStore]:
    database = Database.connect(mongodb, database_name)
    yield IntakeStore(database, watch_grace=timedelta(minutes=1))
    await database.close()


async def send(door: httpx.AsyncClient, address: str, body: Body) -> httpx.Response:
    usual = {"content-type": "application/json", "idempotency-key": uuid.uuid4().hex}
    headers = {name: value.encode() for name, value in {**usual, **body.headers}.items() if value}
    return await door.post(address, content=body.content, headers=headers)


def refusal(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem of an answer; every refusal is one."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem


@every_channel
async def test_every_text_is_recorded_clean_or_refused(
    door: httpx.AsyncClient, store: IntakeStore, channel: Channel
) -> None:
    for name, text in TEXTS.items():
        body = Body(json.dumps({"description": text.sent, **NEEDED[channel]}, ensure_ascii=False).encode(), 0)
        answer = await send(door, f"/v1/{channel}/requests", body)
        if text.kept is None:
            assert answer.status_code == 422, name
            assert [error["code"] for error in refusal(answer)["errors"]] == [text.code], name
            continue
        assert answer.status_code == 201, (name, answer.text)
        record = await store.request_by_number(answer.json()["receipt_number"])
        assert record is not None
        assert RequestReceived.model_validate_json(record.event).description == text.kept, name


@every_channel
async def test_every_body_gets_its_answer(door: httpx.AsyncClient, channel: Channel) -> None:
    cases = bodies(NEEDED[channel])
    if channel is Channel.MOBILE:
        del cases["over the limit"]  # Photos may come together with its requests.
    answers = {name: await send(door, f"/v1/{channel}/requests", body) for name, body in cases.items()}
    assert {n: a.status_code for n, a in answers.items()} == {n: b.status for n, b in cases.items()}
    for name, answer in answers.items():
        assert len(answer.content) < 64_000, name
        if answer.status_code != 201:
            refusal(answer)


async def test_every_body_in_a_batch_gets_its_answer(door: httpx.AsyncClient) -> None:
    """What spoils an item's JSON spoils the whole batch; what is wrong with an item is its own affair."""
    cases = bodies(NEEDED[Channel.VATANDAS_BASKAN])
    for name, body in cases.items():
        if "idempotency-key" in body.headers:
            continue
        wrapped = (
            b'{"items": [{"key": "' + uuid.uuid4().hex.encode() + b'", "request": ' + body.content + b"}]}"
        )
        answer = await send(door, "/v1/vatandas_baskan/batches", Body(wrapped, 0, body.headers))
        if body.status in {201, 422}:
            assert answer.status_code == 200, name
            assert [result["status"] for result in answer.json()["results"]] == [body.status], name
        else:
            assert answer.status_code == body.status, name
            refusal(answer)


@pytest.mark.parametrize(
    "name", ["script", "markup that closes a text area", "markup that closes an attribute"]
)
async def test_pages_show_what_was_typed_and_obey_nothing(door: httpx.AsyncClient, name: str) -> None:
    typed = TEXTS[name].sent
    page = await door.get("/basvuru", follow_redirects=True)
    for answers in ({"ne": typed}, {"adres": typed}, {"ulasim": "sms", "telefon": typed}):
        action = re.search(
            r'<form[^>]*class="[^"]*request[^"]*"[^>]*action="([^"]+)"|action="([^"]+)"', page.text
        )
        assert action is not None
        address = urljoin(str(page.url), html.unescape(action[1] or action[2]))
        page = await door.post(address, data=answers, follow_redirects=True)
        assert page.status_code < 500
        assert typed not in page.text
    assert str(escape(typed)) in page.text


ADDRESSES = (
    "/t/%00",
    "/t/BB-2026-0012345-K%22%3E%3Cscript%3E",
    "/t/BB-2026-0012345-K?s=%ff%fe",
    "/t/%ff%fe/receipt.pdf?s=1&paper=%00",
    "/t/../../etc/passwd",
    "/t/BB-2026-0012345-K/receipt.jws?s=" + "x" * 5_000,
    "/basvuru?lang=%00&tur=%ff",
    "/basvuru?form=" + "x" * 5_000,
    "/basvuru/kontrol?form=%00",
    "/basvuru/alindi/%F0%9F%98%A1?s=%F0%9F%98%A1",
    "/v1/%00/requests",
    "/?lang=" + "tr" * 3_000,
    "/dogrula?numara=%00",
    "/verify?number=" + "%F0%9F%98%A1" * 500,
    "/.well-known/%2e%2e/%2e%2e",
)


async def test_no_address_is_a_fault_of_ours(door: httpx.AsyncClient) -> None:
    for address in ADDRESSES:
        for method in ("GET", "POST", "HEAD"):
            answer = await door.request(
                method, address, headers={"accept": "text/html"}, follow_redirects=True
            )
            assert answer.status_code < 500, (method, address)
            assert '"><script>' not in answer.text, (method, address)


PART = b"--x\r\nContent-Disposition: form-data"
FORMS = (
    ("application/x-www-form-urlencoded", b"ne=%ff%fe&ne=%00&" + b"a=b&" * 5_000),
    ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfe=\x00"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", PART + b"\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", PART + b'; name="ne"; filename="a"\r\n\r\n'),
    ("multipart/form-data; boundary=x", PART + b'; name="\xff"\r\n\r\na\r\n--x--'),
    ("multipart/form-data; boundary=x", PART + b'; name="ne"\r\n\r\n\xff\0\r\n--x--'),
    ("multipart/form-data; boundary=x", (PART + b'; name="a"\r\n\r\n\r\n') * 200 + b"--x--"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--" + b"x" * 300 + b"--"),
    ("text/plain", b"\0"),
    ("", b""),
)


@pytest.mark.parametrize(
    "address", ["/basvuru", "/basvuru/ne", "/verify", "/t/BB-2026-0012345-K/yanit", "/izle"]
)
async def test_no_form_is_a_fault_of_ours(door: httpx.AsyncClient, address: str) -> None:
    for content_type, content in FORMS:
        headers = {"content-type": content_type} if content_type else {}
        answer = await door.post(address, content=content, headers=headers, follow_redirects=True)
        assert answer.status_code < 500, (content_type, content[:80])
