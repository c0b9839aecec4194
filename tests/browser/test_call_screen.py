"""The operator's screen in a real browser, by keyboard alone: caller, text, place, saving, the next call."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect
from pymongo import MongoClient

from tests.support.browsing import DESKTOP, PHONE, be_patient, check, new_page, shoot
from tests.support.intake import intake_on
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, openid_provider
from tests.support.serving import listening, served
from tests.support.staff import staff_site
from tests.support.tiles import tiles

pytestmark = pytest.mark.browser

LOOKS = "/cagri/bak"
OPERATOR = "o.kaya"


@pytest.fixture(scope="module")
def site(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    data = tmp_path_factory.mktemp("data")
    with (
        served(tiles()) as maps,
        staff_site(mongodb, name, data, ISTEK_WEB_TILE_URL=f"{maps}/there/{{z}}/{{x}}/{{y}}.png") as address,
    ):
        yield address
    client: MongoClient[dict[str, object]] = MongoClient(mongodb)
    with client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def house_with_sign_in(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same where an operator has to sign in."""
    name = f"test_{uuid4().hex[:12]}"
    data = tmp_path_factory.mktemp("data")
    listener, house = listening()
    with openid_provider() as provider, pytest.MonkeyPatch.context() as patched:
        provider.people[OPERATOR] = {"name": "Oya Kaya", "roles": ["istek-operator"]}
        signing_in = {
            "ISTEK_INTAKE_STAFF_URL": house,
            "ISTEK_OIDC_ISSUER": provider.issuer,
            "ISTEK_OIDC_CLIENT_ID": CLIENT_ID,
            "ISTEK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "ISTEK_OIDC_COOKIE_KEY": COOKIE_KEY,
        }
        with served(intake_on(patched, mongodb, name, data, **signing_in), listener) as address:
            yield address
    client: MongoClient[dict[str, object]] = MongoClient(mongodb)
    with client:
        client.drop_database(name)


@contextmanager
def at_work(browser: Browser, site: str, *, width: int = DESKTOP, script: bool = True) -> Iterator[Page]:
    """Open a page of somebody who has saved something here before."""
    with new_page(browser, width=width, script=script) as page:
        page.context.add_cookies([{"name": "istek_staff", "value": "E.D.", "url": site}])
        yield page


def looked_up(words: str) -> Callable[[Response], bool]:
    """Return what knows a look at these words: who types slowly is looked up with half of them, too."""

    def is_it(answer: Response) -> bool:
        if LOOKS not in answer.url:
            return False
        told = parse_qs(answer.request.post_data or "")
        return any(words in value for values in told.values() for value in values)

    return is_it


def say(page: Page, words: str) -> None:
    """Type where the focus is, and wait for what is looked up meanwhile."""
    with page.expect_response(looked_up(words)):
        page.keyboard.type(words)


def tell_what_is_known(page: Page) -> None:
    """Type what is alike to the one open request that the router knows."""
    page.keyboard.press("F4")
    say(page, "Konteyner taşıyor")
    page.get_by_label("Mahalle").focus()
    say(page, "Cihangir")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a field has the focus; how many links stand before it, what was looked up decides."""
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"Tab does not lead to {name}")


def save(page: Page) -> str:
    """Save by key and return the number of the call."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("kaydedilen="))
    return page.locator("#saved .ds-sr-only").first.inner_text()


def test_a_call_by_keyboard_alone_and_the_next_of_the_same_caller(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        say(page, "532 000 00 01")
        expect(page.locator("#earlier")).to_contain_text("İlk araması")
        page.keyboard.press("F4")
        expect(page.get_by_label("Ne oldu?")).to_be_focused()
        say(page, "Bodrumdan gaz kokusu geliyor")
        expect(page.get_by_role("alert").filter(has_text="187’yi arayın")).to_be_visible()
        expect(page.get_by_label("Ne oldu?")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Can tehlikesi anlatıyor")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Mahalle")).to_be_focused()
        say(page, "Cihangir")
        expect(page.locator("#alike")).to_contain_text("110 m")
        page.keyboard.press("Tab")
        page.keyboard.type("Akarsu Yokuşu 14")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Sokak, kapı no ya da tarif")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Geri aranmak istiyor")).to_be_checked()
        shoot(page, "call-filled-1280")
        check(page)
        page.keyboard.press("F2")
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        number = save(page)
        expect(page.locator("#saved")).to_contain_text("Acil sırasına girdi")
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        shoot(page, "call-saved-1280")
        check(page)
        say(page, "05320000001")
        expect(page.locator("#earlier")).to_contain_text(number)


