import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope, Send

from shared.web.frame import install_frame
from shared.web.limits import BodyLimit
from shared.web.problems import Problem
from shared.web.settings import WebSettings


class Note(BaseModel):
    text: str


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()

    @app.post("/v1/notes")
    async def note(note: Note) -> int:
        return len(note.text)

    @app.post("/v1/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    install_frame(app, settings=WebSettings(max_body_bytes=100))
    return TestClient(app)


def refused(reason: str) -> float:
    return REGISTRY.get_sample_value("istek_http_bodies_refused_total", {"reason": reason}) or 0.0


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * 50


def test_body_of_the_limit_passes(client: TestClient) -> None:
    assert client.post("/v1/raw", content=b"x" * 100).json() == 100
    assert client.post("/v1/raw", content=pieces(2)).json() == 100


@pytest.mark.parametrize("path", ["/v1/raw", "/v1/notes"])
def test_body_over_the_limit_is_refused_however_it_comes(client: TestClient, path: str) -> None:
    declared, streamed = refused("declared"), refused("streamed")
    as_json = {"content-type": "application/json"}
    for content in (b"x" * 101, pieces(3)):
        answer = client.post(path, content=content, headers=as_json)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
    assert (refused("declared"), refused("streamed")) == (declared + 1, streamed + 1)


async def test_declared_length_is_refused_without_reading() -> None:
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        pytest.fail("the request reached the app")

    async def receive() -> Message:
        pytest.fail("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"101")]}
    with pytest.raises(Problem) as refusal:
        await BodyLimit(app, 100)(scope, receive, send)
    assert (refusal.value.status, refusal.value.headers) == (413, {"Connection": "close"})
    assert sent == []


@pytest.mark.parametrize(
    "headers",
    [[], [(b"content-length", b"50"), (b"transfer-encoding", b"chunked")], [(b"content-length", b"?")]],
)
async def test_endless_stream_is_left_after_the_limit(headers: list[tuple[bytes, bytes]]) -> None:
    reads = 0
    sent: list[Message] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while True:
            await receive()

    async def receive() -> Message:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": b" " * 50, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    with pytest.raises(Problem, match="413"):
        await BodyLimit(app, 100)(scope, receive, send)
    assert (reads, sent) == (3, [])


async def late(first: bytes, pause_s: float) -> AsyncIterator[bytes]:
    yield first
    await asyncio.sleep(pause_s)
    yield b"x"


def slow_door(settings: WebSettings) -> httpx.AsyncClient:
    app = FastAPI()

    @app.post("/v1/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.post("/v1/long")
    async def long(request: Request) -> bool:
        await request.body()
        await asyncio.sleep(0.2)
        return await request.is_disconnected()

    install_frame(app, settings=settings)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door")


async def test_a_body_that_does_not_come_is_answered_with_408() -> None:
    slow = refused("slow")
    async with slow_door(WebSettings(body_grace_s=0.05)) as door:
        answer = await door.post("/v1/raw", content=late(b"x", 5))
    assert answer.status_code == 408
    assert answer.json()["type"] == "urn:istek:problem:too-slow"
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert refused("slow") == slow + 1


async def test_what_has_come_of_a_large_body_buys_it_time() -> None:
    async with slow_door(WebSettings(body_grace_s=0.05, body_bytes_per_s=1_000)) as door:
        assert (await door.post("/v1/raw", content=late(b"x" * 5_000, 0.2))).json() == 5_001


async def test_the_deadline_is_for_the_body_and_not_for_the_answer() -> None:
    async with slow_door(WebSettings(body_grace_s=0.05)) as door:
        assert (await door.post("/v1/long", content=b"x")).status_code == 200
