"""The web form as a browser without JavaScript uses it: page by page, with a draft in between."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI, Request

from services.intake.acceptance import Acceptance
from services.intake.app import create_app
from services.intake.attachments.cabinet import Cabinet, Kept
from services.intake.attachments.limits import MOST_FILES
from services.intake.attachments.records import Owner
from services.intake.form_tokens import new_token
from services.intake.idempotency import KeyInFlightError
from services.intake.pages.form import FILES, OBSERVED, SHOT, SPOT, Draft, Step
from services.intake.pages.form_drafts import LIFETIME, Drafts
from services.intake.store import IntakeStore
from shared.clock import ISTANBUL, system_clock
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Kind, Medium
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import at_work, client_of, intake_on
from tests.support.nearby import KnownNearby
from tests.support.serving import served
from tests.unit.intake.hostile.making import exif, jpeg, picture, written

WHAT = {"ne": "Akarsu Yokuşu’nun başındaki çöp konteyneri taşıyor."}
WHERE = {"mahalle": "Cihangir", "adres": "Akarsu Yokuşu, 14 numaranın önü"}
REACH = {"ulasim": "sms", "telefon": "0532 000 00 00", "eposta": ""}


@pytest.fixture
async def app(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


class Visitor:
    """Somebody at the form.

    Attributes:
        page: the answer that is on the screen.
    """

    def __init__(self, door: httpx.AsyncClient) -> None:
        self._door = door
        self.page: httpx.Response

    @property
    def step(self) -> str:
        return self.page.url.path.rpartition("/")[2]

    async def open(self, address: str) -> None:
        self.page = await self._door.get(address, follow_redirects=True)

    async def follow(self, words: str) -> None:
        """Follow the link whose text begins with ``words``."""
        found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>{words}', self.page.text)
        assert found is not None, words
        await self.open(urljoin(str(self.page.url), found[1].replace("&amp;", "&")))

    async def send(self, *photos: bytes, **answers: str) -> None:
        """Press the button of the page that is on the screen."""
        action = re.search(r'action="([^"]+)"', self.page.text)
        assert action is not None
        address = urljoin(str(self.page.url), action[1].replace("&amp;", "&"))
        files = [("dosya", ("photo.jpg", photo, "image/jpeg")) for photo in photos]
        self.page = await self._door.post(address, data=answers, files=files, follow_redirects=True)

    async def fill_in(self) -> None:
        """Answer all pages of a plain request and stand before the check."""
        await self.open("/basvuru")
        await self.send(**WHAT)
        await self.send(**WHERE)
        await self.send(**REACH)
        assert self.step == "kontrol"

    @property
    def number(self) -> str:
        found = re.search(r"BB-\d{4}-\d{7}-[A-Z]", self.page.text)
        assert found is not None
        return found[0]


@pytest.fixture
def visitor(door: httpx.AsyncClient) -> Visitor:
    return Visitor(door)


async def recorded(database: Database, number: str) -> RequestReceived:
    record = await IntakeStore(database, watch_grace=timedelta(minutes=1)).request_by_number(number)
    assert record is not None
    return RequestReceived.model_validate_json(record.event)


async def test_a_request_goes_page_by_page_to_its_receipt(visitor: Visitor, database: Database) -> None:
    steps = []
    await visitor.open("/basvuru")
    for answers in (WHAT, WHERE, REACH):
        steps.append(visitor.step)
        await visitor.send(**answers)
    steps.append(visitor.step)
    assert steps == ["ne", "nerede", "ulasim", "kontrol"]
    for words in (WHAT["ne"], "Cihangir, Akarsu Yokuşu, 14 numaranın önü", "SMS · 0532 000 00 00"):
        assert words in visitor.page.text
    await visitor.send()
    assert visitor.page.url.path.startswith("/basvuru/alindi/")
    event = await recorded(database, visitor.number)
    assert event.description == WHAT["ne"]
    assert event.place.neighbourhood == "Cihangir"
    assert await database.collection("drafts").count({}) == 0


async def test_a_complaint_is_ticked_read_back_and_recorded_as_one(
    visitor: Visitor, database: Database
) -> None:
    await visitor.fill_in()
    assert "<strong>Şikâyet</strong>" not in visitor.page.text
    await visitor.follow("Değiştir")
    await visitor.send(**WHAT, sikayet="1")
    assert (visitor.step, "<strong>Şikâyet</strong>" in visitor.page.text) == ("kontrol", True)
    await visitor.send()
    assert (await recorded(database, visitor.number)).kind is Kind.COMPLAINT
    await visitor.open("/basvuru?tur=dilekce")
    assert 'name="sikayet"' not in visitor.page.text


async def test_each_page_refuses_by_itself_and_keeps_what_was_typed(visitor: Visitor) -> None:
    await visitor.open("/basvuru")
    await visitor.send(ne="   ")
    assert visitor.page.status_code == 422
    assert "<title>Hata: Ne oldu?" in visitor.page.text
    await visitor.send(**WHAT)
    await visitor.send(mahalle="", adres="")
    assert visitor.page.status_code == 422
    assert "Yer seçin" in visitor.page.text
    assert "Ne olduğunu yazın" not in visitor.page.text
    await visitor.send(**WHERE)
    await visitor.send(ulasim="sms", telefon="5xx 000 00")
    assert visitor.page.status_code == 422
    assert 'value="5xx 000 00"' in visitor.page.text
    assert visitor.page.text.count("Cep telefonunuzu 10 haneli yazın") == 2
    await visitor.send(**REACH)
    assert visitor.step == "kontrol"


async def test_the_check_leads_to_each_answer_and_straight_back(visitor: Visitor) -> None:
    await visitor.fill_in()
    await visitor.follow("Değiştir")
    assert visitor.step == "ne"
    assert WHAT["ne"] in visitor.page.text
    await visitor.send(ne="Sokak lambası yanmıyor")
    assert visitor.step == "kontrol"
    assert "Sokak lambası yanmıyor" in visitor.page.text
    for step in ("ulasim", "nerede", "ne"):
        await visitor.follow("Geri")
        assert visitor.step == step
    await visitor.follow("Geri")
    assert visitor.page.url.path == "/"


async def test_the_other_language_keeps_page_and_answers(visitor: Visitor) -> None:
    await visitor.fill_in()
    await visitor.follow("English")
    assert visitor.step == "kontrol"
    assert "Is this right?" in visitor.page.text
    assert WHAT["ne"] in visitor.page.text


async def test_unfinished_answers_come_along_to_the_page_before_and_the_other_language(
    visitor: Visitor,
) -> None:
    await visitor.open("/basvuru")
    await visitor.send(**WHAT)
    await visitor.send(adres="Akarsu", sonra="en")
    assert visitor.step == "nerede"
    assert "Where?" in visitor.page.text
    assert 'value="Akarsu"' in visitor.page.text
    await visitor.send(adres="Akarsu Y", sonra="geri")
    assert visitor.step == "ne"
    await visitor.send(**WHAT)
    assert 'value="Akarsu Y"' in visitor.page.text
    await visitor.send(adres="Akarsu Y", sonra="//elsewhere.example")
    assert visitor.page.url.host == "intake"


async def test_nobody_sees_the_check_before_all_is_answered(visitor: Visitor) -> None:
    await visitor.open("/basvuru")
    address = str(visitor.page.url)
    await visitor.send(**WHAT)
    await visitor.open(address.replace("/ne?", "/kontrol?"))
    assert visitor.step == "nerede"
    await visitor.open(address.replace("/ne?", "/kim?"))
    assert visitor.step == "nerede"


async def test_a_position_is_recorded_with_its_accuracy(visitor: Visitor, database: Database) -> None:
    await visitor.open("/basvuru")
    await visitor.send(**WHAT)
    await visitor.send(mahalle="", adres="", enlem="41.031200", boylam="28.984300", dogruluk="15")
    await visitor.send(ulasim="yok")
    assert "Haritada işaretli yer" in visitor.page.text
    await visitor.send()
    place = (await recorded(database, visitor.number)).place
    assert (place.lat, place.lon, place.accuracy_m, place.located_by) == (41.0312, 28.9843, 15, "gps")


async def test_who_asks_for_a_call_reads_it_at_the_check_and_is_recorded_for_it(
    visitor: Visitor, database: Database
) -> None:
    await visitor.open("/basvuru")
    await visitor.send(**WHAT)
    await visitor.send(**WHERE)
    await visitor.send(**{**REACH, "ulasim": "arama"})
    assert "Telefonla arayın · 0532 000 00 00" in visitor.page.text
    await visitor.send()
    event = await recorded(database, visitor.number)
    assert event.facts.call_back
    assert Medium.SMS not in event.applicant.media


async def test_the_place_of_a_photo_is_read_from_the_forms_own_file_until_it_is_sent(
    door: httpx.AsyncClient, visitor: Visitor, database: Database
) -> None:
    await visitor.open("/basvuru")
    await visitor.send(jpeg(exif=exif().tobytes()), **WHAT)
    assert "Fotoğrafın çekildiği yer" in visitor.page.text
    offered = re.search(r'name="foto" value="([^"]+)"', visitor.page.text)
    assert offered is not None
    photo = offered[1]

    stranger = Visitor(door)
    await stranger.open("/basvuru")
    await stranger.send(**WHAT)
    await stranger.send(foto=photo)
    assert (stranger.page.status_code, stranger.step) == (422, "nerede")

    await visitor.send(foto=photo, enlem="41.5", boylam="29.5", dogruluk="1")
    await visitor.send(ulasim="yok")
    await visitor.send()
    place = (await recorded(database, visitor.number)).place
    assert (place.lat, place.lon, place.accuracy_m) == (41.0325, 28.985, 12)

    token, answers = (
        new_token(),
        {**WHAT, FILES: f"{photo}:1:p", SPOT: photo, "enlem": "41.0325", "boylam": "28.985"},
    )
    await Drafts(database, system_clock).save(token, Draft("istek", answers, frozenset({Step.WHAT})))
    await visitor.open(f"/basvuru/nerede?form={token}&tur=istek")
    assert (visitor.page.status_code, visitor.step) == (200, "nerede")
    assert 'name="foto"' not in visitor.page.text
    assert 'name="enlem" value="41.0325"' in visitor.page.text


async def test_the_time_of_a_photo_is_recorded_only_where_it_was_ticked_at_the_check(
    visitor: Visitor, database: Database
) -> None:
    yesterday = datetime.now(ISTANBUL).replace(microsecond=0) - timedelta(days=1)
    photo = jpeg(exif=exif(taken=yesterday).tobytes())
    for ticked in (True, False):
        await visitor.open("/basvuru")
        await visitor.send(photo, **WHAT)
        await visitor.send(**WHERE)
        await visitor.send(ulasim="yok")
        offered = re.search(r'name="cekim" value="([^"]+)"(.*)>', visitor.page.text)
        assert offered is not None
        assert "checked" not in offered[2]
        # Another language and back: what is ticked stays ticked, and is not sent by that.
        await visitor.send(sonra="en", **({SHOT: offered[1]} if ticked else {}))
        assert "The photo was taken on" in visitor.page.text
        assert ("checked" in visitor.page.text) is ticked
        told = {OBSERVED: "1999-01-01T00:00:00Z"} | ({SHOT: offered[1]} if ticked else {})
        await visitor.send(**told)
        event = await recorded(database, visitor.number)
        assert event.observed_at == (yesterday if ticked else None)


@pytest.mark.parametrize("what", [(Drafts, "load"), (Cabinet, "offers"), (IntakeStore, "accept")])
async def test_without_the_database_what_was_ticked_stays_ticked(
    visitor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch, what: tuple[type, str]
) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("away")

    taken = datetime.now(ISTANBUL).replace(microsecond=0)
    await visitor.open("/basvuru")
    await visitor.send(jpeg(exif=exif(taken=taken).tobytes()), **WHAT)
    await visitor.send(**WHERE)
    await visitor.send(ulasim="yok")
    offered = re.search(r'name="cekim" value="([^"]+)"', visitor.page.text)
    assert offered is not None
    with monkeypatch.context() as patched:
        patched.setattr(*what, away)
        await visitor.send(**{SHOT: offered[1]})
    assert visitor.page.status_code == 503
    shown = re.search(r'name="cekim" value="([^"]+)"( checked)?', visitor.page.text)
    hidden = f'type="hidden" name="cekim" value="{offered[1]}"'
    assert shown is not None
    assert shown[2] or hidden in visitor.page.text
    await visitor.send(**{SHOT: shown[1]})
    assert (await recorded(database, visitor.number)).observed_at == taken


async def test_of_what_is_no_report_no_time_is_asked(visitor: Visitor) -> None:
    await visitor.open("/basvuru?tur=bilgi")
    await visitor.send(jpeg(exif=exif(taken=datetime.now(ISTANBUL)).tobytes()), ne="Kaç park var?")
    await visitor.send(ad="Ayşe Örnek", ikamet="Ağa Hamamı Sokak 7")
    await visitor.send(ulasim="yok")
    assert visitor.step == "kontrol"
    assert 'name="cekim"' not in visitor.page.text


async def test_a_position_elsewhere_is_refused_in_words(visitor: Visitor) -> None:
    await visitor.open("/basvuru")
    await visitor.send(**WHAT)
    await visitor.send(enlem="39.92", boylam="32.85")
    assert visitor.page.status_code == 422
    assert "Konum İstanbul dışında" in visitor.page.text


async def test_sent_twice_it_is_one_request(visitor: Visitor, database: Database) -> None:
    await visitor.fill_in()
    check = visitor.page
    await visitor.send()
    number = visitor.number
    visitor.page = check
    await visitor.send()
    assert visitor.number == number
    # Whoever goes back is shown what has become of the form.
    await visitor.open(str(check.url).replace("/kontrol?", "/ne?"))
    assert visitor.number == number
    assert await database.collection("requests").count({}) == 1


async def test_what_was_changed_elsewhere_while_it_was_sent_may_be_sent_as_a_second(
    visitor: Visitor, database: Database
) -> None:
    await visitor.fill_in()
    token = visitor.page.url.params["form"]
    check = visitor.page
    drafts = Drafts(database, system_clock)
    draft = await drafts.load(token)
    assert draft is not None
    await visitor.send()
    first = visitor.number
    await drafts.save(token, draft.answered(Step.WHAT, {"ne": "Başka bir konu"}).settle(Step.WHAT))
    visitor.page = check
    await visitor.send()
    assert visitor.page.status_code == 422
    assert "daha önce gönderdiniz" in visitor.page.text
    await visitor.send()
    assert visitor.number != first


async def test_a_draft_that_is_over_is_forgotten_and_says_so(visitor: Visitor, database: Database) -> None:
    await visitor.open("/basvuru?tur=bilgi")
    await visitor.send(ne="Kaç park yenilendi?")
    over = {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}}
    await database.collection("drafts").update({}, over)
    await visitor.send(ad="Ayşe Örnek", ikamet="Ağa Hamamı Sokak 7", kimlik="")
    assert visitor.step == "ne"
    assert "24 saat" in visitor.page.text
    assert "Kaç park yenilendi?" not in visitor.page.text
    await visitor.send(ne="Kaç park yenilendi?")
    assert visitor.step == "ulasim"


async def test_a_draft_waits_for_a_day_after_the_last_answer(database: Database) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    drafts, token = Drafts(database, lambda: now), new_token()
    draft = Draft("istek", {"ne": "Çöp"}, frozenset({Step.WHAT}))
    await drafts.save(token, draft)
    now += LIFETIME - timedelta(seconds=1)
    assert await drafts.load(token) == draft
    await drafts.save(token, draft)
    now += LIFETIME - timedelta(seconds=1)
    assert await drafts.load(token) == draft
    now += timedelta(seconds=1)
    assert await drafts.load(token) is None
    assert await drafts.load(new_token()) is None


async def test_a_draft_tells_nothing_to_who_has_only_the_database(
    visitor: Visitor, database: Database
) -> None:
    await visitor.fill_in()
    (document,) = await database.collection("drafts").find({})
    stored = repr(document)
    for secret in ("Akarsu", "0532", "Cihangir", visitor.page.url.params["form"]):
        assert secret not in stored


@pytest.mark.parametrize("token", ["", "x", "a" * 31, "ş" * 32, "a" * 31 + "/"])
async def test_a_token_that_is_none_of_ours_begins_a_new_form(visitor: Visitor, token: str) -> None:
    await visitor.open(f"/basvuru/nerede?form={token}&tur=dilekce")
    assert visitor.step == "ne"
    assert visitor.page.url.params["tur"] == "dilekce"
    assert visitor.page.url.params["form"] != token


async def test_a_page_that_does_not_exist_is_not_found(visitor: Visitor) -> None:
    await visitor.open(f"/basvuru/nasil?form={new_token()}")
    assert visitor.page.status_code == 404


@pytest.mark.parametrize(
    ("step", "what"),
    [("ne", (Drafts, "load")), ("kontrol", (Drafts, "load")), ("kontrol", (IntakeStore, "accept"))],
)
async def test_without_the_database_what_was_typed_stays_and_may_be_sent_again(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: str, what: tuple[type, str]
) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("away")

    await visitor.fill_in()
    if step == "ne":
        await visitor.follow("Değiştir")
    with monkeypatch.context() as patched:
        patched.setattr(*what, away)
        await visitor.send(ne="Sokak lambası yanmıyor")
    assert visitor.page.status_code == 503
    assert visitor.page.headers["Retry-After"]
    assert "Şu an yoğunuz" in visitor.page.text
    if step == "ne":
        assert "Sokak lambası yanmıyor" in visitor.page.text
        await visitor.send(ne="Sokak lambası yanmıyor")
    await visitor.send()
    assert visitor.number


async def test_law_doors_ask_for_their_elements_and_record_what_lacks(
    visitor: Visitor, database: Database
) -> None:
    await visitor.open("/basvuru?tur=bilgi")
    await visitor.send(ne="2025 yılında kaç park yenilendi?")
    await visitor.send(ad="", ikamet="", kimlik="")
    assert visitor.page.status_code == 422
    assert visitor.page.text.count("kanun istiyor") == 4
    await visitor.send(ad="Ayşe Örnek", ikamet="Ağa Hamamı Sokak 7", kimlik="10000000146")
    await visitor.send(ulasim="yok")
    assert "10000000146" in visitor.page.text
    await visitor.send()
    event = await recorded(database, visitor.number)
    assert event.elements_missing == ()
    assert "Ayşe" not in event.model_dump_json()


async def test_the_check_tells_of_danger_and_of_a_similar_report_and_stops_nobody(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    router, told = FastAPI(), []

    @router.post("/internal/v1/first-look")
    async def look(request: Request) -> dict[str, Any]:
        told.append(await request.json())
        common = {"receipt_number": "x", "state": "assigned", "holder": "h"}
        seen = {**common, "received_at": datetime.now(UTC).isoformat()}
        gas = {"title": "Gaz kaçağı", "phone": "187", "words": "gaz kokusu"}
        return {
            "dangers": [gas, {**gas, "words": "gaz"}],
            "alike": [
                {**seen, "words": None, "distance_m": 5},
                {**seen, "words": "Komşunun sözleri", "distance_m": 40},
                {**seen, "words": "Komşunun sözleri", "distance_m": None},
            ],
        }

    with served(router) as address:
        asking = intake_on(monkeypatch, mongodb, database_name, tmp_path, ISTEK_ROUTER_URL=address)
        async with at_work(asking) as client:
            visitor = Visitor(client)
            await visitor.open("/basvuru")
            await visitor.send(ne="Sokakta gaz kokusu var, numaram 0532 111 22 33")
            await visitor.send(**WHERE)
            await visitor.send(**REACH)
            assert visitor.page.text.count("Gaz kaçağı") == 1
            assert 'href="tel:187"' in visitor.page.text
            assert "en çok 50 m ötede, bugün" in visitor.page.text
            assert "Komşunun" not in visitor.page.text
            await visitor.send()
            assert visitor.number
            # Of an information request nothing is asked: it is no report.
            await visitor.open("/basvuru?tur=bilgi")
            await visitor.send(ne="Gaz kokusu ihbarı kaç kez geldi?")
            await visitor.send(ad="Ayşe Örnek", ikamet="Ağa Hamamı Sokak 7")
            await visitor.send(ulasim="yok")
            assert visitor.step == "kontrol"
    assert len(told) == 1
    assert "0532" not in str(told)


async def test_the_map_is_offered_only_where_there_are_tiles_and_data_is_not_saved(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.open("/basvuru")
    await visitor.send(**WHAT)
    assert 'id="harita"' not in visitor.page.text
    monkeypatch.setenv("ISTEK_WEB_TILE_URL", "https://tiles.example/{z}/{x}/{y}.png")
    async with at_work(create_app()) as client:
        page = await client.get(visitor.page.url)
        assert 'id="harita"' in page.text
        assert "https://tiles.example;" in page.headers["content-security-policy"]
        page = await client.get(visitor.page.url, headers={"Save-Data": "on"})
        assert 'id="harita"' not in page.text


@pytest.fixture
async def nearby(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[KnownNearby, Visitor]]:
    """Such a router, and somebody at the form of an intake that asks it."""
    router = KnownNearby()
    with served(router.app) as address:
        asking = intake_on(monkeypatch, mongodb, database_name, tmp_path, ISTEK_ROUTER_URL=address)
        async with at_work(asking) as client:
            yield router, Visitor(client)


ADD_ME = {"beni-de-ekle": "1"}


async def test_one_press_adds_the_applicant_to_the_request_nearby(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    for words in ("Beni de ekle", "Çöp konteyneri", "En çok 50 m ötede, bugün", "Ayrı başvuru olarak gönder"):
        assert words in visitor.page.text
    for secret in (str(router.request_id), "0000777", "Komşunun"):
        assert secret not in visitor.page.text
    assert "Yakında benzer bir bildirim" not in visitor.page.text
    check = visitor.page
    await visitor.send(**ADD_ME)
    number = visitor.number
    event = await recorded(database, number)
    assert (event.joins, event.receipt_number) == (router.request_id, number)
    visitor.page = check
    await visitor.send(**ADD_ME)
    assert visitor.number == number
    assert await database.collection("requests").count({}) == 1


async def test_the_offer_tells_nobody_whether_a_number_has_asked_before(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    await visitor.send()
    own = await recorded(database, visitor.number)
    assert router.joinable
    router.joinable |= {"request_id": str(own.request_id), "receipt_number": own.receipt_number}

    async def offered(phone: str) -> str:
        await visitor.open("/basvuru")
        await visitor.send(**WHAT)
        await visitor.send(**WHERE)
        await visitor.send(**{**REACH, "telefon": phone})
        assert "siz yaptıysanız yeniden göndermeniz gerekmez" in visitor.page.text
        assert own.receipt_number not in visitor.page.text
        return re.sub(r"form=[\w-]+", "form=", visitor.page.text).replace(phone, "")

    assert await offered(REACH["telefon"]) == await offered("0532 000 00 09")
    assert await database.collection("looks").count({}) == 0, "nobody was looked up"


async def test_who_is_added_takes_the_time_of_a_photo_along(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    taken = datetime.now(ISTANBUL).replace(microsecond=0) - timedelta(days=1)
    await visitor.open("/basvuru")
    await visitor.send(jpeg(exif=exif(taken=taken).tobytes()), **WHAT)
    await visitor.send(**WHERE)
    await visitor.send(ulasim="yok")
    offered = re.search(r'name="cekim" value="([^"]+)"', visitor.page.text)
    assert offered is not None
    await visitor.send(sonra="en", **{SHOT: offered[1]})
    assert "Add me to it" in visitor.page.text
    await visitor.send(**ADD_ME, **{SHOT: offered[1]})
    event = await recorded(database, visitor.number)
    assert (event.joins, event.observed_at) == (router.request_id, taken)


async def test_who_sends_it_apart_is_added_to_nothing(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    _, visitor = nearby
    await visitor.fill_in()
    await visitor.send()
    assert (await recorded(database, visitor.number)).joins is None


async def test_the_browser_cannot_say_which_request_it_is(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    await visitor.send(**{"beni-de-ekle": str(uuid4()), "joins": str(uuid4()), "known": str(uuid4())})
    assert (await recorded(database, visitor.number)).joins == router.request_id


async def test_an_offer_that_other_answers_were_given_to_is_over_and_nothing_is_sent(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    check = visitor.page
    router.joinable = None
    await visitor.follow("Değiştir")
    await visitor.send(ne="Sokak lambası yanmıyor")
    assert "Beni de ekle" not in visitor.page.text
    visitor.page = check
    await visitor.send(**ADD_ME)
    assert visitor.page.status_code == 409
    assert "Henüz bir şey gönderilmedi" in visitor.page.text
    assert await database.collection("requests").count({}) == 0
    await visitor.send()
    assert (await recorded(database, visitor.number)).joins is None


async def test_the_press_needs_no_router(nearby: tuple[KnownNearby, Visitor], database: Database) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    asked = router.asked
    router.joinable = None
    await visitor.send(**ADD_ME)
    assert (await recorded(database, visitor.number)).joins == router.request_id
    assert router.asked == asked


async def test_new_answers_take_the_offer_away(database: Database) -> None:
    drafts, token, known = Drafts(database, system_clock), new_token(), uuid4()
    draft = Draft("istek", {"ne": "Çöp"}, frozenset({Step.WHAT}))
    await drafts.save(token, draft)
    await drafts.offer(token, known)
    assert await drafts.load(token) == replace(draft, known=known)
    await drafts.offer(token, None)
    assert await drafts.load(token) == draft
    await drafts.offer(token, known)
    await drafts.save(token, draft)
    assert await drafts.load(token) == draft


@pytest.mark.parametrize(
    ("what", "fault", "status"),
    [
        ((Drafts, "load"), UnavailableError("away"), 503),
        ((IntakeStore, "accept"), UnavailableError("away"), 503),
        ((Acceptance, "accept"), KeyInFlightError(), 409),
    ],
)
async def test_who_could_not_be_sent_asks_to_be_added_once_more(
    nearby: tuple[KnownNearby, Visitor],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    *,
    what: tuple[type, str],
    fault: Exception,
    status: int,
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise fault

    router, visitor = nearby
    await visitor.fill_in()
    with monkeypatch.context() as patched:
        patched.setattr(*what, fails)
        await visitor.send(**ADD_ME)
    assert visitor.page.status_code == status
    assert 'name="beni-de-ekle"' in visitor.page.text
    assert "Ayrı başvuru" not in visitor.page.text
    await visitor.send(**ADD_ME)
    assert (await recorded(database, visitor.number)).joins == router.request_id


async def test_what_cannot_be_kept_is_not_offered_and_stops_nobody(
    nearby: tuple[KnownNearby, Visitor], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise UnavailableError("away")

    _, visitor = nearby
    monkeypatch.setattr(Drafts, "offer", away)
    await visitor.fill_in()
    assert "Beni de ekle" not in visitor.page.text
    assert "Yakında benzer bir bildirim" in visitor.page.text
    await visitor.send()
    assert (await recorded(database, visitor.number)).joins is None


async def test_what_was_offered_tells_nothing_to_who_has_only_the_database(
    nearby: tuple[KnownNearby, Visitor], database: Database
) -> None:
    router, visitor = nearby
    await visitor.fill_in()
    (document,) = await database.collection("drafts").find({})
    assert document["known"]
    assert router.request_id.bytes not in document["known"]
    assert str(router.request_id) not in repr(document)


@pytest.mark.parametrize("slug", ["bilgi", "kisisel-veri"])
async def test_what_is_no_report_is_never_offered_to_be_added(
    nearby: tuple[KnownNearby, Visitor], slug: str
) -> None:
    _, visitor = nearby
    await visitor.open(f"/basvuru?tur={slug}")
    await visitor.send(ne="Kaç park yenilendi?")
    await visitor.send(ad="Ayşe Örnek", ikamet="Ağa Hamamı Sokak 7", kimlik="10000000146")
    await visitor.send(ulasim="yok")
    assert visitor.step == "kontrol"
    assert "Beni de ekle" not in visitor.page.text


# --- files by themselves, as a script sends them -----------------------------------------------------------


def uploads_of(visitor: Visitor) -> str:
    found = re.search(r'data-to="([^"]+)"', visitor.page.text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def as_file(content: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("dosya", ("photo.jpg", content, "image/jpeg"))]


def files_shown(visitor: Visitor) -> list[str]:
    return re.findall(r'name="sil" value="([^"]+)"', visitor.page.text)


async def test_a_file_that_is_sent_again_counts_once_even_as_the_last_that_fits(
    door: httpx.AsyncClient, visitor: Visitor
) -> None:
    await visitor.open("/basvuru")
    here, to = str(visitor.page.url), uploads_of(visitor)
    photos = [written(picture(40 + n, 30), "JPEG") for n in range(MOST_FILES + 1)]
    for photo in photos[:MOST_FILES]:
        assert (await door.post(to, files=as_file(photo))).status_code == 204
    assert (await door.post(to, files=as_file(photos[MOST_FILES - 1]))).status_code == 204
    refused = await door.post(to, files=as_file(photos[MOST_FILES]))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_many_files")
    await visitor.open(here)
    assert len(files_shown(visitor)) == MOST_FILES
    assert (await door.post(to, data={"sil": files_shown(visitor)[0]})).status_code == 204
    await visitor.open(here)
    assert len(files_shown(visitor)) == MOST_FILES - 1


async def test_a_file_and_an_answer_that_come_at_once_do_not_undo_each_other(
    door: httpx.AsyncClient, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is answered while its photo is being examined, which takes longer."""
    await visitor.open("/basvuru")
    to = uploads_of(visitor)
    await visitor.send(**WHAT)
    examine = Cabinet.keep
    answered: list[None] = []

    async def keep_slowly(
        cabinet: Cabinet, owner: Owner, key: str, file: BinaryIO, *, request_id: UUID | None
    ) -> Kept:
        if not answered:
            answered.append(None)
            await visitor.send(**WHERE)
        return await examine(cabinet, owner, key, file, request_id=request_id)

    monkeypatch.setattr(Cabinet, "keep", keep_slowly)
    assert (await door.post(to, files=as_file(jpeg()))).status_code == 204
    assert visitor.step == "ulasim"
    await visitor.send(ulasim="yok")
    assert visitor.step == "kontrol"
    assert "Cihangir" in visitor.page.text
    assert visitor.page.text.count('class="attached"') == 1


async def test_a_file_that_is_not_taken_is_told_about_and_leaves_the_form_as_it_was(
    door: httpx.AsyncClient, visitor: Visitor
) -> None:
    await visitor.open("/basvuru")
    refused = await door.post(uploads_of(visitor), files=as_file(b"merhaba"))
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "file_type")
    await visitor.open(str(visitor.page.url))
    assert files_shown(visitor) == []


async def test_no_file_comes_to_a_form_that_was_sent_or_is_none_of_ours(
    door: httpx.AsyncClient, visitor: Visitor
) -> None:
    await visitor.fill_in()
    to = uploads_of(visitor)
    foreign = await door.post(to, files=as_file(jpeg()), headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    await visitor.send()
    late = await door.post(to, files=as_file(jpeg()))
    assert (late.status_code, late.json()["type"]) == (410, "urn:istek:problem:form-sent")
    assert (await door.post("/basvuru/dosya?form=short", files=as_file(jpeg()))).status_code == 404
