import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.intake.pages.own_forms import own_forms
from shared.web.frame import install_frame


async def status(method: str, headers: dict[str, str]) -> int:
    router = APIRouter()

    @router.api_route("/basvuru", methods=["GET", "POST"])
    async def form() -> str:
        return "ok"

    app = FastAPI()
    app.include_router(own_forms(router))
    install_frame(app)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://istek.example") as browser:
        return (await browser.request(method, "/basvuru", headers=headers)).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.istek.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://istek.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_of_another_site_is_refused_and_a_link_from_there_is_followed(
    headers: dict[str, str],
) -> None:
    assert await status("POST", headers) == 403
    assert await status("GET", headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://istek.example"},
        {"Origin": "https://istek.example"},
        {},
    ],
)
async def test_our_own_form_is_taken(headers: dict[str, str]) -> None:
    assert await status("POST", headers) == 200
