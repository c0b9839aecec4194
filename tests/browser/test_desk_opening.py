"""What the vault keeps, opened at the desk in a real browser: from the door through the vault to the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from services.router.app import create_app
from services.router.knowledge.loader import load_knowledge
from tests.support.browsing import DESKTOP, PHONE, check, new_page, shoot
from tests.support.desk import brought_from_the_door
from tests.support.intake import as_service, intake_on
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, openid_provider
from tests.support.serving import listening, served

pytestmark = pytest.mark.browser

PERSON = "e.demir"
KNOWLEDGE = load_knowledge()


@dataclass(frozen=True)
class House:
    """Intake and desk, with one request that holds all that the vault may keep.

    Attributes:
        intake: address of the door.
        desk: address of the request's page.
        request_id: the request.
        administrator: what proves that an administrator asks.
    """

    intake: str
    desk: str
    request_id: str
    administrator: httpx.Auth

    def ask(self, method: str, what: str) -> httpx.Response:
        """Ask the vault about the request as an administrator."""
        return httpx.request(
            method,
            f"{self.intake}/internal/v1/vault/{self.request_id}/{what}",
            auth=self.administrator,
            timeout=60,
            trust_env=False,
        )


@pytest.fixture(scope="module")
def house(mongodb: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    name = f"test_{uuid4().hex[:12]}"
    door, intake = listening()
    desk_door, desk = listening()
    with openid_provider() as provider, pytest.MonkeyPatch.context() as patched:
        settings = {
            "ISTEK_PUBLIC_URL": intake,
            "ISTEK_INTAKE_URL": intake,
            "ISTEK_DESK_URL": desk,
            "ISTEK_OIDC_ISSUER": provider.issuer,
            "ISTEK_OIDC_CLIENT_ID": CLIENT_ID,
            "ISTEK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "ISTEK_OIDC_COOKIE_KEY": COOKIE_KEY,
            "ISTEK_ROUTER_DATABASE": f"{name}_router",
        }
        app = intake_on(patched, mongodb, name, tmp_path_factory.mktemp("data"), **settings)
        patched.setattr("services.router.app._VAULT_TIMEOUT_S", 30.0)
        with served(app, door), served(create_app(), desk_door):
            request_id = told_in_full(intake)
            brought_from_the_door(
                mongodb, name, UUID(request_id), [KNOWLEDGE.candidate("FEN-YOL", "fen", 0.62)]
            )
            yield House(intake, f"{desk}/siniflandirma/{request_id}", request_id, as_service("cli"))


def told_in_full(site: str) -> str:
    """Let somebody state all that a data-subject request may hold, and return its id."""
    answer = httpx.post(
        f"{site}/v1/web/requests",
        json={
            "kind": "data_subject",
            "description": "Kamera kayıtlarımı istiyorum, beni 0532 000 00 09 numarasından arayın.",
            "media_url": "https://foto.example/kamera/1.jpg",
            "applicant": {
                "name": "Ayşe Örnek",
                "email": "ayse@example.com",
                "address": "Ağa Hamamı Sokak 7, Beyoğlu",
                "passport": "U12345678",
                "nationality": "GE",
            },
        },
        headers={"Idempotency-Key": str(uuid4())},
        timeout=60,
        trust_env=False,
    )
    answer.raise_for_status()
    return str(answer.json()["request_id"])


@contextmanager
def at_work(browser: Browser, house: House, *, width: int = DESKTOP, script: bool = True) -> Iterator[Page]:
    with new_page(browser, width=width, script=script) as page:
        page.goto(house.desk)
        page.get_by_role("button", name=PERSON).click()
        page.wait_for_url(re.compile("/siniflandirma/"))
        yield page


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_one_thing_is_opened_at_a_time_and_the_page_says_that_the_look_is_kept(
    browser: Browser, house: House, width: int
) -> None:
    with at_work(browser, house, width=width) as page:
        closed = page.locator("#kapali")
        expect(closed).to_contain_text("Her bakış, kodunuz ve amacıyla kaydedilir.")
        shoot(page, f"desk-closed-{width}")
        check(page)
        page.get_by_role("button", name="Posta adresini göster").press("Enter")
        expect(closed).to_contain_text("Ağa Hamamı Sokak 7, Beyoğlu")
        expect(closed).to_contain_text("Ayşe Örnek")
        expect(closed).to_contain_text("Bakışınız kaydedildi.")
        shoot(page, f"desk-address-{width}")
        check(page)
        page.get_by_role("button", name="Özgün metni göster").press("Enter")
        expect(closed).to_contain_text("0532 000 00 09")
        expect(closed).not_to_contain_text("Hamamı")
        page.get_by_role("button", name="Resmin adresini göster").press("Enter")
        expect(closed).to_contain_text("https://foto.example/kamera/1.jpg")
        expect(closed.get_by_role("link")).to_have_count(0)
        shoot(page, f"desk-picture-{width}")
        check(page)
    looks = house.ask("GET", "looks").json()["looks"]
    assert [(look["purpose"], look["person"], look["found"]) for look in looks[-3:]] == [
        (purpose, PERSON, True) for purpose in ("answer_by_post", "original_text", "picture_address")
    ]


def test_after_erasure_the_page_says_that_it_no_longer_exists(browser: Browser, house: House) -> None:
    with at_work(browser, house, script=False) as page:
        house.ask("DELETE", "person").raise_for_status()
        page.get_by_role("button", name="Kimlik numarasını göster").click()
        expect(page.locator("#kapali")).to_contain_text("Bu veri artık yok: silindi ve geri getirilemez.")
        expect(page.locator("#kapali")).not_to_contain_text("U12345678")
        shoot(page, "desk-erased-1280")
