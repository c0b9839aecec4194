import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from starlette.middleware import Middleware

from services.intake.channels.batches import MOST_ITEMS
from services.intake.clients import Client
from services.intake.turnstile.address import network_of
from services.intake.turnstile.bucket import Rate
from services.intake.turnstile.buckets import Buckets
from services.intake.turnstile.load import Capacity, has_room, retry_after_s
from services.intake.turnstile.meter import charge
from services.intake.turnstile.passages import Passage, passage_of
from services.intake.turnstile.rate_setting import RateSetting
from services.intake.turnstile.turnstile import Limits, Turnstile
from shared.contracts.vocabulary import Channel
from shared.web.frame import install_frame

ROOMY = Capacity(100, 0)
CLIENTS = {"istek_one": Client("one", frozenset(Channel)), "istek_two": Client("two", frozenset(Channel))}


def bucket(count: int) -> Buckets:
    return Buckets(Rate(count, 60), clock=lambda: 0)


def caller(limits: Limits, address: str = "203.0.113.1") -> httpx.AsyncClient:
    app = FastAPI(middleware=[Middleware(Turnstile, limits=limits, client_of=CLIENTS.get)])
    app.state.go = asyncio.Event()
    app.state.worked = 0

    @app.post("/v1/{channel}/requests")
    async def post(request: Request, channel: str) -> Response:
        await request.body()
        await app.state.go.wait()
        return Response(status_code=201)

    @app.post("/v1/vatandas_baskan/batches")
    async def batch(request: Request) -> Response:
        charge(request, int(await request.body()))
        app.state.worked += 1
        return Response(status_code=200)

    @app.get("/t/{number}")
    async def track(number: str) -> Response:
        return Response(status_code=200 if number == "right" else 404)

    install_frame(app)
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    client = httpx.AsyncClient(transport=transport, base_url="http://intake")
    client.app = app  # type: ignore[attr-defined]
    return client


@pytest.fixture
async def at() -> AsyncIterator[Callable[[Limits], httpx.AsyncClient]]:
    opened: list[httpx.AsyncClient] = []

    def make(limits: Limits) -> httpx.AsyncClient:
        client = caller(limits)
        client.app.state.go.set()  # type: ignore[attr-defined]
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


At = Callable[[Limits], httpx.AsyncClient]


async def test_an_address_that_posts_too_often_is_told_when_to_come_back(at: At) -> None:
    door = at(Limits(ROOMY, address=bucket(2)))
    first, second, third = [await door.post("/v1/web/requests") for _ in range(3)]
    assert (first.status_code, second.status_code, third.status_code) == (201, 201, 429)
    assert first.headers["RateLimit"] == '"address";r=1;t=30'
    assert second.headers["RateLimit-Policy"] == '"address";q=2;w=60'
    assert third.headers["Retry-After"] == "30"
    assert third.headers["RateLimit"] == '"address";r=0;t=60'
    assert third.headers["content-type"] == "application/problem+json"
    assert third.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_page_of_the_form_that_is_turned_away_says_how_to_keep_what_was_typed(at: At) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
    often = at(Limits(ROOMY, address=bucket(1)))
    _, too_often = [await often.post("/basvuru/ne", headers=browser) for _ in range(2)]
    full = await at(Limits(Capacity(0, 0))).post("/basvuru/ne", headers=browser)
    for refused, status, wait in ((too_often, 429, 60), (full, 503, 1)):
        assert (refused.status_code, refused.headers["Retry-After"]) == (status, str(wait))
        assert "We are busy just now" in refused.text
        assert f"Reload this page in {wait} seconds" in refused.text


async def test_clients_with_keys_are_counted_by_themselves(at: At) -> None:
    door = at(Limits(ROOMY, client=bucket(1), address=bucket(1)))
    answers = [
        await door.post("/v1/web/requests", headers=headers)
        for headers in (
            {},
            {"X-Api-Key": "istek_one"},
            {"X-Api-Key": "istek_two"},
            {"X-Api-Key": "istek_one"},
        )
    ]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]


async def test_wrong_keys_are_counted_under_the_address(at: At) -> None:
    door = at(Limits(ROOMY, client=bucket(100), address=bucket(2)))
    answers = [await door.post("/v1/web/requests", headers={"X-Api-Key": f"istek_{n}"}) for n in range(3)]
    assert answers[-1].status_code == 429


async def test_a_batch_counts_as_many_as_it_holds(at: At) -> None:
    door = at(Limits(ROOMY, address=bucket(10)))
    batches = "/v1/vatandas_baskan/batches"
    first = await door.post(batches, content=b"7")
    assert (first.status_code, first.headers["RateLimit"]) == (200, '"address";r=3;t=42')
    refused = await door.post(batches, content=b"4")
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:istek:problem:too-often")
    # The refused one has cost a token: two are left, four are needed, one comes every six seconds.
    assert refused.headers["Retry-After"] == "12"
    assert refused.headers["RateLimit"] == '"address";r=2;t=48'
    assert "4 kaydın" in refused.json()["detail"]
    assert door.app.state.worked == 1  # type: ignore[attr-defined]
    assert (await door.post(batches, content=b"2")).status_code == 200
    assert (await door.post("/v1/web/requests")).status_code == 429


