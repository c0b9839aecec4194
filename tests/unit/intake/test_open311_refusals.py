"""What is refused before it reaches the Open311 endpoint is refused in the standard's words and form."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from fastapi import FastAPI, Request
from starlette.middleware import Middleware

from services.intake.open311.routes import refusal_of
from services.intake.turnstile.bucket import Rate
from services.intake.turnstile.buckets import Buckets
from services.intake.turnstile.load import Capacity
from services.intake.turnstile.turnstile import Limits, Turnstile
from shared.web.frame import install_frame
from shared.web.settings import WebSettings


def door(*, room: int = 10, often: int = 10) -> httpx.AsyncClient:
    limits = Limits(Capacity(room, 0), address=Buckets(Rate(often, 600)))
    app = FastAPI(middleware=[Middleware(Turnstile, limits=limits, client_of=lambda _key: None)])

    @app.post("/{rest:path}")
    async def read(request: Request) -> int:
        body = await request.body()
        if body == b"fault":
            raise RuntimeError("for the test")
        return len(body)

    settings = WebSettings(max_body_bytes=100, body_grace_s=0.05)
    install_frame(app, settings=settings, dialects={"/open311/": refusal_of})
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://door")


async def slow() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.sleep(5)


def code_in(answer: httpx.Response) -> int:
    """Return the one code of an error answer, whichever format it has."""
    if answer.headers["content-type"] == "application/json; charset=utf-8":
        (entry,) = json.loads(answer.content)
        return int(entry["code"])
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = fromstring(answer.content)
    assert root.tag == "errors"
    return int(root.findtext("error/code") or 0)


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/open311/v2/requests.json", "text/xml", "application/json"),
        ("/open311/v2/requests.xml", "application/json", "text/xml"),
        ("/open311/v2/requests", "application/json", "application/json"),
        ("/open311/v2/requests", "*/*", "text/xml"),
    ],
)
async def test_every_refusal_at_the_door_has_the_asked_format(path: str, accept: str, kind: str) -> None:
    asked = {"Accept": accept}
    async with door(often=1) as often, door(room=0) as full, door() as open_door:
        await often.post(path, headers=asked)
        refusals = {
            429: await often.post(path, headers=asked),
            503: await full.post(path, headers=asked),
            413: await open_door.post(path, content=b"x" * 101, headers=asked),
            408: await open_door.post(path, content=slow(), headers=asked),
            500: await open_door.post(path, content=b"fault", headers=asked),
        }
    for code, answer in refusals.items():
        assert (answer.status_code, code_in(answer)) == (400, code)
        assert answer.headers["content-type"].startswith(kind)
        assert ("retry-after" in answer.headers) == (code in {429, 503})
        assert (answer.headers.get("connection") == "close") == (code in {408, 413})


async def test_elsewhere_the_same_refusals_are_problems() -> None:
    async with door() as open_door:
        answer = await open_door.post("/v1/web/requests", content=b"x" * 101)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
