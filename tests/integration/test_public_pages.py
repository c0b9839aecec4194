"""What the public pages do with what strangers put into addresses and forms."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.intake import at_work, intake_on

ELSEWHERE = ("//evil.example", "https://evil.example/", "/\\evil.example", "\r\nLocation: //evil.example")


@pytest.fixture
async def door(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app) as client:
        yield client


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
async def test_no_redirect_leads_elsewhere(door: httpx.AsyncClient, elsewhere: str) -> None:
    made = await door.post(
        "/v1/web/requests", json={"description": "Çöp"}, headers={"Idempotency-Key": uuid.uuid4().hex}
    )
    number, code = made.json()["receipt_number"], made.json()["tracking_code"]
    stranger = {"tur": elsewhere, "lang": elsewhere, "next": elsewhere, "sonra": elsewhere}
    begun = await door.get("/basvuru", params=stranger)
    answers = [
        begun,
        await door.post(begun.headers["Location"], data=stranger),
        await door.post("/izle", params=stranger, data={**stranger, "no": number, "kod": code}),
        await door.get("/dogrula", params=stranger),
    ]
    assert {a.status_code for a in answers[:1] + answers[2:]} <= {303, 307}
    for answer in answers:
        address = answer.headers.get("Location", "/")
        assert address.startswith("/")
        assert not address.startswith(("//", "/\\"))
        assert "evil.example/" not in address.partition("?")[0]


async def test_a_form_that_another_site_sends_is_refused(door: httpx.AsyncClient) -> None:
    begun = await door.get("/basvuru")
    answer = await door.post(
        begun.headers["Location"], data={"description": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
