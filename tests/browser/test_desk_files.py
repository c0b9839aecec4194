"""A field team's photos where people look at them: on the tracking page, and at the desk, another host."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from services.router.app import create_app
from services.router.knowledge.loader import load_knowledge
from tests.support.browsing import DESKTOP, PHONE, check, new_page, shoot, sizes
from tests.support.desk import brought_from_the_door
from tests.support.intake import intake_on
from tests.support.serving import listening, served
from tests.unit.intake.hostile.making import pdf, written

pytestmark = pytest.mark.browser

KNOWLEDGE = load_knowledge()


@dataclass(frozen=True)
class Sites:
    """Where the request is shown.

    Attributes:
        tracking: its tracking page.
        desk: its page at the desk.
    """

    tracking: str
    desk: str


@pytest.fixture(scope="module")
def sites(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    name = f"test_{uuid4().hex[:12]}"
    data = tmp_path_factory.mktemp("data")
    listener, public_url = listening()
    with pytest.MonkeyPatch.context() as patched:
        intake = intake_on(
            patched, mongodb, name, data, ISTEK_PUBLIC_URL=public_url, ISTEK_INTAKE_URL=public_url
        )
        patched.setenv("ISTEK_ROUTER_DATABASE", f"{name}_router")
        # The desk goes without the pictures of an intake that does not answer soon; here the machine is busy.
        patched.setattr("services.router.desk.files._TIMEOUT_S", 30.0)
        with served(intake, listener), served(create_app()) as desk:
            receipt = reported(public_url)
            request_id = UUID(receipt["request_id"])
            candidates = [
                KNOWLEDGE.candidate("FEN-YOL", "fen", 0.62),
                KNOWLEDGE.candidate("FEN-DBA", "fen", 0.2),
            ]
            brought_from_the_door(mongodb, name, request_id, candidates)
            yield Sites(receipt["tracking_url"], f"{desk}/siniflandirma/{request_id}")


def reported(site: str) -> dict[str, str]:
    """Let a field team report what it did, with two photos and a document; return the receipt."""
    contents = [coloured("#7a4b2a"), coloured("#4b8f5a"), pdf()]
    with httpx.Client(base_url=site, timeout=30) as client:
        before, after, paper = (
            client.post(
                "/v1/vatandas_baskan/attachments",
                content=content,
                headers={"Idempotency-Key": str(uuid4())},
            ).json()["attachment_id"]
            for content in contents
        )
        answer = client.post(
            "/v1/vatandas_baskan/requests",
            json={
                "description": "Akarsu Yokuşu’nun başındaki çukuru kapattık.",
                "place": {"neighbourhood": "Cihangir"},
                "team": "saha-07",
                "resolved_on_site": True,
                "attachments": [before, after, paper],
                "photo_stages": {before: "before", after: "after"},
                "observed_at": "2026-11-23T09:15:00+03:00",
            },
            headers={"Idempotency-Key": str(uuid4())},
        )
        answer.raise_for_status()
        receipt: dict[str, str] = answer.json()
        return receipt


def coloured(colour: str) -> bytes:
    return written(Image.new("RGB", (640, 480), colour), "JPEG")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_desk_sees_small_pictures_that_lead_to_the_files(
    browser: Browser, sites: Sites, width: int
) -> None:
    with new_page(browser, width=width) as page:
        page.goto(sites.desk)
        # Neither the page's policy nor intake's keeps them away.
        sizes(page.locator("main img"), 3)
        after = page.get_by_role("link", name="Ekibin fotoğrafı 2/2 Sonrası")
        expect(after).to_be_visible()
        expect(page.get_by_text("Görüldüğü zaman: 23 Kasım 2026 Pazartesi, 09.15")).to_be_visible()
        shoot(page, f"desk-files-{width}")
        check(page)
        with page.expect_download() as download:
            after.click()
        assert Path(download.value.path()).read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_tracking_page_says_which_photo_is_before_and_which_after_the_work(
    browser: Browser, sites: Sites, width: int
) -> None:
    with new_page(browser, width=width) as page:
        page.goto(sites.tracking)
        sizes(page.locator("main img"), 3)
        expect(page.get_by_role("link", name="Öncesi · Fotoğraf 1")).to_be_visible()
        expect(page.get_by_role("link", name="Sonrası · Fotoğraf 2")).to_be_visible()
        shoot(page, f"tracking-before-after-{width}")
        check(page)
