"""Somebody is erased, or withdraws, while the whole system works: what follows in every service."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from shared.contracts import topics
from tests.support.observe import records_of
from tests.support.system import System

SETTLE_S = 180


@pytest.fixture(scope="module")
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


def eventually(looks: Callable[[], Any], what: str) -> Any:  # noqa: ANN401
    deadline = time.monotonic() + SETTLE_S
    while not (found := looks()):
        assert time.monotonic() < deadline, what
        time.sleep(0.5)
    return found


def closed_at_the_directorate(system: System, request_id: str) -> dict[str, Any] | None:
    """Return what its directorate reads of a request, once that is that it is closed."""
    routed = asyncio.run(records_of(system.kafka, topics.routed_topic("temizlik")))
    told = [json.loads(r.value or b"{}") for r in routed]
    return next((d for d in told if (d["request"]["request_id"], d["state"]) == (request_id, "closed")), None)


@pytest.mark.timeout(1200)
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
        timeout=SETTLE_S,
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
    outcomes = eventually(lambda: outcomes_of(system, request_id), "the message was never concluded")
    assert outcomes == [("failed", "no address", 1)]

    page = httpx.get(receipt["tracking_url"], timeout=SETTLE_S)
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


@pytest.mark.timeout(1200)
def test_whoever_withdraws_is_owed_nothing_and_told_so(system: System) -> None:
    """Through all four services and back to the page.

    page ──▶ intake ──▶ router ──┬─▶ directorate: closed, withdrawn
      ▲                          ├─▶ notifier ──▶ mail
      └──────── intake ◀─────────┴─▶ clock stands
    """
    receipt = httpx.post(
        f"{system.url('INTAKE')}/v1/web/requests",
        json={
            "description": "Sokağımızdaki çöp konteyneri taşmış, etrafa çöp saçılmış",
            "place": {"neighbourhood": "Cihangir"},
            "applicant": {"email": "deniz@example.com"},
        },
        headers={"Idempotency-Key": "k-withdrawn"},
        timeout=SETTLE_S,
    ).json()
    request_id, number = receipt["request_id"], receipt["receipt_number"]
    assert system.clock_of(request_id)["running"]
    code = receipt["tracking_url"].partition("?s=")[2]
    form = {"s": code, "konu": request_id}
    page = f"{system.url('INTAKE')}/t/{number}"
    patient = partial(httpx.request, timeout=SETTLE_S)
    token = eventually(
        lambda: re.search(r'name="imza" value="(\d+)"', patient("GET", f"{page}/geri-cek", params=form).text),
        "the page never heard of the request",
    )
    assert patient("POST", f"{page}/geri-cek", data=form | {"imza": token[1]}).status_code == 303

    eventually(
        lambda: system.clock_of(request_id)["stop_reason"] == "withdrawn", "the clock was never stopped"
    )
    eventually(
        lambda: any(
            number in mail["subject"] and "geri çektiniz" in mail["subject"]
            for mail in patient("GET", f"{system.url('VIEWER')}/api/mails").json()
        ),
        "the withdrawal was never confirmed",
    )
    eventually(
        lambda: "Başvurunuzu geri çektiniz." in patient("GET", page, params={"s": code, "lang": "tr"}).text,
        "the page never said so",
    )
    told = eventually(lambda: closed_at_the_directorate(system, request_id), "the directorate was never told")
    assert told["applicants_word"]["said"] == "withdrawn"
    books = system.istek("books")
    assert books.returncode == 0, books.stdout
    assert "withdrawn" in books.stdout
    assert "balanced: missing 0, unknown 0" in books.stdout
    assert system.istek("verify-chain").returncode == 0
    assert system.errors() == []
