"""Photos and documents on the form, and where they are seen again."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.support.browsing import (
    DESKTOP,
    PHONE,
    check,
    go_on,
    new_page,
    shoot,
    sizes,
    tell_reach,
    tell_what,
    tell_where,
)
from tests.support.intake import intake_on
from tests.support.serving import served
from tests.unit.intake.hostile.making import letter, picture, written

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
        go_on(page)
        expect(page.locator("#ekler-error")).to_contain_text("JPEG, PNG, HEIC ya da PDF gönderin")
        assert seen(page) == [(320, 213), (227, 320)]
        expect(page.get_by_label("Çıkar: Belge 2")).to_be_visible()
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
