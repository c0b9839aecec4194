"""The reception counter in a real browser: what is missing in words, and a receipt that prints at once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from pymongo import MongoClient
from pypdf import PdfReader

from tests.browser.test_call_screen import at_work
from tests.support.browsing import DESKTOP, PHONE, check, shoot
from tests.support.staff import staff_site
from tests.unit.intake.hostile.making import jpeg

pytestmark = pytest.mark.browser

COUNT_PRINTS = (
    "window.print = () => sessionStorage.setItem('prints', Number(sessionStorage.getItem('prints')) + 1)"
)


@pytest.fixture(scope="module")
def site(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    with staff_site(mongodb, name, tmp_path_factory.mktemp("data")) as address:
        yield address
    client: MongoClient[dict[str, object]] = MongoClient(mongodb)
    with client:
        client.drop_database(name)


def expect_prints(page: Page, count: int) -> None:
    page.wait_for_function("count => Number(sessionStorage.getItem('prints')) === count", arg=count)


def hand_in(page: Page, site: str) -> None:
    """Enter a petition with its scan by keyboard and save it."""
    page.goto(f"{site}/danisma")
    expect(page.get_by_label("Adı ve soyadı")).to_be_focused()
    page.keyboard.type("Mehmet Örnek")
    page.get_by_role("checkbox", name="Adres").check()
    page.keyboard.press("F4")
    page.keyboard.type("Sokağımızdaki park yasağının kaldırılmasını diliyorum.")
    scan = FilePayload(name="dilekce.jpg", mimeType="image/jpeg", buffer=jpeg())
    page.locator("input[name=tarama]").set_input_files(scan)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{site}/danisma/*-*")


def test_what_is_missing_is_told_while_it_is_ticked(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.goto(f"{site}/danisma")
        missing = page.locator("#missing")
        expect(missing).to_have_text("Eksik: ad ve soyad, imza, adres. Başvuran burada tamamlayabilir.")
        page.get_by_label("Adı ve soyadı").fill("Mehmet Örnek")
        page.get_by_role("checkbox", name="İmza").check()
        expect(missing).to_have_text("Eksik: adres. Başvuran burada tamamlayabilir.")
        page.get_by_role("checkbox", name="Adres").check()
        expect(missing).to_have_text("Eksik yok.")
        page.get_by_role("radio", name="Şikâyet").check()
        expect(missing).to_have_text("Kanun bu başvuruda bunları istemez.")
        page.get_by_role("radio", name="Kişisel veri").check()
        expect(missing).to_have_text("Eksik: kimlik numarası. Başvuran burada tamamlayabilir.")


def test_the_receipt_prints_at_once_and_again_when_the_printer_failed(browser: Browser, site: str) -> None:
    with at_work(browser, site) as page:
        page.add_init_script(COUNT_PRINTS)
        hand_in(page, site)
        expect(page.get_by_role("main")).to_contain_text("Eksik: imza.")
        expect_prints(page, 1)
        again = page.get_by_role("button", name="Yeniden yazdır")
        expect(again).to_be_focused()
        again.press("Enter")
        expect_prints(page, 2)
        page.reload()
        expect(again).to_be_visible()
        # The script that shows the button would have printed by now: looking again prints nothing.
        assert page.evaluate("sessionStorage.getItem('prints')") == "2"
        shoot(page, "counter-receipt-1280")
        check(page)


def test_on_paper_stands_the_receipt_and_nothing_of_the_screen(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    with at_work(browser, site) as page:
        page.add_init_script(COUNT_PRINTS)
        hand_in(page, site)
        page.emulate_media(media="print")
        expect(page.get_by_text("Yeniden yazdır")).to_be_hidden()
        expect(page.get_by_text("Yeni başvuru")).to_be_hidden()
        shoot(page, "counter-print-1280")
        page.pdf(path=tmp_path / "receipt.pdf", format="A5")
        paper = PdfReader(tmp_path / "receipt.pdf")
        words = " ".join(sheet.extract_text() for sheet in paper.pages)
        assert "Beyoğlu Belediyesi" in words
        assert page.locator(".receipt-head .number").first.inner_text() in words
        assert "Kaydedildi" not in words
        assert "Taranan dosyalar" not in words
        assert len(paper.pages) <= 2


@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
def test_the_screens_fit_and_have_no_accessibility_fault(browser: Browser, site: str, width: int) -> None:
    with at_work(browser, site, width=width) as page:
        page.add_init_script(COUNT_PRINTS)
        page.goto(f"{site}/danisma")
        page.get_by_text("Elden gelmedi").click()
        shoot(page, f"counter-{width}")
        check(page)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        shoot(page, f"counter-error-{width}")
        check(page)
        hand_in(page, site)
        expect(page.get_by_role("link", name="Fotoğraf 1")).to_be_visible()
        shoot(page, f"counter-receipt-{width}")
        check(page)


def test_without_script_a_petition_is_handed_in_too(browser: Browser, site: str) -> None:
    with at_work(browser, site, width=PHONE, script=False) as page:
        page.goto(f"{site}/danisma")
        page.get_by_label("Konusu ve isteği").fill("Park yasağı kalksın")
        page.get_by_role("button", name="Kaydet ve alındı ver").click()
        expect(page.get_by_role("main")).to_contain_text("Eksik: ad ve soyad, imza, adres.")
        expect(page.get_by_role("link", name="PDF, A5")).to_be_visible()
