"""Photos and documents on the form, and where they are seen again."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.support.browsing import (
    DESKTOP,
    PHONE,
    check,
    go_on,
    new_page,
    receipt,
    shoot,
    sizes,
    tell_reach,
    tell_what,
    tell_where,
)
from tests.support.intake import intake_on
from tests.support.serving import served
from tests.unit.intake.hostile.making import exif, heic, letter, picture, written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        name = f"test_{uuid4().hex[:12]}"
        with served(intake_on(patched, mongodb, name, tmp_path_factory.mktemp("data"))) as address:
            yield address


def payload(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def coloured(colour: str) -> bytes:
    image = Image.new("RGB", (900, 600), colour)
    image.paste(picture(400, 300), (250, 150))
    return written(image, "JPEG")


def seen(page: Page) -> list[tuple[int, int]]:
    return sizes(page.locator(".attached img"), 2)


@pytest.mark.parametrize(("width", "script"), [(PHONE, True), (DESKTOP, False)])
def test_files_go_along_with_the_form_and_are_seen_on_the_tracking_page(
    browser: Browser, site: str, width: int, script: bool
) -> None:
    with new_page(browser, width=width, script=script) as page:
        page.goto(f"{site}/basvuru?tur=istek")
        page.get_by_label("Fotoğraf ya da belge").set_input_files(
            [payload("a.jpg", coloured("teal")), payload("not.txt", b"merhaba"), payload("b.pdf", letter())]
        )
        if script:
            refused = page.locator(".upload")
            expect(page.get_by_role("button", name="Çıkar: Belge 2")).to_be_visible()
        else:
            go_on(page)
            refused = page.locator("#ekler-error")
            expect(page.get_by_label("Çıkar: Belge 2")).to_be_visible()
        expect(refused).to_contain_text("JPEG, PNG, HEIC ya da PDF gönderin")
        assert seen(page) == [(320, 213), (227, 320)]
        if script:
            check(page)
        shoot(page, f"files-form-{width}")
        tell_what(page)
        tell_where(page)
        tell_reach(page)
        assert seen(page) == [(320, 213), (227, 320)]
        if script:
            check(page)
        shoot(page, f"files-check-{width}")
        page.get_by_role("button", name="Gönder").click()
        page.get_by_role("link", name="Başvurumu izle").click()
        expect(page.get_by_role("heading", name="Gönderdiğiniz dosyalar")).to_be_visible()
        assert seen(page) == [(320, 213), (227, 320)]
        if script:
            check(page)
        shoot(page, f"files-tracking-{width}")
        with page.expect_download() as started:
            page.get_by_role("link", name="Belge 2 · PDF").click()
        assert Path(started.value.path()).read_bytes() == letter()


# --- with a script: shrunk, sent at once, sent again -------------------------------------------------------

UPLOADS: Final = "**/basvuru/dosya?*"
WAITING: Final = """new Promise(done => {
    indexedDB.open("istek.dosyalar").onsuccess = ({ target: { result } }) => {
        const counted = result.transaction("waiting").objectStore("waiting").count();
        counted.onsuccess = () => done(counted.result);
    };
})"""


def two_halves(width: int, height: int) -> Image.Image:
    """A picture whose left half is black, so that it can be seen how it lies."""
    image = picture(width, height)
    image.paste("black", (0, 0, width // 2, height))
    image.paste("white", (width // 2, 0, width, height))
    return image


def large_photo() -> bytes:
    """A photo of a phone that was held upright: its pixels lie, and it says so."""
    return written(two_halves(3000, 2000), "JPEG", exif=exif(orientation=6).tobytes())


def begin(page: Page, site: str, *files: FilePayload, lang: str = "tr") -> None:
    page.goto(f"{site}/basvuru?tur=istek&lang={lang}")
    page.locator("#ekler").set_input_files(list(files))


def kept(page: Page) -> Image.Image:
    """Return the one picture that the form holds, as it is kept."""
    link = page.locator(".attached a")
    expect(link).to_have_count(1)
    address = urljoin(page.url, link.get_attribute("href"))
    return Image.open(io.BytesIO(page.request.get(address).body()))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_page(browser) as page:
        yield page


def test_a_photo_is_shrunk_lies_right_and_still_offers_its_place(page: Page, site: str) -> None:
    begin(page, site, payload("a.jpg", large_photo()))
    image = kept(page)
    assert image.size == (1365, 2048)
    above, below = image.convert("L").getpixel((680, 40)), image.convert("L").getpixel((680, 2000))
    assert above < 50
    assert below > 200
    check(page)
    tell_what(page)
    spot = page.get_by_label("Fotoğrafın çekildiği yer")
    expect(spot).not_to_be_checked()
    spot.check()
    expect(page.locator("input[name=enlem]")).to_have_value("41.032500")


def test_what_cannot_be_shrunk_is_sent_as_it_is(page: Page, site: str) -> None:
    begin(page, site, payload("a.heic", heic()), payload("b.pdf", letter()))
    expect(page.get_by_role("button", name="Çıkar: Belge 2")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Belge 2 · PDF").click()
    assert Path(started.value.path()).read_bytes() == letter()


def test_an_upload_that_breaks_off_is_tried_again_and_counts_once(page: Page, site: str) -> None:
    """The first answer is lost, the second request never arrives, the third gets through."""
    tries: list[str] = []

    def break_off(route: Route) -> None:
        tries.append(route.request.method)
        if len(tries) == 1:
            route.fetch()
        if len(tries) <= 2:
            route.abort()
        else:
            route.continue_()

    page.route(UPLOADS, break_off)
    begin(page, site, payload("a.jpg", large_photo()))
    expect(page.get_by_text("birazdan yeniden denenecek")).to_be_visible()
    expect(page.get_by_role("progressbar", name="a.jpg")).to_be_visible()
    shoot(page, "uploads-again-360")
    check(page)
    expect(page.get_by_role("button", name="Çıkar: Fotoğraf 1")).to_be_visible()
    expect(page.locator(".attached li")).to_have_count(1)
    expect(page.locator(".upload")).to_have_count(0)
    assert tries == ["POST"] * 3


def test_who_goes_on_is_not_held_up_and_the_next_page_goes_on_uploading(page: Page, site: str) -> None:
    page.route(UPLOADS, lambda _: None)
    begin(page, site, payload("a.jpg", large_photo()), payload("b.jpg", coloured("teal")))
    expect(page.get_by_text("Yükleniyor, %")).to_be_visible()
    expect(page.get_by_text("Dosyalar yüklenirken devam edebilirsiniz.")).to_be_visible()
    shoot(page, "uploads-running-360")
    tell_what(page)
    expect(page.locator("h1")).to_have_text("Nerede?")
    expect(page.locator(".upload")).to_have_count(2)
    shoot(page, "uploads-next-page-360")
    check(page)
    page.get_by_label("Mahalle").select_option("Cihangir")
    page.unroute(UPLOADS)
    page.reload()
    # The place of a photo that came late is offered on the page that is open.
    expect(page.get_by_label("çekildiği yer")).to_be_visible()
    expect(page.locator(".upload")).to_have_count(0)
    tell_where(page)
    tell_reach(page)
    expect(page.locator(".attached li")).to_have_count(2)
    assert seen(page) == [(213, 320), (320, 213)]


@pytest.mark.parametrize("again", [True, False], ids=["tried again", "sent without"])
def test_a_photo_that_did_not_make_it_is_told_about_and_sent_without_only_when_asked_twice(
    page: Page, site: str, *, again: bool
) -> None:
    page.route(UPLOADS, lambda route: route.abort())
    begin(page, site, payload("a.jpg", coloured("teal")))
    tell_what(page)
    tell_where(page)
    tell_reach(page)
    page.clock.install()
    page.reload()
    failed = page.get_by_text("Yüklenmedi. Dosya bu cihazda duruyor", exact=False)
    for _ in range(30):
        page.clock.run_for(1000)
    expect(failed.first).to_be_visible()
    page.get_by_role("button", name="Gönder").click()
    expect(page.get_by_text("1 dosya daha yüklenmedi.")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Bakın, doğru mu?")
    shoot(page, "uploads-failed-360")
    check(page)
    assert page.evaluate(WAITING) == 1
    if again:
        page.unroute(UPLOADS)
        page.get_by_role("button", name="Yeniden dene a.jpg").click()
        expect(page.locator(".attached li")).to_have_count(1)
    page.get_by_role("button", name="Gönder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Başvurunuz alındı")
    assert page.evaluate(WAITING) == 0
    page.get_by_role("link", name="Başvurumu izle").click()
    expect(page.get_by_role("heading", name="Gönderdiğiniz dosyalar")).to_have_count(int(again))


def test_without_a_line_a_photo_waits_until_it_is_back(page: Page, site: str) -> None:
    page.goto(f"{site}/basvuru")
    page.context.set_offline(True)
    page.locator("#ekler").set_input_files([payload("a.jpg", coloured("teal"))])
    expect(page.get_by_text("Bağlantı gelince yüklenecek")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".attached li")).to_have_count(1)


def test_a_photo_is_taken_out_before_and_after_it_arrived(page: Page, site: str) -> None:
    page.route(UPLOADS, lambda _: None)
    begin(page, site, payload("a.jpg", coloured("teal")))
    page.get_by_role("button", name="Vazgeç a.jpg").click()
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.locator("#ekler")).to_be_focused()
    page.unroute(UPLOADS)
    page.locator("#ekler").set_input_files([payload("b.jpg", coloured("navy"))])
    page.get_by_role("button", name="Çıkar: Fotoğraf 1").click()
    expect(page.locator(".attached li")).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_have_text("Ne oldu?")
    expect(page.locator(".attached li, .upload")).to_have_count(0)


def test_a_file_that_is_too_large_is_not_sent_and_its_size_is_told(page: Page, site: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    begin(page, site, payload("a.pdf", letter() + b"%" * 22_000_000 + b"\n"))
    expect(page.locator(".upload")).to_contain_text("Dosya 15 MB’tan küçük olsun (bu 23 MB)")
    expect(page.get_by_role("button", name="Yeniden dene")).to_have_count(0)
    assert not [address for address in sent if "/basvuru/dosya" in address]


def test_where_the_browser_keeps_nothing_the_form_takes_the_photo_along(page: Page, site: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page.route(UPLOADS, lambda _: None)
    begin(page, site, payload("a.jpg", coloured("teal")))
    expect(page.get_by_text("Yükleniyor, %")).to_be_visible()
    tell_what(page)
    page.get_by_role("link", name="Geri").click()
    expect(page.locator(".attached li")).to_have_count(1)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_english_form_with_a_photo_and_a_place_to_the_receipt(
    browser: Browser, site: str, width: int
) -> None:
    with new_page(browser, width=width) as page:
        begin(page, site, payload("a.jpg", large_photo()), lang="en")
        expect(page.get_by_role("button", name="Take out: Photo 1")).to_be_visible()
        shoot(page, f"english-what-{width}")
        check(page)
        page.get_by_label("What happened?").fill("The container overflows")
        go_on(page, "Continue")
        expect(page.get_by_label("Where the photo was taken")).to_be_visible()
        page.get_by_label("Neighbourhood").select_option("Cihangir")
        page.get_by_label("Street, door number").fill("Akarsu Yokuşu 14")
        shoot(page, f"english-where-{width}")
        check(page)
        go_on(page, "Continue")
        page.get_by_label("Do not contact me").check()
        check(page)
        go_on(page, "Continue")
        expect(page.locator(".answers")).to_contain_text("Cihangir, Akarsu Yokuşu 14")
        assert sizes(page.locator(".attached img"), 1) == [(213, 320)]
        shoot(page, f"english-check-{width}")
        check(page)
        go_on(page, "Send")
        expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
        number, _ = receipt(page)
        shoot(page, f"english-done-{width}")
        check(page)
        page.get_by_role("link", name="Follow my request").click()
        expect(page.get_by_text(number).first).to_be_visible()
        assert sizes(page.locator(".attached img"), 1) == [(213, 320)]
        check(page)
