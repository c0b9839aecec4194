"""Signing in and out at the triage desk in a real browser, at a real OpenID provider."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from services.router.app import create_app
from services.router.domain.cases import Case
from services.router.store import RouterStore
from shared.storage import Database
from tests.browser.test_triage import at_the_desk
from tests.support.browsing import DESKTOP, PHONE, check, elsewhere, new_page, shoot
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, OpenIdProvider, openid_provider
from tests.support.serving import listening, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as running:
        yield running


@pytest.fixture(scope="module")
def waiting_cases() -> list[Case]:
    return at_the_desk()


@pytest.fixture(scope="module")
def site(mongodb: str, provider: OpenIdProvider, waiting_cases: list[Case]) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    listener, house = listening()

    async def write(database: Database) -> None:
        store = RouterStore(database)
        now = datetime.now(UTC)
        await store.announce([case.request for case in waiting_cases], now)
        await store.append([case.last for case in waiting_cases], now)
        await store.enter_triage(waiting_cases)

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ISTEK_MONGODB", mongodb)
        patched.setenv("ISTEK_KAFKA", "127.0.0.1:1")
        patched.setenv("ISTEK_ROUTER_DATABASE", name)
        patched.setenv("ISTEK_DESK_URL", house)
        patched.setenv("ISTEK_OIDC_ISSUER", provider.issuer)
        patched.setenv("ISTEK_OIDC_CLIENT_ID", CLIENT_ID)
        patched.setenv("ISTEK_OIDC_CLIENT_SECRET", CLIENT_SECRET)
        patched.setenv("ISTEK_OIDC_COOKIE_KEY", COOKIE_KEY)
        patched.setenv("ISTEK_OIDC_TIMEOUT_S", "30")
        with served(create_app(), listener) as address:
            elsewhere(write, mongodb, name)
            yield address
    elsewhere(lambda database: database.drop(), mongodb, name)


def sign_in(page: Page, site: str, person: str, path: str = "/siniflandirma") -> None:
    page.goto(f"{site}{path}")
    expect(page).to_have_title("Kimlik")
    page.get_by_role("button", name=person).click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_person_signs_in_decides_under_their_code_and_signs_out(
    browser: Browser, site: str, provider: OpenIdProvider, waiting_cases: list[Case], width: int
) -> None:
    case = waiting_cases[0 if width == PHONE else 1]
    path = f"/siniflandirma/{case.request.request_id}"
    with new_page(browser, width=width) as page:
        sign_in(page, site, "e.demir", path)
        page.wait_for_url(f"{site}{path}")
        expect(page.locator("header")).to_contain_text("Elif Demir")
        expect(page.get_by_label("Görevli kodunuz")).to_have_count(0)
        shoot(page, f"signed-in-{width}")
        check(page)
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        page.wait_for_url(re.compile("giden="))
        page.goto(f"{site}{path}")
        expect(page.locator("#decided-title")).to_contain_text("e.demir verdi")

        page.get_by_role("button", name="Çıkış").click()
        page.wait_for_url(re.compile(r"/cikis\?state="))
        expect(page.get_by_role("heading", name="Çıkış yaptınız")).to_be_visible()
        expect(page.get_by_role("button", name="Çıkış")).to_have_count(0)
        expect(page.get_by_role("link", name="Yeniden gir")).to_be_visible()
        assert provider.signed_out[-1]["post_logout_redirect_uri"] == f"{site}/cikis"
        shoot(page, f"signed-out-{width}")
        check(page)
        page.goto(f"{site}{path}")
        expect(page).to_have_title("Kimlik")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_who_has_no_role_is_told_what_to_do_and_may_sign_in_as_somebody_else(
    browser: Browser, site: str, waiting_cases: list[Case], width: int
) -> None:
    with new_page(browser, width=width) as page:
        sign_in(page, site, "b.yeni")
        expect(page.get_by_role("heading", name="Bu sayfa için yetkiniz yok")).to_be_visible()
        shoot(page, f"not-allowed-{width}")
        check(page)
        page.get_by_role("button", name="Çık, başka hesapla gir").click()
        page.wait_for_url(re.compile(r"/cikis\?state="))
        page.get_by_role("link", name="Yeniden gir").click()
        page.get_by_role("button", name="d.aslan").click()
        page.wait_for_url(f"{site}/siniflandirma")
        expect(page.locator("header")).to_contain_text("Deniz Aslan")
        page.goto(f"{site}/siniflandirma/{waiting_cases[3].request.request_id}")
        expect(page.get_by_text("Bu sayfayı yalnız görebilirsiniz")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Gizlilik duvarı")
        assert "bağırdı" not in page.content()
        expect(page.get_by_role("button", name="Kabul et")).to_have_count(0)
        shoot(page, f"looks-only-{width}")
        check(page)


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(
    browser: Browser, site: str, waiting_cases: list[Case]
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        sign_in(page, site, "e.demir", f"/siniflandirma/{waiting_cases[2].request.request_id}")
        page.get_by_text("Başka birim", exact=True).click()
        page.get_by_label("Kararın nedeni").select_option("Yeri başka bir birime ait")
        page.get_by_label("Not").fill("Sokağın karşı yakası")
        page.context.clear_cookies(name="istek_session")
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        expect(page.get_by_role("heading", name="Oturumunuz bitti")).to_be_visible()
        shoot(page, "session-over-1280")
        check(page)
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Yeni sekmede gir").click()
        opened.value.get_by_role("button", name="e.demir").click()
        expect(opened.value.locator("header")).to_contain_text("Elif Demir")
        page.go_back()
        expect(page.get_by_label("Not")).to_have_value("Sokağın karşı yakası")


def test_while_the_provider_is_away_the_page_says_so_and_whoever_is_in_stays_in(
    browser: Browser, site: str, provider: OpenIdProvider
) -> None:
    with new_page(browser, width=DESKTOP) as inside, new_page(browser) as outside:
        sign_in(inside, site, "e.demir")
        inside.wait_for_url(f"{site}/siniflandirma")
        provider.evil = "away"
        try:
            outside.goto(f"{site}/giris/donus")
            expect(outside.get_by_role("heading", name="Giriş yarıda kaldı")).to_be_visible()
            inside.reload()
            expect(inside.locator("header")).to_contain_text("Elif Demir")
        finally:
            provider.evil = ""
