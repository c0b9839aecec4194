"""One service asks another: who is let in, and what everybody else is told."""

import base64
import os
import stat
import time
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.settings import ServiceSettings
from shared.web.frame import install_frame
from shared.web.service_auth.asking import ServiceTokens, tokens_of
from shared.web.service_auth.gate import AskingService, ServiceGate, for_services
from shared.web.service_auth.keys import PublicKeys, signing_key
from shared.web.service_auth.tokens import ALGORITHM, LIFE_S, TYPE, TokenError, asker, sign

NOW = 1_800_000_000
NAMES = ("notifier", "router")


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(data=tmp_path)


@pytest.fixture
def app(settings: ServiceSettings) -> FastAPI:
    router = APIRouter(prefix="/internal/v1")

    @router.get("/name")
    def name(service: AskingService) -> str:
        return service

    app = FastAPI()
    gate = ServiceGate("intake", PublicKeys(settings.service_key_folder).of, lambda: NOW)
    app.include_router(for_services(gate, ("notifier",), router))
    install_frame(app)
    return app


def asking(app: FastAPI, auth: httpx.Auth | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://intake", auth=auth)


def tokens(settings: ServiceSettings, name: str, at: float = NOW) -> ServiceTokens:
    return ServiceTokens(name, signing_key(settings, name), lambda: at)


async def test_a_service_is_known_by_its_key(app: FastAPI, settings: ServiceSettings) -> None:
    async with asking(app, tokens(settings, "notifier").at("intake")) as client:
        answer = await client.get("/internal/v1/name")
    assert (answer.status_code, answer.json()) == (200, "notifier")


@pytest.mark.parametrize(
    ("name", "audience", "at", "status", "slug"),
    [
        ("router", "intake", NOW, 403, "service-not-allowed"),
        ("notifier", "router", NOW, 401, "service-token-invalid"),
        ("notifier", "intake", NOW - LIFE_S - 11, 401, "service-token-invalid"),
        ("notifier", "intake", NOW + 3600, 401, "service-token-invalid"),
        ("stranger", "intake", NOW, 401, "service-token-invalid"),
    ],
    ids=["wrong service", "wrong audience", "expired", "not yet", "unknown name"],
)
async def test_who_may_not_ask_is_told_so(
    app: FastAPI, settings: ServiceSettings, *, name: str, audience: str, at: float, status: int, slug: str
) -> None:
    async with asking(app, tokens(settings, name, at).at(audience)) as client:
        answer = await client.get("/internal/v1/name")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:istek:problem:{slug}"


@pytest.mark.parametrize("header", [None, "Basic bm90aWZpZXI6", "Bearer", "Bearer a.b.c", "Bearer ş"])
async def test_without_a_token_nobody_is_let_in(app: FastAPI, header: str | None) -> None:
    async with asking(app) as client:
        sent = {} if header is None else {b"Authorization": header.encode()}
        answer = await client.get("/internal/v1/name", headers=sent)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_of_another_key_under_a_known_name_proves_nothing(settings: ServiceSettings) -> None:
    signing_key(settings, "notifier")
    forged = sign("notifier", "intake", OKPKey.generate_key("Ed25519"), NOW)
    with pytest.raises(TokenError):
        asker(forged, "intake", NAMES, PublicKeys(settings.service_key_folder).of, NOW)


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "istek-receipt+jws"}, {}),
        ({}, {"exp": NOW + 3600}),
        ({}, {"exp": None}),
        ({}, {"iss": "router"}),
        ({"kid": "../notifier"}, {}),
    ],
    ids=["other kind", "lasts too long", "never ends", "other issuer", "name is a path"],
)
def test_what_is_signed_must_be_a_token_through_and_through(
    header: dict[str, object], claims: dict[str, object]
) -> None:
    key = OKPKey.generate_key("Ed25519")
    whole = {"iss": "notifier", "aud": "intake", "iat": NOW, "exp": NOW + LIFE_S} | claims
    token = jwt.encode(
        {"alg": ALGORITHM, "typ": TYPE, "kid": "notifier"} | header,
        {name: value for name, value in whole.items() if value is not None},
        key,
        algorithms=[ALGORITHM],
    )
    with pytest.raises(TokenError):
        asker(token, "intake", NAMES, lambda _name: key, NOW)


def test_a_key_is_made_once_for_its_owner_alone(settings: ServiceSettings) -> None:
    first = signing_key(settings, "notifier")
    again = signing_key(settings, "notifier")
    assert first.as_dict(private=True) == again.as_dict(private=True)
    kept = settings.service_key_folder / "notifier.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert '"d"' not in (settings.service_key_folder / "notifier.public.json").read_text()


def test_a_key_from_the_settings_leaves_no_secret_in_the_folder(tmp_path: Path) -> None:
    secret = base64.b64encode(os.urandom(32)).decode()
    settings = ServiceSettings(data=tmp_path, service_key=secret)
    token = tokens_of(settings, "notifier").token("intake")
    assert [path.name for path in settings.service_key_folder.iterdir()] == ["notifier.public.json"]
    keys = PublicKeys(settings.service_key_folder)
    assert asker(token, "intake", NAMES, keys.of, int(time.time())) == "notifier"


def test_a_setting_that_is_no_key_is_named(tmp_path: Path) -> None:
    settings = ServiceSettings(data=tmp_path, service_key="not base64")
    with pytest.raises(ValueError, match="ISTEK_SERVICE_KEY holds no"):
        signing_key(settings, "notifier")


def test_a_new_key_counts_at_once_and_the_old_one_no_more(settings: ServiceSettings) -> None:
    keys = PublicKeys(settings.service_key_folder)
    old = sign("notifier", "intake", signing_key(settings, "notifier"), NOW)
    assert asker(old, "intake", NAMES, keys.of, NOW) == "notifier"
    (settings.service_key_folder / "notifier.key").unlink()
    new = sign("notifier", "intake", signing_key(settings, "notifier"), NOW)
    assert asker(new, "intake", NAMES, keys.of, NOW) == "notifier"
    with pytest.raises(TokenError):
        asker(old, "intake", NAMES, keys.of, NOW)


def test_a_token_is_used_again_until_half_its_life_is_over() -> None:
    now = float(NOW)
    signer = ServiceTokens("notifier", OKPKey.generate_key("Ed25519"), lambda: now)
    first = signer.token("intake")
    now += LIFE_S / 2 - 1
    assert signer.token("intake") == first
    assert signer.token("router") != first
    now += 2
    assert signer.token("intake") != first
