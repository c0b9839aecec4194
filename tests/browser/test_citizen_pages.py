"""An applicant's way through the pages in a real browser: form, confirmation, tracking.

The application runs whole but for the broker, which the pages do not need; what the router would tell is
written into the timeline, and a small server stands for the clocks.
"""

import itertools
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from services.sla_monitor.api import ClockOut, clock_out
from shared.contracts.lifecycle import (
    AnswerGiven,
    QuestionAsked,
    RequestAssigned,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
    WorkStarted,
)
from shared.storage import Database
from tests.support.browsing import (
    DESKTOP,
    PHONE,
    check,
    elsewhere,
    fill_in,
    go_on,
    new_page,
    receipt,
    shoot,
    tell_reach,
    tell_what,
    tell_where,
)
from tests.support.intake import intake_on
from tests.support.serving import served
from tests.unit.sla_monitor.samples import calendar
from tests.unit.sla_monitor.samples import clock as clock_of

pytestmark = pytest.mark.browser

RECEIVED = datetime.now(UTC) - timedelta(hours=2)
STARTED: dict[UUID, datetime] = {}
"""When the clock of a request started, where not at `RECEIVED`."""


def clocks() -> FastAPI:
    """Return what answers as the monitor does, with dates reckoned by its own rules."""
    app = FastAPI()

    @app.get("/v1/clocks/{request_id}")
    def clock(request_id: UUID) -> ClockOut:
        started = STARTED.get(request_id, RECEIVED)
        kept = clock_of(received_at=started, request_id=str(request_id))
        return clock_out(kept, calendar(), datetime.now(UTC))

    return app


