"""Signing in at a real OpenID provider: the way there and back, what is refused, and the way out."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse
from structlog.testing import capture_logs

from shared.web.frame import install_frame
from shared.web.pages import Pages
from shared.web.sign_in.access import Area
from shared.web.sign_in.doors import sign_in_for
from shared.web.sign_in.guarding import guarded
from shared.web.sign_in.staff import staff_of
from tests.support.oidc import CLIENT_SECRET, OpenIdProvider, decided, openid_provider, settings_for, sign_in

PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}
OWN_FORM = {**PAGE, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with openid_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider) -> OpenIdProvider:
    """A provider that behaves."""
    running.evil = ""
    running.ends_sessions = True
    running.auth_methods = ["client_secret_basic"]
    running.signed_out.clear()
    running.asked.clear()
    return running


class House:
    """A desk with sign-in, and a browser at it."""

    def __init__(self, provider: OpenIdProvider, folder: Path, url: str, **settings: object) -> None:
        self.now = datetime.now(UTC)
        self.acts: list[str] = []
        self.url = url
        self.sign_in = sign_in_for(url, settings=settings_for(provider, **settings), clock=lambda: self.now)
        desk = APIRouter()

        @desk.get("/masa")
        @desk.get("/v1/masa")
        async def see(request: Request) -> PlainTextResponse:
            staff = staff_of(request)
            return PlainTextResponse(f"{staff.code} {staff.name} {sorted(staff.roles)}" if staff else "?")

        @desk.post("/masa")
        async def act(request: Request) -> PlainTextResponse:
            staff = staff_of(request)
            self.acts.append(staff.code if staff else "?")
            return PlainTextResponse("yapıldı")

        (folder / "pages" / "static").mkdir(parents=True)
        pages = Pages(folder, languages=("tr",), frame="frame_staff.html")
        app = FastAPI()
        app.include_router(guarded(self.sign_in, Area.DESK, desk))
        self.sign_in.install(app, pages)
        install_frame(app, pages=pages)
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url, headers=PAGE)

    async def later(self, **span: float) -> httpx.Response:
        """Open the desk after a while."""
        self.now += timedelta(**span)
        return await self.browser.get("/masa")


@pytest.fixture
async def house(provider: OpenIdProvider, tmp_path: Path) -> AsyncIterator[House]:
    house = House(provider, tmp_path, "http://127.0.0.1:8001")
    async with house.browser:
        yield house
    await house.sign_in.close()


async def test_who_opens_a_page_is_led_to_the_provider_and_back_to_the_page(
    house: House, provider: OpenIdProvider
) -> None:
    away = await house.browser.get("/masa?sira=2&ad=ş")
    assert away.status_code == 303
    begun = await house.browser.get(away.headers["location"])
    asked = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
    assert begun.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert asked["redirect_uri"] == "http://127.0.0.1:8001/giris/donus"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid profile"
    back = await house.browser.get(await decided(begun.headers["location"], "e.demir"))
    assert (back.status_code, back.headers["location"]) == (303, "/masa?sira=2&ad=%C5%9F")
    assert (await house.browser.get("/masa")).text == "e.demir Elif Demir ['triage']"


async def test_the_session_cookie_shows_nothing_and_no_script_reads_it(house: House) -> None:
    back = await sign_in(house.browser, "e.demir")
    cookie = next(c for c in back.headers.get_list("set-cookie") if c.startswith("istek_session="))
    assert re.search(r"; HttpOnly; Path=/; SameSite=lax$", cookie)
    assert "demir" not in cookie


async def test_over_https_the_cookie_is_for_this_host_and_for_https_alone(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    house = House(provider, tmp_path, "https://masa.example")
    async with house.browser:
        back = await sign_in(house.browser, "e.demir")
        session = next(c for c in back.headers.get_list("set-cookie") if "istek_session" in c)
        assert session.startswith("__Host-istek_session=")
        assert session.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
        assert (await house.browser.get("/masa")).status_code == 200
    await house.sign_in.close()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
async def test_the_way_back_leads_to_no_other_site(house: House, onward: str) -> None:
    assert (await sign_in(house.browser, "e.demir", onward)).headers["location"] == "/"
    again = await house.browser.get("/giris", params={"next": onward})
    assert again.headers["location"] == "/", "nor for who is signed in"


@pytest.mark.parametrize(
    ("evil", "reason"),
    [
        ("wrong-nonce", "claims: invalid_claim: nonce"),
        ("wrong-audience", "claims: invalid_claim: aud"),
        ("two-audiences", "claims: azp"),
        ("wrong-issuer", "claims: invalid_claim: iss"),
        ("expired", "claims: expired_token"),
        ("from-tomorrow", "claims: invalid_claim: iat"),
        ("alg-none", "signature: UnsupportedAlgorithmError"),
        ("shared-secret", "signature: UnsupportedAlgorithmError"),
        ("other-key", "signature: BadSignatureError"),
        ("no-name", "claims: preferred_username"),
        ("no-token", "token endpoint: the answer holds no id_token"),
        ("refuse-code", "answers 400"),
    ],
)
async def test_what_does_not_prove_who_somebody_is_signs_nobody_in(
    house: House, provider: OpenIdProvider, evil: str, reason: str
) -> None:
    provider.evil = evil
    with capture_logs() as logs:
        back = await sign_in(house.browser, "e.demir")
    assert back.status_code == 403
    assert "Giriş kabul edilmedi" in back.text
    assert not any("istek_session" in c for c in back.headers.get_list("set-cookie"))
    assert (await house.browser.get("/masa")).status_code == 303
    said = next(line["reason"] for line in logs if line["event"] == "sign_in_refused")
    assert reason in said
    assert "demir" not in said


async def test_an_answer_counts_once_and_only_in_the_browser_that_asked(house: House) -> None:
    begun = await house.browser.get("/giris")
    back = await decided(begun.headers["location"], "e.demir")
    kept = httpx.Cookies(house.browser.cookies)
    house.browser.cookies = httpx.Cookies()
    stolen = await house.browser.get(back)
    assert (stolen.status_code, "Giriş yarıda kaldı" in stolen.text) == (400, True)
    house.browser.cookies = httpx.Cookies(kept)
    assert (await house.browser.get(back)).status_code == 303
    assert (await house.browser.get(back)).status_code == 400, "the attempt is over"
    house.browser.cookies = kept
    assert (await house.browser.get(back)).status_code == 403, "and the provider takes a code once"


async def test_an_answer_with_another_state_or_of_another_issuer_is_refused(house: House) -> None:
    begun = await house.browser.get("/giris")
    back = await decided(begun.headers["location"], "e.demir")
    state = dict(parse_qsl(urlsplit(back).query))["state"]
    same_cookie = back.replace(state, state[:8] + "x" * (len(state) - 8))
    assert (await house.browser.get(same_cookie)).status_code == 400
    other_issuer = re.sub("iss=[^&]*", "iss=https%3A%2F%2Felsewhere.example", back)
    assert (await house.browser.get(other_issuer)).status_code == 403


async def test_whoever_takes_over_ten_minutes_begins_again(house: House) -> None:
    begun = await house.browser.get("/giris")
    back = await decided(begun.headers["location"], "e.demir")
    house.now += timedelta(minutes=10)
    assert (await house.browser.get(back)).status_code == 400


async def test_who_declines_at_the_provider_is_told_so(house: House) -> None:
    begun = await house.browser.get("/giris")
    state = dict(parse_qsl(urlsplit(begun.headers["location"]).query))["state"]
    declined = await house.browser.get("/giris/donus", params={"state": state, "error": "access_denied"})
    assert (declined.status_code, "Giriş kabul edilmedi" in declined.text) == (403, True)


async def test_two_tabs_may_sign_in_at_the_same_time(house: House) -> None:
    ways = [(await house.browser.get(f"/giris?next=/masa?{tab}")).headers["location"] for tab in "ab"]
    backs = [await house.browser.get(await decided(way, "e.demir")) for way in ways]
    assert [back.headers["location"] for back in backs] == ["/masa?a", "/masa?b"]


async def test_the_providers_keys_may_turn_at_any_time(house: House, provider: OpenIdProvider) -> None:
    await sign_in(house.browser, "e.demir")
    fetched = provider.keys_fetched
    await sign_in(await fresh(house), "e.demir")
    assert provider.keys_fetched == fetched, "known keys are not fetched again"
    provider.rotate()
    back = await sign_in(await fresh(house), "d.aslan", "/masa")
    assert (back.headers["location"], provider.keys_fetched) == ("/masa", fetched + 1)


async def fresh(house: House) -> httpx.AsyncClient:
    """Return the browser as if nobody had used it."""
    house.browser.cookies.clear()
    return house.browser


async def test_a_session_ends_when_nobody_has_worked_for_an_hour(house: House) -> None:
    await sign_in(house.browser, "e.demir")
    assert (await house.later(minutes=59)).status_code == 200
    assert (await house.later(minutes=59)).status_code == 200, "opening the page was work"
    assert (await house.later(minutes=60)).status_code == 303


async def test_a_session_ends_with_the_day_however_much_was_done(house: House) -> None:
    await sign_in(house.browser, "e.demir")
    for _ in range(11):
        assert (await house.later(minutes=50)).status_code == 200
    assert (await house.later(minutes=50)).status_code == 303, "ten hours are over"


async def test_a_page_that_refreshes_itself_is_nobodys_work(house: House) -> None:
    await sign_in(house.browser, "e.demir")
    for _ in range(2):
        house.now += timedelta(minutes=29)
        polled = await house.browser.get("/masa", headers={"Sec-Fetch-Dest": "empty"})
        assert polled.status_code == 200
    house.now += timedelta(minutes=2)
    polled = await house.browser.get("/masa", headers={"Sec-Fetch-Dest": "empty"})
    assert (polled.status_code, polled.json()["type"]) == (401, "urn:istek:problem:sign-in")


async def test_a_cookie_of_another_key_or_provider_is_nobodys(
    house: House, provider: OpenIdProvider, tmp_path: Path
) -> None:
    await sign_in(house.browser, "e.demir")
    other = House(
        provider, tmp_path / "other", house.url, cookie_key="eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
    )
    async with other.browser:
        other.browser.cookies.update(house.browser.cookies)
        assert (await other.browser.get("/masa")).status_code == 303
    await other.sign_in.close()


async def test_programs_get_a_problem_and_no_redirect(house: House) -> None:
    for path, headers in (("/v1/masa", PAGE), ("/masa", {"Accept": "application/json"})):
        answer = await house.browser.get(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:istek:problem:sign-in")
        assert answer.json()["title"] == "Önce giriş yapın"


async def test_what_was_typed_is_not_lost_when_the_session_is_over(house: House) -> None:
    await sign_in(house.browser, "e.demir")
    house.now += timedelta(hours=11)
    answer = await house.browser.post("/masa", headers=OWN_FORM)
    assert (answer.status_code, house.acts) == (401, [])
    assert "Yeni sekmede gir" in answer.text
    assert 'href="/giris?next=/masa"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_of_another_site_does_nothing(house: House, headers: dict[str, str]) -> None:
    await sign_in(house.browser, "e.demir")
    answer = await house.browser.post("/masa", headers=headers)
    assert (answer.status_code, house.acts) == (403, [])
    assert "Bu form başka bir siteden geldi" in answer.text
    assert (await house.browser.post("/cikis", headers=headers)).status_code == 403
    assert (await house.browser.get("/masa")).status_code == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1:8001"}])
async def test_an_own_form_acts_under_the_code_of_who_signed_in(
    house: House, headers: dict[str, str]
) -> None:
    await sign_in(house.browser, "e.demir")
    assert (await house.browser.post("/masa", headers=headers)).status_code == 200
    assert house.acts == ["e.demir"]


async def test_who_may_only_look_is_told_what_is_needed_to_act(house: House) -> None:
    await sign_in(house.browser, "d.aslan")
    assert (await house.browser.get("/masa")).status_code == 200
    answer = await house.browser.post("/masa", headers=OWN_FORM)
    assert (answer.status_code, house.acts) == (403, [])
    assert "<h1>Bu sayfa için yetkiniz yok</h1>" in answer.text
    assert "sınıflandırma görevlisi, yönetici" in answer.text
    assert "Sizdeki: denetçi." in answer.text
    assert "Kodunuz: d.aslan." in answer.text


async def test_who_has_no_role_sees_nothing_and_programs_get_a_problem(house: House) -> None:
    await sign_in(house.browser, "b.yeni")
    page = await house.browser.get("/masa")
    assert (page.status_code, "Size henüz bir yetki verilmemiş." in page.text) == (403, True)
    answer = await house.browser.get("/v1/masa")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:istek:problem:forbidden")


async def test_roles_and_codes_may_stand_in_other_claims(provider: OpenIdProvider, tmp_path: Path) -> None:
    provider.people["f.usta"] = {"realm_access": {"roles": ["istek-supervisor"]}, "https://b/sicil": "4711"}
    house = House(
        provider,
        tmp_path,
        "http://127.0.0.1:8001",
        roles_claim="realm_access.roles",
        staff_claim="https://b/sicil",
    )
    async with house.browser:
        await sign_in(house.browser, "f.usta")
        assert (await house.browser.get("/masa")).text == "4711 4711 ['supervisor']"
    await house.sign_in.close()


@pytest.mark.parametrize(
    ("method", "secret"),
    [("client_secret_post", CLIENT_SECRET), ("none", None), ("client_secret_basic", "başka")],
)
async def test_the_client_proves_itself_as_the_provider_wants_it(
    provider: OpenIdProvider, tmp_path: Path, method: str, secret: str | None
) -> None:
    provider.auth_methods = [method]
    house = House(provider, tmp_path, "http://127.0.0.1:8001", client_secret=secret)
    async with house.browser:
        back = await sign_in(house.browser, "e.demir")
    assert back.status_code == (403 if secret == "başka" else 303)
    await house.sign_in.close()


async def test_signing_out_ends_the_session_here_and_at_the_provider(
    house: House, provider: OpenIdProvider
) -> None:
    await sign_in(house.browser, "e.demir")
    answer = await house.browser.post("/cikis", headers=OWN_FORM, data={"sayfa": "/masa"})
    assert (answer.status_code, "Çıkış yaptınız" in answer.text) == (200, True)
    onward = answer.headers["refresh"].removeprefix("0; url=")
    asked: dict[str, Any] = dict(parse_qsl(urlsplit(onward).query))
    assert onward.startswith(f"{provider.issuer}/logout?")
    assert asked["post_logout_redirect_uri"] == "http://127.0.0.1:8001/cikis"
    assert (asked["client_id"], asked["id_token_hint"].count(".")) == ("istek", 2)
    assert (await house.browser.get("/masa")).status_code == 303
    left = await house.browser.get("/cikis", params={"state": asked["state"]})
    assert 'href="/giris?next=/masa">Yeniden gir' in left.text


async def test_the_way_back_in_leads_to_no_other_site_either(house: House) -> None:
    for page in (
        await house.browser.get("/cikis?state=//evil.example"),
        await house.browser.post("/cikis", headers=OWN_FORM, data={"sayfa": "https://evil.example"}),
    ):
        assert "evil" not in page.text


async def test_a_provider_without_a_place_for_it_is_not_asked(house: House, provider: OpenIdProvider) -> None:
    provider.ends_sessions = False
    await sign_in(house.browser, "e.demir")
    answer = await house.browser.post("/cikis", headers=OWN_FORM)
    assert (answer.status_code, "refresh" in answer.headers) == (200, False)
    assert (await house.browser.get("/masa")).status_code == 303


async def test_while_the_provider_is_away_sessions_go_on_and_nobody_else_gets_in(
    house: House, provider: OpenIdProvider
) -> None:
    provider.evil = "away"
    away = await house.browser.get("/giris?next=/masa")
    assert (away.status_code, away.headers["retry-after"]) == (503, "60")
    assert "Açık oturumlar sürer" in away.text
    provider.evil = ""
    await sign_in(house.browser, "e.demir")
    provider.evil = "away"
    assert (await house.later(minutes=30)).status_code == 200
    signing_in = await sign_in_half_way(await fresh(house), provider)
    assert signing_in.status_code == 503


async def sign_in_half_way(browser: httpx.AsyncClient, provider: OpenIdProvider) -> httpx.Response:
    """Sign in at a provider that goes away before the code is exchanged."""
    begun = await browser.get("/giris")
    provider.evil = ""
    back = await decided(begun.headers["location"], "e.demir")
    provider.evil = "away"
    return await browser.get(back)


async def test_signing_out_works_while_the_provider_is_away(house: House, provider: OpenIdProvider) -> None:
    await sign_in(house.browser, "e.demir")
    provider.evil = "away"
    house.now += timedelta(hours=2)
    answer = await house.browser.post("/cikis", headers=OWN_FORM)
    assert (answer.status_code, "orada oturumunuz açık kalmış olabilir" in answer.text) == (200, True)
