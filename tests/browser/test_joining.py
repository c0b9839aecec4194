"""One press adds a resident to the request nearby, with scripts and without, on a phone and on a screen."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.contracts.lifecycle import RequestAssigned
from tests.browser.test_citizen_pages import EVENTS, route_it
from tests.support.browsing import DESKTOP, PHONE, check, elsewhere, fill_in, new_page, receipt, shoot
from tests.support.intake import intake_on
from tests.support.nearby import KnownNearby
from tests.support.serving import served

pytestmark = pytest.mark.browser

ROUTER = KnownNearby()
ASSIGNED: dict[str, Any] = EVENTS[0][1]


def decided(**joining: object) -> list[tuple[Any, dict[str, Any]]]:
    """What the router tells of who asked to be added."""
    wish = {"request_id": str(ROUTER.request_id), "department": "temizlik", **joining}
    return [(RequestAssigned, {**ASSIGNED, "decision": {**ASSIGNED["decision"], "joining": wish}})]


@pytest.fixture(scope="module")
def site(database_of_site: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    uri, name = database_of_site
    with pytest.MonkeyPatch.context() as patched, served(ROUTER.app) as router:
        data = tmp_path_factory.mktemp("data")
        with served(intake_on(patched, uri, name, data, ISTEK_ROUTER_URL=router)) as address:
            yield address
    elsewhere(lambda database: database.drop(), uri, name)


def at_the_check(page: Page, site: str) -> None:
    page.goto(f"{site}/basvuru")
    fill_in(page)


@pytest.mark.parametrize(("width", "script"), [(320, True), (PHONE, False), (DESKTOP, True)])
def test_who_presses_is_added_and_keeps_a_number_of_their_own(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int, *, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        at_the_check(page, site)
        offer = page.get_by_role("region", name="Yakınınızda aynı konuda açık bir başvuru var")
        expect(offer).to_contain_text("En çok 50 m ötede, bugün")
        assert str(ROUTER.request_id) not in page.content()
        shoot(page, f"join-offer-{width}")
        if script:
            check(page)
        offer.get_by_role("button", name="Beni de ekle").click()
        number, code = receipt(page)
        route_it(database_of_site, number, decided(joined=True))
        page.goto(f"{site}/t/{number}?s={code}")
        expect(page.get_by_text("yakındaki açık bir başvuruya eklendiniz")).to_be_visible()
        assert str(ROUTER.request_id) not in page.content()
        shoot(page, f"join-tracking-{width}")
        if script:
            check(page)


def test_who_cannot_be_added_any_more_reads_so(
    browser: Browser, site: str, database_of_site: tuple[str, str]
) -> None:
    with new_page(browser) as page:
        at_the_check(page, site)
        page.get_by_role("link", name="English").click()
        page.get_by_role("button", name="Add me to it").click()
        number, code = receipt(page)
        route_it(database_of_site, number, decided(joined=False, against="not-open"))
        page.goto(f"{site}/t/{number}?s={code}&lang=en")
        expect(page.get_by_text("We could not add you to the request nearby.")).to_be_visible()


def test_the_offer_is_reached_and_pressed_by_keys_and_nothing_is_blocked(browser: Browser, site: str) -> None:
    with new_page(browser) as page:
        at_the_check(page, site)
        page.get_by_role("button", name="Beni de ekle").focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Ayrı başvuru olarak gönder")).to_be_focused()
        page.keyboard.press("Enter")
        receipt(page)