@pytest.fixture(scope="module")
def site(database_of_site: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    uri, name = database_of_site
    with pytest.MonkeyPatch.context() as patched, served(clocks()) as sla:
        app = intake_on(patched, uri, name, tmp_path_factory.mktemp("data"), ISTEK_SLA_URL=sla)
        with served(app) as address:
            yield address
    elsewhere(lambda database: database.drop(), uri, name)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_page(browser) as page:
        yield page


def submitted(page: Page, site: str) -> tuple[str, str]:
    """Send a request by the form and return its number and code."""
    page.goto(f"{site}/basvuru")
    fill_in(page)
    page.get_by_role("button", name="Gönder").click()
    expect(page).to_have_title(re.compile("Başvurunuz alındı"))
    return receipt(page)


def route_it(
    database_of_site: tuple[str, str], number: str, events: list[tuple[Any, dict[str, Any]]] | None = None
) -> UUID:
    """Write into the timeline what the router would tell of this request, and return the request's id."""

    async def write(database: Database) -> UUID:
        store = IntakeStore(database, watch_grace=timedelta(minutes=1))
        record = await store.request_by_number(number)
        assert record is not None
        await store.add_to_timeline(
            [
                TimelineEntry(
                    record.request_id, n, model.ce_type, json.dumps(event(record.request_id, n, more))
                )
                for n, (model, more) in enumerate(events or EVENTS, start=1)
            ]
        )
        return record.request_id

    request_id: UUID = elsewhere(write, *database_of_site)
    return request_id


EVENTS: list[tuple[Any, dict[str, Any]]] = [
    (
        RequestAssigned,
        {
            "state": "assigned",
            "department": "temizlik",
            "department_name": "Temizlik İşleri Müdürlüğü",
            "decision": {
                "chosen": {"category_code": "X", "category_title": "X", "body": "X", "confidence": 0.9},
                "priority": "normal",
                "threshold": 0.5,
                "rule": "r",
                "knowledge_version": "1",
                "model_version": "1",
                "inputs": {},
            },
        },
    ),
    (WorkStarted, {"state": "in_progress", "department": "temizlik"}),
    (
        AnswerGiven,
        {
            "state": "answered",
            "department": "temizlik",
            "department_name": "Temizlik İşleri Müdürlüğü",
            "text": "Konteyneri boşalttık ve çevresini yıkadık.\nAynı yere ikinci bir konteyner koyduk.",
            "final": True,
            "reopen_until": (RECEIVED + timedelta(days=30)).isoformat(),
        },
    ),
]


WITHDRAWN: tuple[Any, dict[str, Any]] = (RequestWithdrawn, {"state": "withdrawn"})
REOPENED: tuple[Any, dict[str, Any]] = (
    RequestReopened,
    {
        "state": "reopened",
        "department": "temizlik",
        "why": "Konteyner yine taştı.",
        "times": 1,
        "for_supervisor": False,
    },
)
DECISION = EVENTS[0][1]["decision"]
ELSEWHERE: tuple[Any, dict[str, Any]] = (
    RequestAssigned,
    EVENTS[0][1] | {"department": "fen-isleri", "department_name": "Fen İşleri Müdürlüğü"},
)
ASKED: list[tuple[Any, dict[str, Any]]] = [
    (RequestTriaged, {"state": "triage", "reason": "r", "decision": DECISION}),
    (
        QuestionAsked,
        {
            "state": "awaiting_applicant",
            "question": {
                "id": "where",
                "ask": "applicant",
                "tr": "Burası tam olarak neresi? Mahalle ile sokak adını ya da yakındaki bir yeri yazın.",
                "en": "Where exactly is it? Write the neighbourhood and street, or a place nearby.",
            },
        },
    ),
]


def event(request_id: UUID, sequence: int, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "request_id": str(request_id),
        "sequence": sequence,
        "occurred_at": (RECEIVED + timedelta(minutes=10 * sequence)).isoformat(),
        "actor": {"kind": "department", "id": "temizlik"},
        "cause_id": str(uuid4()),
        "summary": {
            "receipt_number": "x",
            "channel": "web",
            "kind": "request",
            "regime": "petition_3071",
            "priority": "normal",
            "subject": "Çöp konteyneri taşıyor",
            "applicant": {"named": False, "media": ["email"]},
            "received_at": RECEIVED.isoformat(),
        },
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
        **more,
    }


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_resident_reports_a_problem_and_follows_it(
    browser: Browser, site: str, width: int, *, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        page.goto(site)
        shoot(page, f"start-{width}")
        page.get_by_role("link", name="Başla").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ne oldu?")
        shoot(page, f"form-what-{width}")
        tell_what(page)
        expect(page.get_by_text("Adım 2 / 3")).to_be_visible()
        shoot(page, f"form-where-{width}")
        tell_where(page)
        shoot(page, f"form-reach-{width}")
        tell_reach(page)
        shoot(page, f"form-check-{width}")
        page.get_by_role("button", name="Gönder").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Başvurunuz alındı")
        shoot(page, f"done-{width}")
        number, code = receipt(page)
        assert re.fullmatch(r"BB-\d{4}-\d{7}-[A-Z]", number)
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)

        page.goto(f"{site}/izle")
        shoot(page, f"lookup-{width}")
        page.get_by_label("Başvuru numarası").fill(number.lower().replace("-", " "))
        page.get_by_label("İzleme kodu").fill(code.lower())
        page.get_by_role("button", name="Göster").click()
        expect(page.get_by_text("Başvurunuzu aldık.")).to_be_visible()
        expect(page.get_by_text(f"Başvuru {number}")).to_be_visible()


def test_errors_stand_on_top_and_at_the_field_and_what_was_typed_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/basvuru")
    tell_what(page, "Çöp taşıyor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nerede?")
    with page.expect_response(lambda r: r.request.method == "POST") as answer:
        go_on(page)
    assert answer.value.status == 422
    expect(page.locator("#error-summary").get_by_role("link")).to_have_text(
        ["Yer seçin ya da ‘Belli bir yeri yok’u işaretleyin"]
    )
    page.get_by_label("Belli bir yeri yok").check()
    go_on(page)
    page.get_by_label("SMS ile").check()
    page.get_by_label("Cep telefonu").fill("5xx 000 00")
    go_on(page)
    expect(page).to_have_title(re.compile("^Hata: "))
    shoot(page, "form-errors-360")
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        ["Cep telefonunuzu 10 haneli yazın, örneğin 5xx 000 00 00"]
    )
    summary.get_by_role("link").click()
    expect(page.get_by_label("Cep telefonu")).to_be_focused()
    expect(page.get_by_label("Cep telefonu")).to_have_value("5xx 000 00")
    page.get_by_label("Cep telefonu").fill("0532 000 00 00")
    go_on(page)
    expect(page.get_by_text("Çöp taşıyor")).to_be_visible()
    page.get_by_role("button", name="Gönder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Başvurunuz alındı")
    expect(page.get_by_text("SMS ile de gönderiyoruz.")).to_be_visible()


