import base64

import pytest
from pydantic import ValidationError

from shared.web.sign_in.doors import sign_in_for
from shared.web.sign_in.open_desk import OpenPagesError
from shared.web.sign_in.settings import SignInSettings, is_loopback

KEY = base64.b64encode(b"k" * 32).decode()
WHOLE = {"issuer": "https://id.example/realms/b", "client_id": "istek", "cookie_key": KEY}


def test_without_an_issuer_nothing_else_is_needed() -> None:
    assert not SignInSettings().issuer


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"issuer": "http://id.example"}, "ISTEK_OIDC_ISSUER must begin with https://"),
        ({"client_id": ""}, "ISTEK_OIDC_CLIENT_ID is missing"),
        ({"scopes": "profile"}, "must hold openid"),
        ({"cookie_key": None}, "COOKIE_KEY is missing; make one with: openssl rand"),
        ({"cookie_key": "kısa"}, "base64 of 32 bytes"),
        ({"cookie_key": f"{KEY},{KEY[:20]}"}, "base64 of 32 bytes"),
    ],
)
def test_what_is_missing_is_said(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint) as refused:
        SignInSettings.model_validate({**WHOLE, **change})
    assert KEY not in str(refused.value), "secrets stay out of logs"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(f"ISTEK_OIDC_{name.upper()}", value)
    settings = SignInSettings()
    assert (settings.issuer, settings.cookie_keys) == (WHOLE["issuer"], (b"k" * 32,))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", [None, "", "0.0.0.0", "192.168.1.5", "localhost.example", "masa.example"])
def test_no_other_machine_passes_for_it(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("url", ["https://masa.example", "http://192.168.1.5:8001", "http://router:8001"])
def test_pages_that_others_reach_do_not_open_without_sign_in(url: str) -> None:
    with pytest.raises(
        OpenPagesError, match=r"open to everybody: set ISTEK_OIDC_ISSUER.*ISTEK_OIDC_OFF=true"
    ):
        sign_in_for(url, settings=SignInSettings())
    assert sign_in_for(url, settings=SignInSettings(off=True))


def test_nor_do_pages_that_a_public_door_has_too() -> None:
    with pytest.raises(OpenPagesError, match=r"https://istek\.example would be open"):
        sign_in_for("http://127.0.0.1:8000", also_at=["https://istek.example"], settings=SignInSettings())


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001", "http://localhost:9000", "http://[::1]:8001"])
def test_pages_of_this_machine_do(url: str) -> None:
    assert sign_in_for(url, settings=SignInSettings())
