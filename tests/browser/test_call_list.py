"""The wish for a call in the form, and the call centre's list, in a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from playwright.sync_api import Browser, Page, expect
from pymongo import MongoClient

from services.intake.calls.consumer import CallsHandler
from services.intake.calls.paging import PAGE_SIZE
from services.intake.calls.store import CallStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from shared.contracts.cloudevents import CloudEvent, to_record
from shared.contracts.lifecycle import AnswerGiven, LifecycleEvent, QuestionAsked
from shared.storage import Database
from tests.support.browsing import (
    DESKTOP,
    PHONE,
    check,
    elsewhere,
    go_on,
    new_page,
    shoot,
    tell_what,
    tell_where,
)
from tests.support.intake import intake_on
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, openid_provider
from tests.support.serving import listening, served
from tests.unit.sla_monitor.events import lifecycle

pytestmark = pytest.mark.browser

LIST: Final = "/cagri/aranacaklar"
OPERATOR: Final = "o.kaya"


class Site:
    """Intake with sign-in, and the database behind it."""

    def __init__(self, address: str, mongodb: str, name: str) -> None:
        self.address = address
        self._mongodb = mongodb
        self._name = name

    def owe(self, event: type[LifecycleEvent]) -> dict[str, str]:
        """Take a request of somebody who wants a call, let there be something to say, return the receipt."""
        answer = httpx.post(
            f"{self.address}/v1/web/requests",
            json={
                "description": "Akarsu Yokuşu’nda kaldırım taşları sökülmüş, yürünmüyor",
                "applicant": {"phone": "0212 244 44 44"},
                "call_back": True,
            },
            headers={"Idempotency-Key": uuid4().hex},
            trust_env=False,
            timeout=60,
        )
        receipt: dict[str, str] = answer.json()
        request_id = UUID(receipt["request_id"])

        async def tell(database: Database) -> None:
            store = IntakeStore(database, watch_grace=timedelta(seconds=1))
            told = lifecycle(event, request_id, 2)
            await store.add_to_timeline([TimelineEntry(request_id, 2, told.ce_type, told.model_dump_json())])
            sent = to_record("t", CloudEvent(uuid4(), "/test", datetime.now(UTC), request_id, told))
            record = ConsumerRecord("t", 0, 0, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)
            await CallsHandler(store, CallStore(database)).prepare([record])

        elsewhere(tell, self._mongodb, self._name)
        return receipt

    def begin_anew(self) -> None:
        """Empty the list."""
        with MongoClient[dict[str, object]](self._mongodb) as client:
            client[self._name]["calls"].delete_many({})


@pytest.fixture(scope="module")
def site(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"test_{uuid4().hex[:12]}"
    listener, house = listening()
    with openid_provider() as provider, pytest.MonkeyPatch.context() as patched:
        provider.people[OPERATOR] = {"name": "Oya Kaya", "roles": ["istek-operator"]}
        app = intake_on(
            patched,
            mongodb,
            name,
            tmp_path_factory.mktemp("data"),
            ISTEK_PUBLIC_URL=house,
            ISTEK_INTAKE_STAFF_URL=house,
            ISTEK_OIDC_ISSUER=provider.issuer,
            ISTEK_OIDC_CLIENT_ID=CLIENT_ID,
            ISTEK_OIDC_CLIENT_SECRET=CLIENT_SECRET,
            ISTEK_OIDC_COOKIE_KEY=COOKIE_KEY,
        )
        with served(app, listener) as address:
            yield Site(address, mongodb, name)
    with MongoClient[dict[str, object]](mongodb) as client:
        client.drop_database(name)


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.address}{LIST}")
    page.get_by_role("button", name=OPERATOR).click()
    page.wait_for_url(f"{site.address}{LIST}")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_who_wants_a_call_gives_any_phone_and_is_promised_one(
    browser: Browser, site: Site, width: int
) -> None:
    with new_page(browser, width=width) as page:
        page.goto(f"{site.address}/basvuru")
        tell_what(page)
        tell_where(page)
        page.get_by_label("SMS ile").check()
        expect(page.get_by_label("Cep telefonu")).to_be_visible()
        expect(page.get_by_text("Örneğin 5xx 000 00 00", exact=True)).to_be_visible()
        expect(page.get_by_text("Örneğin 212")).to_be_hidden()
        page.get_by_label("Telefonla arayın").check()
        expect(page.get_by_text("Sizi arayacağız")).to_be_visible()
        phone = page.get_by_role("textbox", name="Telefon", exact=True)
        expect(phone).to_be_visible()
        expect(page.get_by_text("Örneğin 212 000 00 00 ya da 5xx 000 00 00", exact=True)).to_be_visible()
        go_on(page)
        expect(page.locator("#telefon-error")).to_contain_text("Telefonunuzu 10 haneli yazın")
        shoot(page, f"form-call-{width}")
        check(page)
        phone.fill("0212 244 44 44")
        go_on(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Bakın, doğru mu?")


def test_a_long_list_says_how_many_more_there_are_and_goes_on_page_by_page(
    browser: Browser, site: Site
) -> None:
    more = 4
    for event in (AnswerGiven, QuestionAsked) * ((PAGE_SIZE + more) // 2):
        site.owe(event)
    for width in (PHONE, DESKTOP):
        with new_page(browser, width=width) as page:
            sign_in(page, site)
            links = page.locator(".call-link")
            expect(links).to_have_count(PAGE_SIZE)
            expect(page.get_by_text(f"{more} arama daha var.")).to_be_visible()
            shoot(page, f"calls-full-{width}")
            check(page)
            page.get_by_role("link", name=f"Sonraki {more} arama: Şimdi aranacak").click()
            expect(links).to_have_count(more)
            links.first.click()
            expect(page.locator("#chosen")).to_be_visible()
            page.get_by_role("button", name="Numarayı göster").click()
            expect(page.locator("#chosen")).to_contain_text("+90 212 244 44 44")
            expect(links).to_have_count(more)
            shoot(page, f"calls-next-{width}")
            check(page)
            page.get_by_role("link", name="Listenin başı").click()
            expect(links).to_have_count(PAGE_SIZE)
    site.begin_anew()


def test_keys_are_listed_by_a_question_mark_and_can_be_switched_off(browser: Browser, site: Site) -> None:
    site.owe(AnswerGiven)
    with new_page(browser, width=DESKTOP) as page:
        sign_in(page, site)
        link = page.locator(".call-link")
        page.keyboard.press("?")
        expect(page.get_by_text("sonraki, önceki arama")).to_be_visible()
        switch = page.get_by_label("Tek tuşlu kısayollar açık")
        switch.uncheck()
        page.keyboard.press("j")
        expect(link).not_to_be_focused()
        page.reload()
        expect(switch).not_to_be_checked()
        page.locator("summary").click()
        switch.check()
        page.keyboard.press("j")
        expect(link).to_be_focused()
        page.keyboard.press("?")
        expect(switch).to_be_hidden()
    site.begin_anew()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_list_is_worked_off_by_keys(browser: Browser, site: Site, width: int) -> None:
    with new_page(browser, width=width) as page:
        sign_in(page, site)
        expect(page.get_by_text("Aranmayı bekleyen yok.")).to_be_visible()
        shoot(page, f"calls-empty-{width}")
        check(page)
        asked, answered = site.owe(QuestionAsked), site.owe(AnswerGiven)
        page.goto(f"{site.address}/cagri")
        page.get_by_role("link", name="Aranacaklar").first.click()
        links = page.locator(".call-link")
        expect(links).to_have_count(2)
        # The links are there before the page's scripts are.
        page.wait_for_load_state()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(links.first).to_be_focused()
        links.filter(has_text=asked["receipt_number"]).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#chosen")).to_contain_text("Burası neresi?")
        page.get_by_role("button", name="Numarayı göster").click()
        expect(page.locator("#chosen")).to_contain_text("+90 212 244 44 44")
        shoot(page, f"calls-number-{width}")
        check(page)
        page.get_by_label("Verdiği yanıt").fill("Cihangir’de")
        page.get_by_role("button", name="Ulaştım, kaydet").click()
        expect(links).to_have_count(1)
        links.first.click()
        page.get_by_role("button", name="Ulaşamadım").click()
        expect(page.get_by_role("heading", name=re.compile("Yeniden aranacak"))).to_be_visible()
        shoot(page, f"calls-later-{width}")
        check(page)
        page.goto(answered["tracking_url"])
        expect(page.get_by_text("Sizi aradık, ulaşamadık")).to_be_visible()
        shoot(page, f"calls-tracking-{width}")
        check(page)
    site.begin_anew()
