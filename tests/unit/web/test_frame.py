"""What stands around every route: headers on whatever is answered, foreign scripts, believed proxies."""

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.outcomes import UnavailableError
from shared.web.frame import install_frame
from shared.web.problem_catalogue import standard_problem
from shared.web.settings import WebSettings

ALWAYS = {
    "content-security-policy",
    "x-content-type-options",
    "cross-origin-resource-policy",
    "cache-control",
}
OF_DOCUMENTS = {"x-frame-options", "referrer-policy", "permissions-policy", "cross-origin-opener-policy"}


class Refusing:
    """A middleware that refuses one path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/v1/refused":
            raise standard_problem(429)
        await self._app(scope, receive, send)


def door(settings: WebSettings | None = None, *, peer: str = "198.51.100.9") -> httpx.AsyncClient:
    app = FastAPI(middleware=[Middleware(Refusing)])

    @app.get("/v1/who")
    async def who(request: Request) -> str:
        assert request.client
        return f"{request.url.scheme} {request.client.host}"

    @app.post("/v1/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @app.get("/v1/away")
    async def away() -> None:
        raise UnavailableError("database away")

    @app.get("/text")
    async def text() -> Response:
        return PlainTextResponse("json")

    @app.get("/picture")
    async def picture() -> Response:
        return Response("<svg/>", media_type="image/svg+xml")

    @app.get("/bare")
    async def bare() -> Response:
        return Response(status_code=204)

    @app.get("/v1/fault")
    async def fault() -> None:
        raise RuntimeError

    install_frame(app, settings=settings or WebSettings())
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://door")


def web(**settings: str) -> WebSettings:
    """Settings as they come from the environment: as text."""
    return WebSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/who", 200),
        ("GET", "/nothing", 404),
        ("DELETE", "/v1/who", 405),
        ("POST", "/v1/body", 413),
        ("GET", "/v1/refused", 429),
        ("GET", "/v1/fault", 500),
        ("GET", "/v1/away", 503),
    ],
)
async def test_every_answer_carries_the_security_headers(method: str, path: str, status: int) -> None:
    async with door(WebSettings(max_body_bytes=10)) as client:
        answer = await client.request(method, path, content=b"x" * 11 if method == "POST" else b"")
    assert answer.status_code == status
    assert set(answer.headers) >= ALWAYS
    # All of these are JSON, which is no document: nothing of it may be loaded, run or framed.
    assert not set(answer.headers) & OF_DOCUMENTS
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/text", "/picture", "/bare"])
async def test_what_a_browser_may_show_carries_a_documents_headers_too(path: str) -> None:
    async with door() as client:
        answer = await client.get(path)
    assert set(answer.headers) >= ALWAYS | OF_DOCUMENTS
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_data_with_a_secret_in_its_address_passes_it_to_nobody() -> None:
    async with door() as client:
        assert (await client.get("/v1/who?s=7K4P-9M2X")).headers["referrer-policy"] == "no-referrer"


async def test_scripts_of_other_sites_are_allowed_by_setting_only() -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,x-api-key",
    }
    async with door() as client:
        assert "access-control-allow-origin" not in (await client.options("/v1/body", headers=asked)).headers
        answer = await client.get("/v1/who", headers={"Origin": "https://app.example"})
        assert "access-control-allow-origin" not in answer.headers
    async with door(web(cors_origins="https://app.example, https://other.example")) as client:
        allowed = await client.options("/v1/body", headers=asked)
        assert allowed.headers["access-control-allow-origin"] == "https://app.example"
        assert "access-control-allow-credentials" not in allowed.headers
        assert set(allowed.headers) >= ALWAYS | OF_DOCUMENTS
        foreign = await client.options("/v1/body", headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize("origins", ["*", "app.example", "https://app.example/path"])
def test_an_origin_that_is_none_is_noticed_at_the_start(origins: str) -> None:
    with pytest.raises(ValidationError):
        web(cors_origins=origins)


async def test_a_forwarded_address_is_believed_from_configured_proxies_only() -> None:
    told = {"X-Forwarded-For": "203.0.113.1, 203.0.113.7, 10.0.0.3", "X-Forwarded-Proto": "https"}
    async with door(peer="10.0.0.2") as client:
        assert (await client.get("/v1/who", headers=told)).json() == "http 10.0.0.2"
    async with door(web(trusted_proxies="10.0.0.0/8"), peer="10.0.0.2") as client:
        # The last hop that is no proxy of ours: what stands before it, the caller may have made up.
        assert (await client.get("/v1/who", headers=told)).json() == "https 203.0.113.7"
    async with door(web(trusted_proxies="10.0.0.0/8")) as client:
        assert (await client.get("/v1/who", headers=told)).json() == "http 198.51.100.9"


def test_a_proxy_that_is_no_address_is_noticed_at_the_start() -> None:
    with pytest.raises(ValidationError):
        web(trusted_proxies="proxy.internal")
