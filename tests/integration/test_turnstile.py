"""The door when too many come: a real server on a real database."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from services.intake.receipts.numbers import format_number
from shared.storage import Database
from tests.support.intake import intake_on
from tests.support.serving import served

Serve = Callable[..., AbstractContextManager[str]]


@pytest.fixture
def serve(mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    def serve(**settings: str) -> AbstractContextManager[str]:
        return served(intake_on(monkeypatch, mongodb, database_name, tmp_path, **settings))

    return serve


async def test_a_saturated_door_answers_201_or_503_and_loses_nothing(
    serve: Serve, database: Database
) -> None:
    seen: list[int] = []

    async def until_taken(door: httpx.AsyncClient, n: int) -> str:
        key = uuid.uuid4().hex
        while True:
            answer = await door.post(
                "/v1/web/requests", json={"description": f"Çöp {n}"}, headers={"Idempotency-Key": key}
            )
            seen.append(answer.status_code)
            if answer.status_code != 503:
                return str(answer.json()["request_id"])
            assert int(answer.headers["Retry-After"]) >= 1
            # Shorter than told, to keep the door saturated.
            await asyncio.sleep(0.05)

    limits = httpx.Limits(max_connections=80)
    with serve(
        ISTEK_INTAKE_IN_FLIGHT="4", ISTEK_INTAKE_IN_FLIGHT_RESERVE="0", ISTEK_INTAKE_RATE_ADDRESS="off"
    ) as address:
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as door:
            taken = await asyncio.gather(*(until_taken(door, n) for n in range(240)))

    assert set(seen) == {201, 503}
    assert len(set(taken)) == 240
    recorded = {d["_id"] async for d in database.collection("requests").stream({}, fields=["_id"])}
    assert recorded == set(taken)


async def test_a_batch_counts_as_its_items_and_is_taken_whole_or_not_at_all(
    serve: Serve, database: Database
) -> None:
    def batch(*keys: str) -> dict[str, object]:
        return {"items": [{"key": k, "request": {"description": f"Taş {k}", "team": "saha-1"}} for k in keys]}

    with serve(ISTEK_INTAKE_RATE_ADDRESS="3/600") as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as door:
            first = await door.post("/v1/vatandas_baskan/batches", json=batch("a", "b"))
            second = await door.post("/v1/vatandas_baskan/batches", json=batch("c", "d"))
    assert (first.status_code, second.status_code) == (200, 429)
    assert first.headers["RateLimit"].startswith('"address";r=1;')
    assert 200 < int(second.headers["Retry-After"]) <= 400
    assert first.json()["recorded"] == await database.collection("requests").count({}) == 2


async def test_an_address_posts_as_often_as_is_set_and_no_more(serve: Serve) -> None:
    with serve(ISTEK_INTAKE_RATE_ADDRESS="3/600") as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as door:
            answers = [
                await door.post(
                    "/v1/web/requests",
                    json={"description": "Çöp"},
                    headers={"Idempotency-Key": uuid.uuid4().hex, "X-Forwarded-For": f"203.0.113.{n}"},
                )
                for n in range(4)
            ]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert int(answers[-1].headers["Retry-After"]) > 100


async def test_a_wrong_number_and_a_wrong_code_are_one_sentence_until_the_tries_are_used_up(
    serve: Serve,
) -> None:
    with serve(ISTEK_INTAKE_RATE_PROOFS="4/600") as address:
        async with httpx.AsyncClient(base_url=address, timeout=60, headers={"Accept": "text/html"}) as door:
            made = await door.post(
                "/v1/web/requests",
                json={"description": "Çöp"},
                headers={"Idempotency-Key": uuid.uuid4().hex},
            )
            number, code = made.json()["receipt_number"], made.json()["tracking_code"]
            absent = format_number(2026, 9_999_999)
            wrong = [
                await door.get(f"/t/{number}?s=2222-2222"),
                await door.get(f"/t/{absent}?s={code}"),
                await door.get(f"/t/{number}/receipt.pdf?s=2222-2222"),
                await door.post("/izle", data={"no": absent, "kod": code}),
            ]
            refused = [await door.get(f"/t/{number}?s={code}"), await door.get(f"/t/{absent}?s={code}")]
    assert {a.status_code for a in wrong} == {404}
    assert len({a.text.partition("<main")[2] for a in wrong}) == 1
    assert {a.status_code for a in refused} == {429}
    assert len({a.text.partition("<main")[2] for a in refused}) == 1
    assert "Çok sık denediniz" in refused[0].text


async def raw(address: str, sent: bytes) -> bytes:
    """Send bytes, never end, and return what is answered until the door closes the connection."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    return answer


async def test_a_sender_who_stops_in_the_middle_is_told_and_let_go(serve: Serve) -> None:
    with serve(ISTEK_WEB_BODY_GRACE_S="0.3") as address:
        answer = await raw(
            address,
            b"POST /v1/web/requests HTTP/1.1\r\nHost: istek\r\nContent-Type: application/json\r\n"
            b"Idempotency-Key: slow-1\r\nContent-Length: 100\r\n\r\n{",
        )
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


async def test_headers_without_end_are_refused(serve: Serve) -> None:
    with serve() as address:
        answer = await raw(address, b"GET /readyz HTTP/1.1\r\nHost: istek\r\nX-Long: " + b"x" * 20_000)
    assert answer.startswith(b"HTTP/1.1 400 ")
