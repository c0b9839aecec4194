"""Receipts over the real store: given on every channel, told anew as more is known, verified by page."""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from services.intake.app import create_app
from services.intake.receipts.checking import LARGEST, check
from services.intake.receipts.signing import KEYS_PATH, read_jwks, rotate
from services.intake.receipts.statement import SUBJECT_TO_COME, Statement, sha256
from services.intake.store import IntakeStore
from shared.clock import system_clock
from shared.storage import Database
from tests.integration.test_intake import GRACE
from tests.support.intake import at_work, client_of, intake_on
from tests.support.lifecycle import assigned

CHANNELS = {
    "web": {},
    "call": {"operator": "cm-014"},
    "mobile": {"gps": {"lat": 41.03, "lon": 28.98}},
    "vatandas_baskan": {"team": "saha-07"},
    "reception": {"petition_number": "2026/1"},
}
BODY = {
    "description": "Çöp konteyneri taşıyor, Ayşe Yılmaz",
    "applicant": {"email": "ayse@example.com", "name": "Ayşe Yılmaz"},
    "place": {"address": "Akarsu Yokuşu 14"},
}


@pytest.fixture
async def app(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    app = intake_on(
        monkeypatch,
        mongodb,
        database_name,
        tmp_path,
        ISTEK_PUBLIC_URL="https://istek.example",
        ISTEK_OIDC_OFF="true",
    )
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def store(mongodb: str, database_name: str) -> AsyncIterator[IntakeStore]:
    database = Database.connect(mongodb, database_name)
    yield IntakeStore(database, watch_grace=GRACE)
    await database.close()


async def accepted(door: httpx.AsyncClient, channel: str = "web") -> dict[str, str]:
    answer = await door.post(
        f"/v1/{channel}/requests",
        json={**BODY, **CHANNELS[channel]},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert answer.status_code == 201
    return dict(answer.json())


def path_of(url: str, suffix: str = "") -> str:
    """Return path and query of an address on a receipt, with ``suffix`` on its path."""
    parts = urlsplit(url)
    return f"{parts.path}{suffix}?{parts.query}"


async def stated(door: httpx.AsyncClient, receipt: dict[str, str]) -> Statement:
    """Return what the receipt states, checked as somebody outside does it."""
    keys = read_jwks((await door.get(KEYS_PATH)).content)
    token = await door.get(path_of(receipt["receipt_url"], ".jws"))
    assert token.headers["content-type"] == "application/jose"
    found = check(token.content, keys)
    assert found.fault is None
    assert found.statement is not None
    return found.statement


@pytest.mark.parametrize("channel", CHANNELS)
async def test_every_channel_is_given_a_signed_receipt(
    door: httpx.AsyncClient, store: IntakeStore, channel: str
) -> None:
    receipt = await accepted(door, channel)
    statement = await stated(door, receipt)
    assert (statement.number, statement.channel) == (receipt["receipt_number"], channel)
    assert statement.received_at == datetime.fromisoformat(receipt["received_at"])
    assert statement.subject == SUBJECT_TO_COME
    assert statement.iss == "https://istek.example"
    record = await store.request(UUID(receipt["request_id"]))
    assert record is not None
    assert statement.fingerprint == sha256(record.event.encode())
    assert not {"Ayşe", "ayse", "Akarsu"} & set(statement.model_dump_json().replace('"', " ").split())

    pdf = await door.get(path_of(receipt["receipt_pdf_url"]))
    assert pdf.headers["content-type"] == "application/pdf"
    assert receipt["receipt_number"] in pdf.headers["content-disposition"]
    assert pdf.headers["cache-control"] == "no-store"
    assert check(pdf.content, read_jwks((await door.get(KEYS_PATH)).content)).fault is None
    text = PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
    assert receipt["receipt_number"] in text
    assert receipt["tracking_code"] in text
    assert "Ayşe" not in text
    assert (await door.get(path_of(receipt["receipt_pdf_url"]))).content == pdf.content


@pytest.mark.parametrize("paper", ["a4", "a5", "80mm"])
async def test_every_paper_is_sealed(door: httpx.AsyncClient, paper: str) -> None:
    receipt = await accepted(door)
    pdf = await door.get(
        path_of(receipt["receipt_pdf_url"]), params={"s": receipt["tracking_code"], "paper": paper}
    )
    assert check(pdf.content, read_jwks((await door.get(KEYS_PATH)).content)).fault is None
    unknown = await door.get(f"{path_of(receipt['receipt_pdf_url'])}&paper=b5")
    assert unknown.status_code == 422


async def test_a_later_receipt_tells_what_became_known_and_both_are_genuine(
    door: httpx.AsyncClient, store: IntakeStore
) -> None:
    receipt = await accepted(door)
    early = await stated(door, receipt)
    request_id = UUID(receipt["request_id"])
    await store.add_to_timeline([assigned(request_id, subject="Çöp konteyneri taşıyor", at=system_clock())])
    later = await stated(door, receipt)
    assert later.subject == "Çöp konteyneri taşıyor"
    assert later.holder == "Temizlik İşleri Müdürlüğü"
    # The service that keeps the clocks is away: the receipt does without dates.
    assert later.target is None
    assert (later.number, later.received_at, later.fingerprint) == (
        early.number,
        early.received_at,
        early.fingerprint,
    )


@pytest.mark.parametrize("form", ["/receipt", "/receipt.pdf", "/receipt.jws", ""])
async def test_a_wrong_number_and_a_wrong_code_get_the_answer_of_the_tracking_page(
    door: httpx.AsyncClient, form: str
) -> None:
    receipt = await accepted(door)
    number, code = receipt["receipt_number"], receipt["tracking_code"]
    tracking = await door.get(f"/t/{number}?s=AAAA-AAAA")
    for path in (
        f"/t/{number}{form}?s=AAAA-AAAA",
        f"/t/{number}{form}",
        f"/t/BB-2026-0000001-X{form}?s={code}",
    ):
        answer = await door.get(path)
        assert answer.status_code == tracking.status_code == 404
        assert answer.content.split(b"<main")[1] == tracking.content.split(b"<main")[1]


async def test_the_published_keys_may_be_kept_and_read_by_anybody(
    door: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await door.get(KEYS_PATH)
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    (key,) = answer.json()["keys"]
    assert "d" not in key
    assert len(list((tmp_path / "intake" / "receipt-keys").iterdir())) == 1


async def test_after_a_rotation_and_a_restart_old_receipts_are_genuine(
    door: httpx.AsyncClient, tmp_path: Path
) -> None:
    receipt = await accepted(door)
    before = (await door.get(path_of(receipt["receipt_pdf_url"]))).content
    rotate(tmp_path / "intake" / "receipt-keys", 2026)
    async with at_work(create_app()) as door_now:
        keys = read_jwks((await door_now.get(KEYS_PATH)).content)
        after = (await door_now.get(path_of(receipt["receipt_pdf_url"]))).content
        assert after != before
        assert {check(pdf, keys).fault for pdf in (before, after)} == {None}


# --- the page that verifies --------------------------------------------------------------------------------


async def test_the_page_confirms_files_and_refuses_changed_ones(door: httpx.AsyncClient) -> None:
    receipt = await accepted(door)
    pdf = (await door.get(path_of(receipt["receipt_pdf_url"]))).content
    token = (await door.get(path_of(receipt["receipt_url"], ".jws"))).content
    protected, payload, signature = token.decode().split(".")
    as_json = json.dumps({"protected": protected, "payload": payload, "signature": signature}).encode()
    for content in (pdf, token, as_json):
        answer = await door.post("/verify", files={"belge": ("x", content)})
        assert answer.status_code == 200
        page = answer.text
        assert "Geçerli değil" not in page
        assert "Geçerli" in page
        assert receipt["receipt_number"] in page
        assert SUBJECT_TO_COME in page
        assert not any(word in page for word in ("Ayşe", "ayse", "Akarsu", receipt["tracking_code"]))
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    answer = await door.post("/verify", files={"belge": ("x.pdf", bytes(changed))})
    assert "Geçerli değil: belge değişmiş" in answer.text
    assert receipt["receipt_number"] in answer.text
    answer = await door.post("/verify", files={"belge": ("x.jws", token[:-9] + b"AAAAAAAAA")})
    assert "Geçerli değil: belge değişmiş" in answer.text
    assert receipt["receipt_number"] not in answer.text
    answer = await door.post("/verify?lang=en", files={"belge": ("x.txt", b"hello")})
    assert "Not valid: there is no signature in this file" in answer.text


async def test_the_page_confirms_a_number_with_its_code_alone(door: httpx.AsyncClient) -> None:
    receipt = await accepted(door)
    typed = {"no": receipt["receipt_number"].lower(), "kod": receipt["tracking_code"].lower()}
    answer = await door.post("/verify", data=typed)
    assert answer.status_code == 200
    assert "Geçerli" in answer.text
    assert SUBJECT_TO_COME in answer.text
    wrong = await door.post("/verify", data={**typed, "kod": "AAAA-AAAA"})
    nobody = await door.post("/verify", data={"no": "BB-2026-0000001-X", "kod": typed["kod"]})
    assert (wrong.status_code, wrong.text) == (404, nobody.text)
    assert "Bu bilgilerle bir başvuru bulamadık" in wrong.text


async def test_the_page_takes_no_large_file_and_no_empty_form(door: httpx.AsyncClient) -> None:
    large = await door.post("/verify", files={"belge": ("x.pdf", b"%PDF-1.7\n" + bytes(LARGEST))})
    assert large.status_code == 413
    assert "512 KB" in large.text
    assert (await door.post("/verify", files={"belge": ("", b"")})).status_code == 422
    assert (await door.post("/verify")).status_code == 422
    assert (await door.get("/dogrula")).headers["location"] == "/verify"


async def test_the_openapi_document_names_the_links_of_the_receipt(door: httpx.AsyncClient) -> None:
    document = (await door.get("/v1/openapi.json")).json()
    content = document["paths"]["/v1/web/requests"]["post"]["responses"]["201"]["content"]
    receipt = await accepted(door)
    assert set(content["application/json"]["schema"]["required"]) == set(receipt)