def test_an_empty_form_asks_for_each_answer_once(page: Page, site: str) -> None:
    page.goto(f"{site}/basvuru")
    go_on(page)
    expect(page.locator("#error-summary").get_by_role("link")).to_have_count(1)
    expect(page.get_by_text("Ne olduğunu yazın.")).to_have_count(2)


def test_going_back_and_sending_again_makes_no_second_request(page: Page, site: str) -> None:
    number, _ = submitted(page, site)
    page.go_back()
    # The check is no longer there: its form has become the request.
    expect(page).to_have_title(re.compile("Başvurunuz alındı"))
    assert receipt(page)[0] == number
    page.get_by_role("link", name="Başka bir başvuru yap").click()
    page.get_by_role("link", name="Başla").click()
    expect(page.get_by_label("Ne oldu?")).to_have_value("")
    fill_in(page)
    page.get_by_role("button", name="Gönder").click()
    expect(page).to_have_title(re.compile("Başvurunuz alındı"))
    assert receipt(page)[0] != number


def test_the_pages_speak_english_and_keep_it(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Start").click()
    go_on(page, "Continue")
    expect(page).to_have_title(re.compile("^Error: "))
    shoot(page, "form-en-360")
    page.get_by_label("What happened?").fill("The container overflows")
    go_on(page, "Continue")
    page.get_by_label("It has no particular place").check()
    go_on(page, "Continue")
    page.get_by_label("Do not contact me").check()
    go_on(page, "Continue")
    expect(page.get_by_text("It has no particular place")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    page.get_by_role("link", name="Follow my request").click()
    expect(page.get_by_text("We have your request and are passing it to the right unit.")).to_be_visible()


def test_a_petition_asks_for_what_the_law_wants_and_says_what_is_missing(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Resmî dilekçe ver").click()
    page.get_by_label("Ne diliyorsunuz?").fill("Sokağımıza bank konmasını diliyorum.")
    go_on(page)
    tell_where(page)
    shoot(page, "form-petition-360")
    expect(page.get_by_label("T.C. kimlik numaranız")).to_have_count(0)
    page.get_by_label("Adınız ve soyadınız").fill("Ayşe Örnek")
    go_on(page)
    tell_reach(page)
    page.get_by_role("button", name="Gönder").click()
    expect(page.get_by_text("Başvurunuzda eksik: imza, adres.")).to_be_visible()


def test_an_information_request_is_not_anonymous(page: Page, site: str) -> None:
    page.goto(f"{site}/basvuru?tur=bilgi")
    page.get_by_label("Hangi bilgiyi istiyorsunuz?").fill("2025 yılında kaç park yenilendi?")
    go_on(page)
    shoot(page, "form-information-360")
    go_on(page)
    expect(page.locator("#error-summary").get_by_role("link")).to_have_count(2)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_tracking_tells_the_answer_the_dates_and_what_happened(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int
) -> None:
    with new_page(browser, width=width) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number)
        page.goto(f"{site}/t/{number}?s={code}")
        shoot(page, f"tracking-{width}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Çöp konteyneri taşıyor")
        expect(page.get_by_text("ikinci bir konteyner koyduk")).to_be_visible()
        expect(page.locator(".timeline__title")).to_have_text(
            ["Yanıtlandı", "Çalışma başladı", "Doğru birime iletildi", "Alındı · internet"],
            use_inner_text=True,
        )
        for summary, step in (
            ("Hedef nasıl hesaplandı?", "5. iş günü; hafta sonları sayılmadı."),
            ("Son gün nasıl hesaplandı?", "30. gün; takvim günleri sayıldı."),
            ("Yazdıklarımı göster", "Çöp konteyneri üç gündür taşıyor."),
            ("Yanıta itiraz yolları", "60 gün içinde idare mahkemesinde dava açabilirsiniz."),
        ):
            expect(page.get_by_text(step)).to_be_hidden()
            page.get_by_text(summary).click()
            expect(page.get_by_text(step)).to_be_visible()
        shoot(page, f"tracking-open-{width}")
        check(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_what_stays_turkish_on_the_english_page_says_so(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int
) -> None:
    with new_page(browser, width=width) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number)
        page.goto(f"{site}/t/{number}?s={code}&lang=en")
        for details in page.locator("details").all():
            details.locator("summary").click()
        shoot(page, f"tracking-en-{width}")
        check(page)
        expect(page.get_by_text("before the administrative court within 60 days")).to_be_visible()
        turkish = page.locator("main [lang=tr]").all_inner_texts()
        for words in (
            "Çöp konteyneri taşıyor",
            "Temizlik İşleri Müdürlüğü",
            "5. iş günü; hafta sonları sayılmadı.",
            "30. gün; takvim günleri sayıldı.",
            "Çöp konteyneri üç gündür taşıyor.",
        ):
            assert words in turkish
        page.evaluate("document.querySelectorAll('main [lang=tr]').forEach(part => part.remove())")
        assert not re.search("[çğışİĞŞ]", page.locator("main").inner_text())


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_missed_target_is_said_plainly_with_what_is_known(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int
) -> None:
    with new_page(browser, width=width) as page:
        number, code = submitted(page, site)
        request_id = route_it(database_of_site, number, [EVENTS[0], ELSEWHERE, EVENTS[1]])
        STARTED[request_id] = RECEIVED - timedelta(days=21)
        page.goto(f"{site}/t/{number}?s={code}")
        shoot(page, f"late-{width}")
        check(page)
        expect(page.locator(".late")).to_have_text(re.compile(r"^\d+ iş günü geciktik\.$"))
        expect(page.get_by_text("Nedeni kayıtlarımızda yazmıyor.")).to_be_visible()
        expect(page.locator(".late-known > li")).to_have_text(
            [
                re.compile("başka bir birime geçti · Fen İşleri Müdürlüğü$"),
                re.compile("^Son adım: Çalışma başladı"),
            ]
        )
        expect(page.locator(".clock-chip")).to_contain_text("Gecikti")

        STARTED[request_id] = RECEIVED - timedelta(days=60)
        page.goto(f"{site}/t/{number}?s={code}&lang=en")
        shoot(page, f"late-en-{width}")
        check(page)
        expect(page.locator(".late")).to_have_text(
            [re.compile(r"^We are \d+ working days late\.$"), "The last day by law has passed, too."]
        )


def in_reading_order(page: Page, *parts: str) -> None:
    """Assert that these parts follow each other in the document, and on a phone before the eye."""
    found = [page.locator(f"main {part}") for part in parts]
    tops = []
    for part in found:
        expect(part).to_have_count(1)
        box = part.bounding_box()
        assert box is not None
        tops.append(box["y"])
    ends = [part.element_handle() for part in found]
    for first, second in itertools.pairwise(ends):
        assert first.evaluate(
            "(a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING", second
        )
    if page.viewport_size == {"width": PHONE, "height": 800}:
        assert tops == sorted(tops)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_tracking_is_read_from_what_matters_first(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int
) -> None:
    """The question first, then where it stands, the dates, the answer; what happened and the rest after."""
    with new_page(browser, width=width) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number, ASKED)
        page.goto(f"{site}/t/{number}?s={code}")
        in_reading_order(page, "h1", "#question", ".state", "#dates", ".timeline", "#documents", ".more")

        number, code = submitted(page, site)
        route_it(database_of_site, number)
        page.goto(f"{site}/t/{number}?s={code}")
        in_reading_order(page, "h1", ".state", "#dates", "#answer-1", "#solved-1", ".timeline", "#documents")
        if width == DESKTOP:
            answer = page.locator("#answer-1").bounding_box()
            assert answer is not None
            assert answer["y"] < 450, "the dates stand at its side, not above it"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_applicant_who_was_asked_replies_on_the_tracking_page(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int, *, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number, ASKED)
        page.goto(f"{site}/t/{number}?s={code}")
        shoot(page, f"question-{width}")
        expect(page.get_by_role("heading", name="Size bir sorumuz var")).to_be_visible()
        expect(page.locator(".clock-chip")).to_contain_text("Sizden yanıt bekliyoruz")
        box = page.get_by_label("Yanıtınız")
        assert box.bounding_box()["y"] < 800, "the box is seen without scrolling"  # type: ignore[index]
        page.get_by_role("button", name="Yanıtı gönder").click()
        expect(page.locator("#error-summary").get_by_role("link")).to_have_text("Yanıtınızı yazın.")
        shoot(page, f"question-empty-{width}")
        box.fill("Kuloğlu Mahallesi, Turnacıbaşı Caddesi’nde hamamın önü")
        page.get_by_role("button", name="Yanıtı gönder").click()
        expect(page.get_by_role("heading", name="Yanıtınızı aldık")).to_be_visible()
        expect(page.get_by_text("hamamın önü")).to_be_visible()
        expect(page.locator("textarea")).to_have_count(0)
        shoot(page, f"replied-{width}")
        if script:
            page.reload()
            check(page)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_applicant_withdraws_on_a_page_that_asks_once_more(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int, *, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number, EVENTS[:1])
        page.goto(f"{site}/t/{number}?s={code}")
        shoot(page, f"before-withdrawal-{width}")
        page.get_by_role("link", name="Başvurumu geri çek").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Başvurunuzu geri çekiyor musunuz?")
        shoot(page, f"withdraw-{width}")
        if script:
            check(page)
        page.get_by_role("link", name="Vazgeç").click()
        expect(page.get_by_text("bakacak")).to_be_visible()
        page.get_by_role("link", name="Başvurumu geri çek").click()
        page.get_by_role("button", name="Evet, geri çek").click()
        expect(page.get_by_text("Geri çekme isteğinizi aldık")).to_be_visible()
        expect(page.get_by_role("link", name="Başvurumu geri çek")).to_have_count(0)
        shoot(page, f"withdrawal-sent-{width}")
        route_it(database_of_site, number, [EVENTS[0], WITHDRAWN])
        page.reload()
        expect(page.locator(".state")).to_have_text("Başvurunuzu geri çektiniz.")
        expect(page.get_by_text("süre işlemiyor")).to_be_visible()
        shoot(page, f"withdrawn-{width}")
        if script:
            check(page)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_applicant_says_whether_it_is_solved(
    browser: Browser, site: str, database_of_site: tuple[str, str], width: int, *, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        number, code = submitted(page, site)
        route_it(database_of_site, number)
        page.goto(f"{site}/t/{number}?s={code}")
        shoot(page, f"solved-or-not-{width}")
        if script:
            check(page)
        expect(page.get_by_role("heading", name="Sorun çözüldü mü?")).to_be_visible()
        page.get_by_role("button", name="Evet, çözüldü").click()
        expect(page.get_by_text("Teşekkür ederiz")).to_be_visible()
        expect(page.get_by_role("button", name="Evet, çözüldü")).to_have_count(0)
        page.get_by_role("link", name="Hayır, çözülmedi").click()
        why = page.get_by_label("Çözülmeyen ne?")
        why.evaluate("box => box.removeAttribute('maxlength')")
        why.fill("ş" * 1001)
        page.get_by_role("button", name="Çözülmedi, yeniden bakın").click()
        expect(page.locator("#error-summary").get_by_role("link")).to_have_text("En çok 1000 karakter yazın.")
        shoot(page, f"not-solved-too-long-{width}")
        if script:
            check(page)
        why.fill("Konteyner yine taştı.")
        shoot(page, f"not-solved-{width}")
        page.get_by_role("button", name="Çözülmedi, yeniden bakın").click()
        expect(page.get_by_text("Sorunun çözülmediğini öğrendik")).to_be_visible()
        route_it(database_of_site, number, [*EVENTS, REOPENED])
        page.reload()
        expect(page.locator(".state")).to_contain_text("Temizlik İşleri Müdürlüğü yeniden bakacak.")
        expect(page.get_by_text("Konteyner yine taştı.")).to_be_visible()
        shoot(page, f"reopened-{width}")
        if script:
            check(page)


def test_an_applicant_objects_to_an_automatic_decision_in_english(
    page: Page, site: str, database_of_site: tuple[str, str]
) -> None:
    number, code = submitted(page, site)
    route_it(database_of_site, number, EVENTS[:1])
    page.goto(f"{site}/t/{number}?s={code}&lang=en")
    page.get_by_role("link", name="Object to the automatic decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Objection to an automatic decision")
    check(page)
    shoot(page, "objection-en")
    page.get_by_role("button", name="Object").click()
    expect(page.get_by_text("We have your objection")).to_be_visible()
    check(page)


@pytest.mark.parametrize(
    "path", ["/t/BB-2026-0000001-X?s=AAAA-AAAA", "/t/{number}?s=AAAA-AAAA", "/t/x", "/t/{number}"]
)
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(page: Page, site: str, path: str) -> None:
    number, _ = submitted(page, site)
    answer = page.goto(site + path.format(number=number))
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("alert")).to_have_text("Bu bilgilerle bir başvuru bulamadık")


def test_an_address_with_a_code_is_neither_kept_nor_passed_on(page: Page, site: str) -> None:
    number, code = submitted(page, site)
    answer = page.goto(f"{site}/t/{number}?s={code}")
    assert answer is not None
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_receipt_is_downloaded_printed_and_verified(
    browser: Browser, site: str, database_of_site: tuple[str, str], tmp_path: Path, width: int
) -> None:
    with new_page(browser, width=width) as page:
        number, code = submitted(page, site)
        shoot(page, f"done-with-receipt-{width}")
        with page.expect_download() as download:
            page.get_by_role("link", name="Alındı belgesini indir (PDF)").click()
        assert download.value.suggested_filename == f"{number}-a5.pdf"
        pdf = tmp_path / "receipt.pdf"
        download.value.save_as(pdf)

        route_it(database_of_site, number)
        page.get_by_role("link", name="Başvurumu izle").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Çöp konteyneri taşıyor")
        shoot(page, f"tracking-with-receipt-{width}")
        page.get_by_role("link", name="Yazdır").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Başvuru alındı belgesi")
        for words in (number, code, "Çöp konteyneri taşıyor", "Temizlik İşleri Müdürlüğü"):
            expect(page.get_by_text(words)).to_be_visible()
        shoot(page, f"receipt-{width}")
        check(page)
        page.evaluate("window.print = () => { document.title = 'printed' }")
        page.get_by_role("button", name="Yazdır").click()
        expect(page).to_have_title("printed")

        page.goto(f"{site}/dogrula")
        check(page)
        page.get_by_label("Alındı belgesi", exact=True).set_input_files(pdf)
        page.get_by_role("button", name="Dosyayı doğrula").click()
        expect(page.get_by_role("status")).to_contain_text("Geçerli")
        expect(page.get_by_role("status")).to_contain_text("Konusu belirleniyor")
        shoot(page, f"verify-valid-{width}")
        check(page)

        pdf.write_bytes(pdf.read_bytes().replace(b"/Title", b"/Tilte", 1))
        page.get_by_label("Alındı belgesi", exact=True).set_input_files(pdf)
        page.get_by_role("button", name="Dosyayı doğrula").click()
        expect(page.get_by_role("heading", name="Geçerli değil: belge değişmiş")).to_be_visible()
        shoot(page, f"verify-changed-{width}")
        check(page)

        page.get_by_label("Başvuru numarası").fill(number)
        page.get_by_label("İzleme kodu").fill("AAAA-AAAA")
        page.get_by_role("button", name="Numarayı doğrula").click()
        expect(page.locator("#error-summary")).to_contain_text("Bu bilgilerle bir başvuru bulamadık")
        shoot(page, f"verify-unknown-{width}")
        check(page)


def test_the_printed_page_is_the_receipt_and_nothing_else(page: Page, site: str, tmp_path: Path) -> None:
    number, code = submitted(page, site)
    page.goto(f"{site}/t/{number}/receipt?s={code}")
    page.emulate_media(media="print")
    for words in ("Yazdır", "Alındı belgesini indir (PDF)", "İmzalı içerik (.jws)", "English"):
        expect(page.get_by_text(words, exact=True)).to_be_hidden()
    drawn = page.get_by_role("img", name="İzleme sayfasının karekodu").locator("svg").bounding_box()
    assert drawn is not None
    assert drawn["width"] / 96 * 25.4 == pytest.approx(34, abs=0.5)
    paper = Path(os.environ.get("ISTEK_SHOTS", tmp_path)) / "receipt-printed.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    (sheet,) = PdfReader(paper).pages
    text = sheet.extract_text()
    assert number in text
    assert code in text


def test_without_javascript_there_is_no_button_that_does_nothing(browser: Browser, site: str) -> None:
    with new_page(browser, script=False) as page:
        number, code = submitted(page, site)
        page.goto(f"{site}/t/{number}/receipt?s={code}&lang=en")
        expect(page.get_by_role("link", name="Download the receipt (PDF)")).to_be_visible()
        expect(page.get_by_role("button", name="Print")).to_be_hidden()


PATHS = [
    "/",
    "/basvuru",
    "/basvuru?tur=dilekce",
    "/izle",
    "/aydinlatma",
    "/erisilebilirlik",
    "/aydinlatma?lang=en",
    "/verify",
    "/verify?lang=en",
]


@pytest.mark.parametrize("width", [320, DESKTOP])
@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_and_have_no_accessibility_fault(
    browser: Browser, site: str, width: int, path: str
) -> None:
    with new_page(browser, width=width) as page:
        page.goto(site + path)
        check(page)


def test_pages_with_results_have_no_accessibility_fault(
    page: Page, site: str, database_of_site: tuple[str, str]
) -> None:
    page.goto(f"{site}/basvuru")
    go_on(page)
    check(page)
    number, code = submitted(page, site)
    check(page)
    route_it(database_of_site, number)
    page.goto(f"{site}/t/{number}?s={code}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Çöp konteyneri taşıyor")
    check(page)
    page.goto(f"{site}/t/{number}?s=wrong")
    check(page)
    number, code = submitted(page, site)
    route_it(database_of_site, number, ASKED)
    for language in ("tr", "en"):
        page.goto(f"{site}/t/{number}?s={code}&lang={language}")
        check(page)
    page.get_by_role("button", name="Send the reply").click()
    expect(page.locator("#error-summary")).to_be_visible()
    check(page)