@pytest.mark.parametrize("rate", [1, 30, 199, 200, 1_200])
async def test_any_legal_batch_passes_on_a_fresh_allowance(at: At, rate: int) -> None:
    door = at(Limits(ROOMY, address=bucket(rate)))
    answer = await door.post("/v1/vatandas_baskan/batches", content=str(MOST_ITEMS).encode())
    assert answer.status_code == 200


async def test_without_limits_a_batch_costs_nothing(at: At) -> None:
    door = at(Limits(ROOMY))
    answers = [await door.post("/v1/vatandas_baskan/batches", content=b"200") for _ in range(3)]
    assert {a.status_code for a in answers} == {200}


async def test_guessing_ends_and_then_the_right_code_is_refused_too(at: At) -> None:
    door = at(Limits(ROOMY, proofs=bucket(3)))
    assert {(await door.get("/t/right")).status_code for _ in range(10)} == {200}
    assert {(await door.get(f"/t/{n}")).status_code for n in range(3)} == {404}
    right, wrong = await door.get("/t/right"), await door.get("/t/4")
    assert (right.status_code, right.json()) == (wrong.status_code, wrong.json())
    assert right.status_code == 429


async def test_many_guesses_at_once_are_no_way_around(at: At) -> None:
    door = at(Limits(ROOMY, proofs=bucket(3)))
    answers = await asyncio.gather(*(door.get(f"/t/{n}") for n in range(20)))
    assert sum(a.status_code == 404 for a in answers) == 3


async def test_a_full_door_refuses_unread_and_keeps_its_reserve_for_dangers() -> None:
    async with caller(Limits(Capacity(2, 1))) as door:
        waiting = [asyncio.create_task(door.post("/v1/web/requests", content=b"x")) for _ in range(2)]
        await asyncio.sleep(0.05)

        async def unread() -> AsyncIterator[bytes]:
            raise AssertionError("the body was read")
            yield b""

        refused = await door.post("/v1/web/requests", content=unread())
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:istek:problem:overloaded")
        assert int(refused.headers["Retry-After"]) >= 1
        waiting.append(asyncio.create_task(door.post("/v1/call/requests", content=b"x")))
        await asyncio.sleep(0.05)
        assert (await door.post("/v1/call/requests")).status_code == 503
        assert (await door.get("/t/right")).status_code == 200

        door.app.state.go.set()  # type: ignore[attr-defined]
        assert {(await task).status_code for task in waiting} == {201}
        assert (await door.post("/v1/web/requests")).status_code == 201


async def test_who_sends_slowly_takes_nobody_elses_place() -> None:
    async with caller(Limits(Capacity(1, 0))) as door:
        door.app.state.go.set()  # type: ignore[attr-defined]
        more = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"x"
            await more.wait()

        dawdler = asyncio.create_task(door.post("/v1/web/requests", content=slow()))
        await asyncio.sleep(0.05)
        assert (await door.post("/v1/web/requests")).status_code == 201
        more.set()
        assert (await dawdler).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "passage"),
    [
        ("POST", "/v1/web/requests", Passage.POST),
        ("POST", "/v1/call/requests", Passage.URGENT_POST),
        ("POST", "/v1/vatandas_baskan/batches", Passage.URGENT_POST),
        ("POST", "/basvuru/ne", Passage.FORM_POST),
        ("GET", "/basvuru", None),
        ("GET", "/basvuru/alindi/BB-2026-0000001-L", Passage.PROOF),
        ("GET", "/t/BB-2026-0000001-L/receipt.pdf", Passage.PROOF),
        ("POST", "/izle", Passage.PROOF),
        ("POST", "/open311/v2/requests.json", Passage.POST),
        ("GET", "/open311/v2/requests.json", Passage.POST),
        ("POST", "/internal/v1/vault/contact", None),
        ("GET", "/readyz", None),
    ],
)
def test_what_is_counted(method: str, path: str, passage: Passage | None) -> None:
    assert passage_of(method, path) is passage


@given(st.integers(1, 1_000), st.integers(0, 1_000), st.integers(0, 3_000))
def test_the_urgent_are_never_refused_before_the_ordinary(ordinary: int, reserve: int, busy: int) -> None:
    capacity = Capacity(ordinary, reserve)
    assert has_room(capacity, busy, urgent=True) >= has_room(capacity, busy, urgent=False)
    assert has_room(capacity, busy, urgent=True) is (busy < ordinary + reserve)


@given(st.floats(0, 1e6))
def test_the_wait_is_neither_nothing_nor_endless(latency_s: float) -> None:
    assert 1 <= retry_after_s(latency_s) <= 30


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("socket", "socket"),
    ],
)
def test_one_connection_counts_as_one_caller(host: str, network: str) -> None:
    assert network_of(host) == network


def test_a_rate_as_it_is_set() -> None:
    read = TypeAdapter(RateSetting).validate_python
    assert (read("300/60"), read("off")) == (Rate(300, 60), None)
    for wrong in ("300", "0/60", "a/b", "300/0"):
        with pytest.raises(ValidationError):
            read(wrong)
