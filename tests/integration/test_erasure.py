"""Somebody is erased while the whole system works: all goes on but telling them."""

import asyncio
import json
import time
from collections.abc import Iterator

import httpx
import pytest

from shared.contracts import topics
from tests.support.observe import records_of
from tests.support.system import System

SETTLE_S = 60


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("erasure"))
    try:
        system.start()
        yield system
    finally:
        system.stop()


def outcomes_of(system: System, request_id: str) -> list[tuple[str, str, int]]:
    records = asyncio.run(records_of(system.kafka, topics.OUTCOMES))
    found = [json.loads(r.value or b"{}") for r in records]
    return [(o["outcome"], o["evidence"], o["attempts"]) for o in found if o["request_id"] == request_id]


@pytest.mark.timeout(420)
def test_whoever_is_erased_is_no_longer_told_and_everything_else_goes_on(system: System) -> None:
    """Erased between receipt and message, with the notifier away.

    door ──▶ router ──▶ clock, timeline, books        all as for anybody
      │         └─────▶ notifier (away) ─────▶ vault: 404 erased ──▶ failed, not tried again
      └─ istek vault erase
    """
    intake = system.url("INTAKE")
    system.hold("notifier")
    receipt = httpx.post(
        f"{intake}/v1/web/requests",
        json={
            "description": "Üç gündür sokağımızdan çöp alınmıyor",
            "applicant": {"email": "ayse@example.com", "name": "Ayşe"},
        },
        headers={"Idempotency-Key": "k-1"},
    ).json()
    request_id = receipt["request_id"]
    system.clock_of(request_id)

    rotated = system.istek("vault", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    erased = system.istek("vault", "erase", "--request", request_id, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert "1 başvurunun iletişim bilgisi silindi" in erased.stdout
    assert "yok" in system.istek("vault", "erase", "--request", request_id, "--yes").stdout

    system.release("notifier")
    deadline = time.monotonic() + SETTLE_S
    while not (outcomes := outcomes_of(system, request_id)):
        assert time.monotonic() < deadline, "the message was never concluded"
        time.sleep(0.5)
    assert outcomes == [("failed", "no address", 1)]

    page = httpx.get(receipt["tracking_url"])
    assert page.status_code == 200
    assert receipt["receipt_number"] in page.text
    books = system.istek("books")
    assert books.returncode == 0, books.stdout
    assert "balanced: missing 0, unknown 0" in books.stdout
    assert system.istek("verify-chain").returncode == 0
    shown = system.istek("vault", "looks", "--request", request_id).stdout
    assert "notifier" in shown
    assert "erasure" in shown
    assert system.errors() == []
    logs = "".join(path.read_text() for path in (system.data / "log").glob("*.log"))
    assert "ayse@example.com" not in logs
