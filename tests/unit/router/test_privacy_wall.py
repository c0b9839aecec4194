"""Behind a privacy wall page and JSON show the applicant's words to the same people."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Depends, FastAPI

from services.router.desk.acts import Acts
from services.router.desk.api import desk_routes
from services.router.desk.files import FileLink
from services.router.desk.page_routes import desk_pages, page_routes
from services.router.desk.screen import Screen
from services.router.domain.cases import Case
from services.router.store import RouterStore
from shared.contracts.requests import AttachedFile, Place
from shared.web.frame import install_frame
from shared.web.sign_in.staff import remember_looks_only
from tests.support.desk import decision, received, sent, waiting
from tests.unit.router.samples import NOW, SHIPPED

WORDS = "Memur bana bağırdı"
ADDRESS = "Örnek Sokak 5"
PHOTO = AttachedFile(id=uuid4(), media_type="image/jpeg", size=1000, sha256="0" * 64)


class OneCase:
    def __init__(self, case: Case) -> None:
        self.case = case

    async def cases(self, ids: Sequence[UUID]) -> Mapping[UUID, Case]:
        return {request_id: self.case for request_id in ids if request_id == self.case.request.request_id}

    async def triage(self, *_: object) -> Sequence[Case]:
        return [self.case]

    async def most_pressing(self, *_: object) -> Sequence[Case]:
        return [self.case] if self.case.at_the_desk else []

    async def alike(self, *_: object) -> Sequence[Case]:
        return []

    async def added_to(self, *_: object) -> Sequence[Case]:
        return [self.case]

    async def count_sent_directly(self, *_: object) -> int:
        return 0


def a_case(*, at_the_desk: bool, walled: bool) -> Case:
    candidate = SHIPPED.candidate("KRM-PRS", "teftis", 0.8)
    place = Place(neighbourhood="Cihangir", address=ADDRESS)
    request = received(9, WORDS, NOW, place=place, attachments=(PHOTO,))
    decided = decision([candidate], seen_only_by="teftis" if walled else None)
    return (waiting if at_the_desk else sent)(request, decided)


async def one_photo(*_: object) -> Sequence[FileLink]:
    return [
        FileLink(attachment_id=PHOTO.id, url="http://intake/content", thumbnail_url="http://intake/small")
    ]


def desk(case: Case, *, decides: bool) -> httpx.AsyncClient:
    store, acts, pages = cast(RouterStore, OneCase(case)), cast(Acts, None), desk_pages()
    screen = Screen(store, SHIPPED, pages, lambda: NOW + timedelta(hours=1), one_photo)
    app = FastAPI(dependencies=[] if decides else [Depends(remember_looks_only)])
    app.include_router(desk_routes(store, acts, SHIPPED))
    app.include_router(page_routes(screen, acts, SHIPPED))
    install_frame(app, pages=pages)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk")


@pytest.mark.parametrize(
    ("decides", "at_the_desk", "walled", "shown"),
    [
        (True, True, True, True),
        (False, True, True, False),
        (True, False, True, False),
        (False, False, True, False),
        (False, True, False, True),
        (True, False, False, True),
    ],
)
async def test_page_and_json_show_the_words_to_the_same_people(
    *, decides: bool, at_the_desk: bool, walled: bool, shown: bool
) -> None:
    case = a_case(at_the_desk=at_the_desk, walled=walled)
    request_id = case.request.request_id
    async with desk(case, decides=decides) as client:
        page = (await client.get(f"/siniflandirma/{request_id}")).raise_for_status().text
        told: dict[str, Any] = (await client.get(f"/v1/requests/{request_id}")).raise_for_status().json()
        listed = (await client.get("/v1/triage")).raise_for_status().json()["items"]
    assert ("bağırdı" in page, ADDRESS in page) == (shown, shown)
    # Pictures show more than words, and the desk decides by words.
    assert ("http://intake/small" in page, "http://intake/content" in page) == (not walled,) * 2
    assert ("Dosyaları da gizlilik duvarının arkasında" in page) is walled
    for view in (told, *listed):
        assert view["hidden"] is not shown
        assert (view["request"]["description"] == WORDS) is shown
        assert view["request"]["place"].get("address") == (ADDRESS if shown else None)
        assert view["request"]["place"]["neighbourhood"] == "Cihangir"
