"""The services' own staff pages: closed to who is not signed in, and no start where they would stand open."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.intake.app import create_app as create_intake
from services.notifier.app import create_app as create_notifier
from services.router.app import create_app as create_router
from services.sla_monitor.app import create_app as create_monitor
from shared.web.sign_in.open_desk import OpenPagesError

ID: Final = str(UUID(int=7))
CLOSED: Final = [
    (create_router, "GET", "/"),
    (create_router, "GET", "/siniflandirma"),
    (create_router, "GET", f"/siniflandirma/{ID}"),
    (create_router, "POST", f"/siniflandirma/{ID}"),
    (create_router, "GET", "/v1/triage"),
    (create_router, "GET", "/v1/destinations"),
    (create_router, "GET", f"/v1/requests/{ID}"),
    (create_router, "POST", f"/v1/triage/{ID}/assignment"),
    (create_monitor, "GET", "/"),
    (create_monitor, "GET", "/console/burning"),
    (create_monitor, "GET", f"/clocks/{ID}"),
    (create_monitor, "GET", "/v1/due"),
    (create_monitor, "GET", "/v1/overdue"),
    (create_intake, "GET", "/cagri"),
    (create_intake, "POST", "/cagri"),
    (create_intake, "POST", "/cagri/bak"),
    (create_intake, "GET", "/danisma"),
    (create_intake, "POST", "/danisma"),
    (create_intake, "GET", f"/danisma/{ID}"),
]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ISTEK_DATA", str(tmp_path))
    monkeypatch.setenv("ISTEK_OIDC_CLIENT_ID", "istek")
    monkeypatch.setenv("ISTEK_OIDC_COOKIE_KEY", base64.b64encode(b"k" * 32).decode())


@pytest.mark.parametrize(("create", "method", "path"), CLOSED)
async def test_nobody_sees_or_does_anything_before_they_sign_in(
    monkeypatch: pytest.MonkeyPatch, create: Callable[[], FastAPI], method: str, path: str
) -> None:
    monkeypatch.setenv("ISTEK_OIDC_ISSUER", "https://id.example")
    transport = httpx.ASGITransport(create())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        opened = await browser.request(method, path, headers={"Accept": "text/html"})
        asked = await browser.request(method, path)
    leads_to_sign_in = opened.headers.get("location", "").startswith("/giris?next=/")
    assert opened.status_code == (303 if leads_to_sign_in else 401)
    assert leads_to_sign_in == (method == "GET" and not path.startswith("/v1/"))
    assert (asked.status_code, asked.json()["type"]) == (401, "urn:istek:problem:sign-in")


@pytest.mark.parametrize(
    ("create", "setting"),
    [
        (create_router, "ISTEK_DESK_URL"),
        (create_monitor, "ISTEK_CONSOLE_URL"),
        (create_intake, "ISTEK_INTAKE_STAFF_URL"),
        (create_intake, "ISTEK_PUBLIC_URL"),
    ],
)
def test_a_service_whose_staff_pages_would_stand_open_does_not_start(
    monkeypatch: pytest.MonkeyPatch, create: Callable[[], FastAPI], setting: str
) -> None:
    monkeypatch.setenv(setting, "https://istek.example")
    with pytest.raises(OpenPagesError, match=r"https://istek\.example would be open to everybody"):
        create()
    monkeypatch.setenv("ISTEK_OIDC_OFF", "true")
    assert create()


def test_a_door_for_applicants_alone_needs_no_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTEK_PUBLIC_URL", "https://istek.example")
    monkeypatch.setenv("ISTEK_INTAKE_CHANNELS", "web,mobile")
    assert create_intake()


@pytest.mark.parametrize("create", [create_router, create_monitor, create_intake, create_notifier])
async def test_what_is_for_services_wants_a_token(create: Callable[[], FastAPI]) -> None:
    app = create()
    asked = [
        (method.upper(), path.format(request_id=ID, message_id=ID))
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if path.startswith(("/internal/", "/v1/clocks/", "/v1/messages/", "/v1/pending"))
    ]
    assert asked
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as stranger:
        for method, path in asked:
            answer = await stranger.request(method, path, json={})
            assert (path, answer.status_code) == (path, 401)
            assert answer.json()["type"] == "urn:istek:problem:service-token-missing"
