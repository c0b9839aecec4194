"""An answer with a letter and photos of before and after, as the applicant sees it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from shared.contracts.commands import AnswerFile
from shared.contracts.vocabulary import Stage
from shared.storage import Database
from tests.support.answering import Answering, key_for, sent
from tests.support.browsing import DESKTOP, PHONE, check, new_page, shoot, sizes
from tests.support.intake import intake_on
from tests.support.serving import listening, served
from tests.unit.intake.hostile.making import pdf, written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tracking(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the tracking page of a request that was answered with three files."""
    name, (listener, url) = f"test_{uuid4().hex[:12]}", listening()
    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as pool:
        # In a thread, because the browser's driver holds this one's event loop.
        key = pool.submit(asyncio.run, prepared(mongodb, name)).result()
        intake = intake_on(patched, mongodb, name, tmp_path_factory.mktemp("data"), ISTEK_PUBLIC_URL=url)
        with served(intake, listener):
            yield pool.submit(asyncio.run, answered(mongodb, name, url, key)).result()


async def prepared(uri: str, name: str) -> dict[str, str]:
    database = Database.connect(uri, name)
    try:
        return await key_for(database, "temizlik")
    finally:
        await database.close()


async def answered(uri: str, name: str, url: str, key: dict[str, str]) -> str:
    database = Database.connect(uri, name)
    async with httpx.AsyncClient(base_url=url, timeout=60) as door:
        body = {"description": "Akarsu Yokuşu’ndaki çöp konteyneri taşıyor"}
        answer = await door.post("/v1/web/requests", json=body, headers={"Idempotency-Key": uuid4().hex})
        receipt = answer.json()
        request_id, answering = UUID(receipt["request_id"]), Answering(database)
        await answering.assign(request_id)
        contents = {pdf(): None, coloured("#7a4b2a"): Stage.BEFORE, coloured("#4b8f5a"): Stage.AFTER}
        files = [
            AnswerFile(id=(await sent(door, key, request_id, content))["attachment_id"], stage=stage)
            for content, stage in contents.items()
        ]
        await answering.answer(request_id, *files)
    await database.close()
    tracking: str = receipt["tracking_url"]
    return tracking


def coloured(colour: str) -> bytes:
    return written(Image.new("RGB", (640, 480), colour), "JPEG")


@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_letter_and_photos_stand_with_the_answer(
    browser: Browser, tracking: str, width: int, lang: str
) -> None:
    letter, before, after = (
        ("Resmî yazı (PDF", "Öncesi · Fotoğraf 1", "Sonrası · Fotoğraf 2")
        if lang == "tr"
        else ("Official letter (PDF", "Before · Photo 1", "After · Photo 2")
    )
    with new_page(browser, width=width) as page:
        page.goto(f"{tracking}&lang={lang}")
        card = page.locator("section", has=page.get_by_text("Boşalttık."))
        sizes(card.locator("img"), 2)
        expect(card.get_by_role("link", name=before)).to_be_visible()
        expect(card.get_by_role("link", name=after)).to_be_visible()
        shoot(page, f"answer-files-{lang}-{width}")
        check(page)
        with page.expect_download() as download:
            card.get_by_role("link", name=letter).click()
        assert Path(download.value.path()).read_bytes() == pdf()
