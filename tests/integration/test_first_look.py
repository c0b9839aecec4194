"""The router's first look over a real database and with the classifier that ships."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.router.deciding import Decider
from services.router.desk.first_look import FirstLooks, first_look_routes
from services.router.domain.cases import Case
from services.router.knowledge.loader import load_knowledge
from services.router.store import RouterStore
from shared.contracts.requests import AttachedFile, Place
from shared.contracts.vocabulary import Priority
from shared.storage import Database
from tests.support.desk import decision, received, sent, waiting

NOW = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
KNOWLEDGE = load_knowledge()
BINS = KNOWLEDGE.candidate("TEM-KNT", "temizlik", 0.9)
HERE = {"lat": 41.0325, "lon": 28.9836}


class Router:
    def __init__(self, database: Database) -> None:
        self.store = RouterStore(database)
        app = FastAPI()
        app.include_router(first_look_routes(FirstLooks(self.store, Decider.load(), KNOWLEDGE, lambda: NOW)))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://router")

    async def take(self, *cases: Case) -> None:
        await self.store.announce([case.request for case in cases], NOW - timedelta(hours=3))
        await self.store.append([case.last for case in cases], NOW - timedelta(hours=3))

    async def look(self, text: str, **place: object) -> dict[str, Any]:
        answer = await self.client.post("/internal/v1/first-look", json={"description": text, "place": place})
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def router(mongodb: str, database_name: str) -> AsyncIterator[Router]:
    database = Database.connect(mongodb, database_name)
    router = Router(database)
    await router.store.ensure_indexes()
    async with router.client:
        yield router
    await database.close()


def bins(number: int, text: str, place: Place, **changes: object) -> Case:
    photo = AttachedFile(id=uuid4(), media_type="image/jpeg", size=1000, sha256="0" * 64)
    request = received(number, text, NOW - timedelta(hours=3), place=place, attachments=(photo,))
    return sent(request, decision([BINS], **changes))


async def test_open_requests_of_the_neighbourhood_about_the_same_are_found(router: Router) -> None:
    cihangir, elsewhere = Place(neighbourhood="Cihangir"), Place(neighbourhood="Örnektepe")
    secret = bins(3, "Çöp konteyneri taşmış, komşum Ali yapıyor", cihangir, seen_only_by="teftis")
    await router.take(
        bins(1, "Çöp konteyneri taşıyor, kokuyor", cihangir), bins(2, "Çöp konteyneri", elsewhere), secret
    )
    found = (await router.look("Çöp konteyneri taşıyor, günlerdir boşaltılmıyor", neighbourhood="Cihangir"))[
        "alike"
    ]
    assert [a["receipt_number"][8:15] for a in found] == ["0000001", "0000003"]
    assert found[0]["words"] == "Çöp konteyneri taşıyor, kokuyor"
    assert found[0]["holder"] == "Temizlik İşleri Müdürlüğü"
    assert (found[1]["words"], found[1]["lat"]) == (None, None), "behind a privacy wall"
    assert [a["files"] for a in found] == [1, 0]


async def test_with_coordinates_only_what_is_within_250_metres_counts(router: Router) -> None:
    near = Place(lat=HERE["lat"] + 0.001, lon=HERE["lon"])
    far = Place(lat=HERE["lat"] + 0.003, lon=HERE["lon"])
    await router.take(bins(1, "Çöp konteyneri taşıyor", near), bins(2, "Çöp konteyneri taşıyor", far))
    (found,) = (await router.look("Çöp konteyneri taşıyor, günlerdir boşaltılmıyor", **HERE))["alike"]
    assert (found["receipt_number"], round(found["distance_m"])) == ("BB-2026-0000001-M", 111)
    assert (found["lat"], found["lon"]) == (near.lat, near.lon)


async def test_one_that_can_be_joined_is_named_by_what_anybody_may_know(router: Router) -> None:
    near = Place(lat=HERE["lat"] + 0.0003, lon=HERE["lon"])
    known = bins(1, "Çöp konteyneri taşıyor, günlerdir boşaltılmıyor, komşum Ali", near)
    await router.take(known, bins(2, "Çöp konteyneri", near))
    look = await router.look("Çöp konteyneri taşıyor, günlerdir boşaltılmıyor", **HERE)
    assert look["joinable"] == {
        "request_id": str(known.request.request_id),
        "receipt_number": "BB-2026-0000001-M",
        "subject": BINS.category_title,
        "distance_m": pytest.approx(33.4, abs=0.5),
        "received_at": "2026-11-23T08:32:00.000Z",
    }
    assert [a["receipt_number"][8:15] for a in look["alike"]] == ["0000001", "0000002"]


async def test_neither_far_away_nor_in_danger_anybody_is_named_to_be_joined(router: Router) -> None:
    far = Place(lat=HERE["lat"] + 0.001, lon=HERE["lon"])
    await router.take(bins(1, "Çöp konteyneri taşıyor", far))
    look = await router.look("Çöp konteyneri taşıyor", **HERE)
    assert (len(look["alike"]), look["joinable"]) == (1, None)
    await router.take(bins(2, "Çöp konteyneri taşıyor, gaz kokusu var", Place(**HERE)))
    look = await router.look("Çöp konteyneri taşıyor, gaz kokusu var", **HERE)
    assert look["dangers"]
    assert look["joinable"] is None


async def test_a_danger_is_named_and_nothing_is_recorded(router: Router) -> None:
    look = await router.look("Kablo kopmuş, kıvılcım çıkıyor", neighbourhood="Kulaksız")
    assert [(d["phone"], d["words"]) for d in look["dangers"]] == [("112", "Kablo kopmuş")]
    assert await router.store.count_waiting() == 0
    assert [s async for s in router.store.states()] == []


async def test_what_waits_for_a_person_is_open_too(router: Router) -> None:
    case = waiting(
        received(7, "Çöp konteyneri taşıyor", NOW, place=Place(neighbourhood="Cihangir")),
        decision([BINS], priority=Priority.NORMAL),
    )
    await router.take(case)
    look = await router.look("Çöp konteyneri taşıyor, günlerdir boşaltılmıyor", neighbourhood="Cihangir")
    assert [a["state"] for a in look["alike"]] == ["triage"]
