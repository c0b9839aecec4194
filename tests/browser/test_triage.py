"""The triage page in a real browser: chosen by hand and by keys, read on a phone and on a desk's screen.

The router runs whole but for the broker; what waits is written into its database.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Request, expect

from services.router.app import create_app
from services.router.domain.cases import Case
from services.router.domain.joining import on_joining
from services.router.domain.lifecycle import opening_events
from services.router.domain.verdicts import Triaged
from services.router.knowledge.loader import load_knowledge
from services.router.store import RouterStore
from shared.contracts.decisions import LegalReading, Matter
from shared.contracts.requests import Place
from shared.contracts.vocabulary import Channel, Priority, Regime
from shared.storage import Database
from tests.support.browsing import DESKTOP, PHONE, check, elsewhere, new_page, shoot
from tests.support.desk import decision, read, received, sent, the_wall, waiting
from tests.support.serving import served

pytestmark = pytest.mark.browser

KNOWLEDGE = load_knowledge()
HOSTILE = "<script>document.title='oldu'</script><img src=x onerror=alert(1)> çukur & \"tırnak\""


@pytest.fixture(scope="module")
def site(database_of_site: tuple[str, str]) -> Iterator[str]:
    uri, name = database_of_site
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ISTEK_MONGODB", uri)
        patched.setenv("ISTEK_KAFKA", "127.0.0.1:1")
        patched.setenv("ISTEK_ROUTER_DATABASE", name)
        with served(create_app()) as address:
            yield address
    elsewhere(lambda database: database.drop(), uri, name)


@pytest.fixture
def cases(database_of_site: tuple[str, str], site: str) -> list[Case]:
    """What waits, anew for each test, most pressing first; then what was sent on before."""
    known, *others = sent_before()
    made = [*at_the_desk(), known, *others, added_to(known)]
    now = datetime.now(UTC)

    async def write(database: Database) -> None:
        for collection in ("events", "openings", "triage"):
            await database.collection(collection).remove({})
        store = RouterStore(database)
        await store.announce([case.request for case in made], now)
        await store.append([case.last for case in made], now)
        await store.enter_triage([case for case in made if case.state == "triage"])

    elsewhere(write, *database_of_site)
    return made


def at_the_desk() -> list[Case]:
    cable = "Kopuk kablo, kaldırımda kıvılcım çıkıyor. Kulaksız, okulun önü."
    two = "Köşedeki çöp konteyneri taşmış. Ayrıca gece yarısı masalar yolu kapatıyor."
    harmed = "Zabıta memuru bana bağırdı, şikâyetçiyim."
    candidate = KNOWLEDGE.candidate
    bins, tables = candidate("TEM-KNT", "temizlik", 0.81), candidate("ZAB-ISG", "zabita", 0.62)
    cut = two.index(" Ayrıca")
    return [
        waiting(
            received(12338, cable, ago(minutes=4), channel=Channel.CALL, danger_reported=True),
            decision(
                [candidate("ACL-ELK", "acil-112", 0.7), candidate("FEN-DBA", "fen", 0.2)],
                priority=Priority.EMERGENCY,
                readings=read(cable, subject=("Kopuk kablo",), danger=("kıvılcım çıkıyor",)),
                inputs={"danger": "electricity", "call": "112, 186"},
                rules=("danger-first",),
            ),
            "Tehlike belirtisi var ama benzediği konu acil değil.",
        ),
        the_wall(KNOWLEDGE, ago(hours=2)),
        waiting(
            received(
                12341, two, ago(hours=30), channel=Channel.RECEPTION, elements_missing=("imza", "adres")
            ),
            decision(
                [bins, tables],
                matters=(
                    Matter(candidate=bins, priority=Priority.NORMAL, start=0, end=cut),
                    Matter(candidate=tables, priority=Priority.NORMAL, start=cut + 1, end=len(two)),
                ),
                legal=LegalReading(
                    regime=Regime.PETITION_3071,
                    basis="3071 m.4 ve m.7",
                    in_writing=True,
                    elements_missing=("imza", "adres"),
                ),
                readings=read(two, subject=("çöp konteyneri", "masalar")),
                rule="several-subjects",
            ),
            "Başvuruda birden çok konu var: Çöp konteyneri ve Kaldırım işgali.",
        ),
        waiting(
            received(12349, harmed, ago(hours=3)),
            decision(
                [candidate("KRM-PRS", "teftis", 0.8), candidate("ZAB-ISG", "zabita", 0.1)],
                seen_only_by="teftis",
                rules=("not-to-the-accused", "privacy-wall"),
            ),
        ),
        waiting(
            received(12350, HOSTILE, ago(hours=1), place=Place()),
            decision(
                [candidate("FEN-YOL", "fen", 0.5)], readings=read(HOSTILE, subject=("<script>", "çukur"))
            ),
        ),
    ]


def sent_before() -> list[Case]:
    candidate = KNOWLEDGE.candidate("FEN-IST", "fen", 0.97)
    near = Place(lat=41.0327, lon=28.9838, neighbourhood="Cihangir")
    far = Place(neighbourhood="Cihangir")
    return [
        sent(
            received(12310, "Duvardan taşlar düşüyor, istinat duvarı eğilmiş", ago(days=1), place=near),
            decision([candidate], rule="competent-directorate"),
        ),
        sent(
            received(12207, "Merdiven yanındaki duvar çatlak", ago(days=5), place=far),
            decision([candidate], rule="competent-directorate"),
        ),
    ]


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def added_to(known: Case) -> Case:
    """Somebody whose report the router was not sure of, and who asked to be added to a known one."""
    where = Place(lat=41.0328, lon=28.9838, neighbourhood="Cihangir")
    words = "İstinat duvarı eğilmiş, taşlar düşüyor yola"
    request = received(12399, words, ago(hours=1), place=where, joins=known.request.request_id)
    unsure = Triaged("Sistem konudan emin değil.", decision([KNOWLEDGE.candidate("FEN-IST", "fen", 0.5)]))
    verdict = on_joining(request, unsure, {known.request.request_id: known})
    (case,) = opening_events(request, verdict, cause_id=uuid4(), now=ago())
    return case


def address(site: str, case: Case) -> str:
    return f"{site}/siniflandirma/{case.request.request_id}"


@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
def test_the_list_and_every_request_fit_and_have_no_accessibility_fault(
    browser: Browser, site: str, cases: list[Case], width: int
) -> None:
    with new_page(browser, width=width) as page:
        page.goto(f"{site}/")
        expect(page).to_have_url(f"{site}/siniflandirma")
        shoot(page, f"triage-list-{width}")
        check(page)
        for case in cases:
            page.goto(address(site, case))
            expect(page.locator("#item-title")).to_have_text(case.request.receipt_number)
            shoot(page, f"triage-{case.request.receipt_number[8:15]}-{width}")
            check(page)


def test_who_was_added_and_the_known_request_lead_to_each_other(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    *_, known, _, added = cases
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, known))
        there = page.get_by_role("region", name="1 kişi daha bildirdi")
        there.get_by_role("link").click()
        expect(page.locator("#item-title")).to_have_text(added.request.receipt_number)
        back = page.get_by_role("region", name="Beni de ekle")
        expect(back).to_contain_text("Sistem tek başına emin değildi")
        back.get_by_role("link").click()
        expect(page.locator("#item-title")).to_have_text(known.request.receipt_number)


def test_on_a_phone_the_list_leads_to_the_request_and_back(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=PHONE) as page:
        page.goto(f"{site}/siniflandirma")
        expect(page.locator("#item-title")).to_be_hidden()
        page.get_by_role("link", name="Pürtelaş").click()
        expect(page.locator("#item-title")).to_be_visible()
        expect(page.locator(".queue")).to_be_hidden()
        page.get_by_role("link", name="Bekleyenler").click()
        expect(page.locator(".queue")).to_be_visible()


def test_keys_choose_accept_and_move(browser: Browser, site: str, cases: list[Case]) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(f"{site}/siniflandirma")
        expect(page.locator("#item-title")).to_have_text(re.compile("12338-M$"))
        page.keyboard.press("j")
        page.wait_for_url(address(site, cases[1]))
        page.keyboard.press("k")
        page.wait_for_url(address(site, cases[0]))
        page.keyboard.press("j")
        page.wait_for_url(address(site, cases[1]))
        page.get_by_label("Görevli kodunuz").fill("Ş.Ö.")
        page.get_by_label("Görevli kodunuz").blur()
        page.keyboard.press("2")
        expect(page.get_by_role("radio", name="Afet İşleri")).to_be_checked()
        expect(page.get_by_label("Kararın nedeni")).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"{address(site, cases[2])}.*"))
        expect(page.get_by_role("status")).to_contain_text("Afet İşleri Müdürlüğü")
        shoot(page, "triage-after-1280")
        expect(page.get_by_label("Görevli kodunuz")).to_have_value("Ş.Ö.")
        page.goto(address(site, cases[1]))
        expect(page.locator("#decided-title")).to_contain_text("Ş.Ö. verdi")
        expect(page.get_by_text("Konu yanlış.", exact=True)).to_be_visible()
        shoot(page, "triage-decided-1280")
        check(page)


def test_another_unit_is_chosen_from_the_lists(browser: Browser, site: str, cases: list[Case]) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[1]))
        page.keyboard.press("d")
        expect(page.get_by_label("Birim", exact=True)).to_be_focused()
        page.get_by_label("Birim", exact=True).select_option("Yapı Kontrol Müdürlüğü")
        page.get_by_label("Kararın nedeni").select_option("Yeri başka bir birime ait")
        page.get_by_label("Görevli kodunuz").fill("E.D.")
        shoot(page, "triage-other-1280")
        check(page)
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        expect(page.get_by_role("status")).to_contain_text("Yapı Kontrol Müdürlüğü, İstinat duvarı")


def test_several_matters_are_split_by_the_keyboard_alone(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[2]))
        page.keyboard.press("a")
        begins = page.get_by_role("checkbox", name="Ayrıca gece yarısı")
        expect(begins).to_be_focused()
        expect(begins).to_be_checked()
        expect(page.get_by_label("1. konunun birimi")).to_have_value("temizlik")
        expect(page.get_by_label("3. konunun birimi")).to_be_hidden()
        page.get_by_label("Görevli kodunuz").fill("E.D.")
        shoot(page, "triage-split-1280")
        check(page)
        page.get_by_role("button", name="Ayır ve sıradaki").press("Enter")
        page.wait_for_url(re.compile(r".*giden=.*"))
        page.goto(address(site, cases[2]))
        page.get_by_role("link", name="Bağlı başvuru").press("Enter")
        expect(page.locator("#item-title")).to_have_text(cases[2].request.receipt_number)
        expect(page.locator("#decided-title")).to_contain_text("E.D. verdi")


def test_the_applicant_is_asked_by_the_keyboard_alone(browser: Browser, site: str, cases: list[Case]) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[4]))
        page.get_by_label("Görevli kodunuz").fill("E.D.")
        page.get_by_label("Görevli kodunuz").blur()
        page.keyboard.press("s")
        expect(page.get_by_label("Hazır soru")).to_be_focused()
        page.get_by_role("button", name="Sor ve sıradaki").press("Enter")
        expect(page.locator(".error-summary")).to_contain_text("Bir soru seçin ya da yazın")
        shoot(page, "triage-ask-1280")
        check(page)
        page.get_by_label("Hazır soru").select_option(index=1)
        page.get_by_role("button", name="Sor ve sıradaki").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Başvurana sorduk")
        page.goto(address(site, cases[4]))
        expect(page.locator(".why-me")).to_contain_text("Tam olarak neresi?")


def test_letters_are_letters_in_a_field_and_keys_can_be_switched_off(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[0]))
        opened: list[str] = []

        def note(request: Request) -> None:
            if request.is_navigation_request():
                opened.append(request.url)

        page.on("request", note)
        page.get_by_label("Görevli kodunuz").press_sequentially("jkd2?")
        expect(page.get_by_label("Görevli kodunuz")).to_have_value("jkd2?")
        page.get_by_label("Görevli kodunuz").blur()
        page.keyboard.press("?")
        switch = page.get_by_label("Tek tuşlu kısayollar açık")
        switch.uncheck()
        shoot(page, "triage-keys-1280")
        page.keyboard.press("j")
        page.reload()
        page.keyboard.press("j")
        page.locator("#keys summary").click()
        switch.check()
        page.keyboard.press("j")
        page.wait_for_url(address(site, cases[1]))
        assert opened == [address(site, case) for case in cases[:2]], (
            "by the reload and by the last key alone"
        )


def test_without_script_the_form_works_and_names_what_is_missing(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=PHONE, script=False) as page:
        page.goto(address(site, cases[0]))
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        expect(page).to_have_title(re.compile("^Hata: "))
        expect(page.locator(".error-summary")).to_contain_text("Görevli kodunuzu yazın")
        shoot(page, "triage-error-360")
        page.get_by_label("Görevli kodunuz").fill("E.D.")
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        expect(page.get_by_role("status")).to_contain_text("112 Acil Çağrı Merkezi")


def test_an_error_has_no_accessibility_fault(browser: Browser, site: str, cases: list[Case]) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[1]))
        page.keyboard.press("d")
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        expect(page.locator(".error-summary")).to_be_focused()
        shoot(page, "triage-error-1280")
        check(page)


def test_what_a_resident_wrote_is_text_and_nothing_else(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[4]))
        expect(page.locator(".said")).to_contain_text(HOSTILE.split(" çukur", maxsplit=1)[0][8:])
        expect(page.locator(".said script, .said img")).to_have_count(0)
        expect(page).not_to_have_title(re.compile("oldu"))


def test_behind_a_wall_the_words_are_shown_at_the_desk_alone(
    browser: Browser, site: str, cases: list[Case]
) -> None:
    with new_page(browser, width=DESKTOP) as page:
        page.goto(address(site, cases[3]))
        expect(page.locator(".queue")).not_to_contain_text("bağırdı")
        expect(page.locator(".said")).to_contain_text("bağırdı")
        page.get_by_label("Görevli kodunuz").fill("E.D.")
        page.get_by_role("button", name="Kabul et ve sıradaki").click()
        page.wait_for_url(re.compile("giden="))
        page.goto(address(site, cases[3]))
        assert "bağırdı" not in page.content()
        shoot(page, "triage-walled-1280")
        check(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_when_nothing_waits_the_page_says_what_went_by_itself(
    browser: Browser, site: str, cases: list[Case], database_of_site: tuple[str, str], width: int
) -> None:
    elsewhere(clear, *database_of_site)
    with new_page(browser, width=width) as page:
        page.goto(f"{site}/siniflandirma")
        expect(page.get_by_role("main")).to_contain_text("Bekleyen yok; son saatte 3 başvuru doğrudan gitti")
        shoot(page, f"triage-empty-{width}")
        check(page)


async def clear(database: Database) -> None:
    await database.collection("triage").remove({})
