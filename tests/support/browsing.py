"""A visitor with a browser: pages it has no complaint about, the form answered, what every page must pass."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from shared.storage import Database
from tests.support.serving import AXE

PHONE, DESKTOP = 360, 1280


@contextmanager
def new_page(browser: Browser, *, width: int = PHONE, script: bool = True, **options: Any) -> Iterator[Page]:  # noqa: ANN401 the driver's
    """Open a page of a phone's or another width; the test fails if the browser complains of it."""
    context = browser.new_context(
        locale="tr-TR",
        timezone_id="Europe/Istanbul",
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        **options,
    )
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Chromium writes every answer over 399 and every broken connection to the console; both are part of
        # these tests.
        expected = ("the server responded with a status", "net::ERR_FAILED")
        if message.type in {"error", "warning"} and not any(words in message.text for words in expected):
            complaints.append(message.text)

    page.on("console", note)
    yield page
    context.close()
    assert complaints == []


def be_patient(page: Page) -> None:
    """Let a page's scripts wait longer until they give up: the machine is busy, no line is bad."""
    page.add_init_script("""{
        const later = window.setTimeout;
        window.setTimeout = (work, ms, ...more) => later(work, ms >= 5000 ? ms * 12 : ms, ...more);
    }""")


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page if somebody asked for pictures."""
    if folder := os.environ.get("ISTEK_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def go_on(page: Page, button: str = "Devam et") -> None:
    """Press a page's button and wait for the page that it leads to, whole and with its scripts."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def tell_what(page: Page, words: str = "Çöp konteyneri üç gündür taşıyor.") -> None:
    page.get_by_label("Ne oldu?").fill(words)
    go_on(page)


def tell_where(page: Page) -> None:
    page.get_by_label("Mahalle").select_option("Cihangir")
    page.get_by_label("Sokak, kapı no ya da tarif").fill("Akarsu Yokuşu, 14 numaranın önü")
    go_on(page)


def tell_reach(page: Page) -> None:
    page.get_by_label("E-posta ile").check()
    page.get_by_label("E-posta", exact=True).fill("ayse@example.com")
    go_on(page)


def fill_in(page: Page) -> None:
    """Answer every question and stand before the check."""
    tell_what(page)
    tell_where(page)
    tell_reach(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bakın, doğru mu?")


def receipt(page: Page) -> tuple[str, str]:
    """Return number and code of what was sent, once the page shows them."""
    shown = page.locator(".number")
    expect(shown).to_have_count(2)
    number, code = shown.all_inner_texts()
    return number, code


def sizes(pictures: Locator, count: int) -> list[tuple[int, int]]:
    """Return the pixels of each picture, once there are so many and the browser shows all."""
    expect(pictures).to_have_count(count)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    found = pictures.evaluate_all("all => all.map(picture => [picture.naturalWidth, picture.naturalHeight])")
    return [(width, height) for width, height in found]


def check(page: Page) -> None:
    """Assert that the page, once it is whole, needs no sideways scrolling and that axe finds nothing."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # The page's own policy allows no foreign script; the test's comes in through the debugger.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    faults = {v["id"]: [n["html"][:120] for n in v["nodes"]] for v in found["violations"]}
    assert faults == {}


def elsewhere(work: Callable[[Database], Any], uri: str, name: str) -> Any:  # noqa: ANN401
    """Run asynchronous work in a thread, because the browser's driver holds this one's event loop."""

    async def run() -> Any:  # noqa: ANN401
        database = Database.connect(uri, name)
        try:
            return await work(database)
        finally:
            await database.close()

    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(run())))
    thread.start()
    thread.join()
    return result[0]