def test_the_next_operator_reads_what_the_last_one_noted_by_keyboard_alone(
    browser: Browser, house_with_sign_in: str
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(f"{house_with_sign_in}/cagri")
        page.get_by_role("button", name=OPERATOR).press("Enter")
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        say(page, "532 000 00 01")
        page.keyboard.press("F4")
        page.keyboard.type("Bodrumu su bastı")
        tab_to(page, "devir")
        page.keyboard.type("Kapıcı Hasan Bey saat 17’ye dek kapıda bekliyor")
        number = save(page)
        say(page, "05320000001")
        earlier = page.locator("#earlier")
        expect(earlier).to_contain_text(number)
        expect(earlier).to_contain_text("Devir notu: Kapıcı Hasan Bey saat 17’ye dek kapıda bekliyor")
        shoot(page, "call-note-1280")
        check(page)


def test_a_key_adds_the_caller_to_what_is_known_while_somebody_types(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        page.keyboard.press("F4")
        page.keyboard.press("F8")
        tell_what_is_known(page)
        box = page.get_by_label("Arayanı da ekle: BB-2026-0000007-M")
        expect(box).not_to_be_checked()
        expect(page.locator("#look-status")).to_have_text("1 benzer açık başvuru. Arayan birine eklenebilir")
        page.keyboard.press("F8")
        expect(box).to_be_checked()
        expect(page.locator("#look-status")).to_have_text("Arayan eklenecek")
        expect(page.get_by_label("Mahalle")).to_be_focused()
        page.keyboard.press("F4")
        page.keyboard.press("End")
        say(page, ", kokuyor")
        expect(box).to_be_checked()
        page.get_by_label("Ne oldu?").blur()
        page.keyboard.press("?")
        expect(page.get_by_text("arayanı da ekle; ikinci basış geri alır")).to_be_visible()
        shoot(page, "call-join-1280")
        check(page)
        page.keyboard.press("F8")
        expect(box).not_to_be_checked()
        expect(page.locator("#look-status")).to_have_text("Arayan eklenmeyecek")
        page.get_by_label("Sokak, kapı no ya da tarif").focus()
        page.keyboard.press("Tab")
        expect(box).to_be_focused()
        page.keyboard.press("Space")
        expect(box).to_be_checked()
        save(page)
        expect(page.locator("#saved")).to_contain_text("Benzer başvuruya eklenmesi istendi")


def test_what_is_unticked_while_a_look_is_under_way_stays_so(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        page.get_by_label("Mahalle").fill("Cihangir")
        page.keyboard.press("F4")
        say(page, "Konteyner taşıyor")
        box = page.get_by_label("Arayanı da ekle")
        expect(box).to_be_visible()
        page.keyboard.press("F8")
        expect(box).to_be_checked()
        held: list[Route] = []
        page.route(f"**{LOOKS}?*", lambda route: held.append(route))  # noqa: PLW0108 - the driver takes no builtin
        with page.expect_request(lambda r: LOOKS in r.url and "kokuyor" in (r.post_data or "")) as asked:
            page.keyboard.type(", kokuyor")
        assert "ekle=" in (asked.value.post_data or "")
        page.keyboard.press("F8")
        with page.expect_response(looked_up("kokuyor")):
            held[-1].continue_()
        expect(page.locator("#look-status")).to_have_text("1 benzer açık başvuru. Arayan birine eklenebilir")
        expect(box).not_to_be_checked()


def test_on_a_narrow_screen_the_offer_stands_where_tab_leads_to(browser: Browser, site: str) -> None:
    with at_work(browser, site, width=PHONE) as page:
        page.goto(f"{site}/cagri")
        tell_what_is_known(page)
        box = page.get_by_label("Arayanı da ekle")
        expect(box).to_be_visible()
        page.get_by_label("Sokak, kapı no ya da tarif").focus()
        page.keyboard.press("Tab")
        expect(box).to_be_focused()
        shoot(page, "call-join-360")
        check(page)


def test_a_request_that_turns_out_to_be_the_callers_own_is_not_joined(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        tell_what_is_known(page)
        box = page.get_by_label("Arayanı da ekle")
        expect(box).to_be_visible()
        page.keyboard.press("F8")
        expect(box).to_be_checked()

        def own(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace("İlk araması.", "BB-2026-0000007-M"))

        page.route(re.compile("parca=arayan"), own)
        page.keyboard.press("F2")
        say(page, "5320000003")
        expect(page.get_by_text("arayanın kendi başvurusu")).to_be_visible()
        expect(box).to_be_hidden()
        shoot(page, "call-own-1280")
        check(page)
        save(page)
        expect(page.locator("#saved")).not_to_contain_text("eklenmesi istendi")


@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
def test_the_screen_fits_and_has_no_accessibility_fault(browser: Browser, site: str, width: int) -> None:
    with at_work(browser, site, width=width) as page:
        page.goto(f"{site}/cagri")
        check(page)
        page.keyboard.press("F4")
        say(page, "Gaz kokusu ve taşan konteyner")
        shoot(page, f"call-{width}")
        check(page)
        page.get_by_label("Arayanın numarası").fill("12")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        shoot(page, f"call-error-{width}")
        check(page)


def test_a_wide_screen_has_a_map_with_a_pin_by_keys_and_what_is_alike_by_number(
    browser: Browser, site: str
) -> None:
    with at_work(browser, site, width=1920) as page:
        be_patient(page)
        page.goto(f"{site}/cagri")
        expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        tell_what_is_known(page)
        expect(page.locator("#alike .found__number")).to_have_text("1")
        expect(page.locator(".map__number")).to_have_text("1")
        page.locator(".map__canvas").focus()
        with page.expect_response(lambda r: LOOKS in r.url and "enlem=41.0" in (r.request.post_data or "")):
            page.keyboard.press("ArrowUp")
        expect(page.locator(".map__pin")).to_be_visible()
        shoot(page, "call-map-1920")
        check(page)
        page.get_by_role("button", name="İğneyi kaldır").press("Enter")
        expect(page.locator(".map__pin")).to_have_count(0)
        page.keyboard.press("ArrowUp")
        save(page)
        page.set_viewport_size({"width": DESKTOP, "height": 800})
        expect(page.locator(".map__canvas")).to_be_hidden()


def test_where_the_map_stays_away_the_address_is_enough(browser: Browser, site: str) -> None:
    with at_work(browser, site, width=1920) as page:
        page.route("**/there/**", lambda route: route.abort())
        page.goto(f"{site}/cagri")
        expect(page.get_by_text("Harita açılmadı; adres yeter")).to_be_visible()
        expect(page.locator(".map")).to_have_count(0)
        page.keyboard.press("F4")
        say(page, "Duvar eğildi")
        save(page)


def test_when_the_connection_breaks_the_text_stays_and_is_saved_once(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        page.keyboard.press("F4")
        page.keyboard.type("Duvar yola doğru eğildi")
        token = page.locator("[name=form]").input_value()

        def lose_the_answer(route: Route) -> None:
            if route.request.method == "POST":
                route.fetch(max_redirects=0)  # it is saved, but nobody hears of it
                route.abort()
            else:
                route.continue_()

        page.route(f"{site}/cagri", lose_the_answer)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert").filter(has_text="bağlantı yok")).to_be_focused()
        expect(page.get_by_label("Ne oldu?")).to_have_value("Duvar yola doğru eğildi")
        assert page.locator("[name=form]").input_value() == token
        shoot(page, "call-no-connection-1280")
        check(page)
        page.unroute(f"{site}/cagri")
        first = save(page)
        page.go_back()
        page.goto(f"{site}/cagri")
        page.evaluate("token => { document.querySelector('[name=form]').value = token; }", token)
        page.keyboard.press("F4")
        page.keyboard.type("Duvar yola doğru eğildi")
        assert save(page) == first, "one token, one call"


def test_when_the_session_is_over_the_text_stays_too(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        page.keyboard.press("F4")
        page.keyboard.type("Duvar eğildi")
        page.route(f"{site}/cagri", lambda route: route.fulfill(status=401, json={"status": 401}))
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert").filter(has_text="oturumunuz kapandı")).to_be_focused()
        expect(page.get_by_label("Ne oldu?")).to_have_value("Duvar eğildi")
        page.unroute(f"{site}/cagri")
        save(page)


def test_keys_are_listed_by_a_question_mark_outside_of_fields(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/cagri")
        expect(page.get_by_label("Arayanın numarası")).to_be_focused()
        page.keyboard.type("?")
        expect(page.get_by_label("Arayanın numarası")).to_have_value("?")
        expect(page.locator("#keys")).not_to_have_attribute("open", "")
        page.get_by_label("Arayanın numarası").blur()
        page.keyboard.press("?")
        expect(page.get_by_label("Tek tuşlu kısayollar açık")).to_be_visible()
        shoot(page, "call-keys-1280")


def test_without_script_a_button_looks_and_another_saves(browser: Browser, site: str) -> None:
    with at_work(browser, site, width=PHONE, script=False) as page:
        page.goto(f"{site}/cagri")
        page.get_by_label("Arayanın numarası").fill("0532 000 00 77")
        page.get_by_label("Ne oldu?").fill("Gaz kokusu var")
        page.get_by_role("button", name="Önceki ve benzer başvurulara bak").click()
        expect(page.locator("#earlier")).to_contain_text("İlk araması")
        expect(page.locator("#dangers")).to_contain_text("187")
        expect(page.get_by_label("Ne oldu?")).to_have_value("Gaz kokusu var")
        page.get_by_role("button", name="Kaydet").click()
        expect(page.locator("#saved")).to_contain_text("Arayana okuyun")
        shoot(page, "call-saved-360")


def test_who_has_saved_nothing_here_is_asked_for_the_code_first(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.context.clear_cookies()
        page.goto(f"{site}/cagri")
        page.keyboard.press("F4")
        page.keyboard.type("Çukur")
        page.keyboard.press("Control+Enter")
        page.get_by_role("link", name="Görevli kodunuzu yazın").press("Enter")
        expect(page.get_by_label("Görevli kodunuz")).to_be_focused()
        shoot(page, "call-code-1280")
        page.keyboard.type("Ş.Ö.")
        save(page)
        expect(page.get_by_label("Görevli kodunuz")).to_have_count(0)
