"""The operator's and the counter's screen over a real database; a small server stands for the router."""

import io
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from services.intake.clients.api_keys import hash_of, new_key
from services.intake.clients.grants import Grant
from services.intake.clients.store import GrantStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from shared.contracts.lifecycle import RequestTriaged
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import as_service, at_work, intake_on
from tests.support.serving import served
from tests.support.staff import Router

PHONE = "0532 000 00 01"
UUID_IN = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
WALLED = Path("shared/contracts/examples/request.triaged.v1/behind-a-privacy-wall.json").read_text("utf-8")
KEY = {"X-Api-Key": new_key()}
HOUSE = "http://127.0.0.1:8000"
"""Where staff without sign-in are let in: this machine, by its own name."""
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture(scope="module")
def router() -> Router:
    return Router()


@pytest.fixture(scope="module")
def router_address(router: Router) -> Iterator[str]:
    with served(router.app) as address:
        yield address


@pytest.fixture
async def house(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, router_address: str
) -> AsyncIterator[httpx.AsyncClient]:
    database = Database.connect(mongodb, database_name)
    await GrantStore(database).add(
        Grant(hash_of(KEY["X-Api-Key"]), "cagri-merkezi", frozenset({Channel.CALL}), date(2026, 11, 1))
    )
    await database.close()
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path, ISTEK_ROUTER_URL=router_address)
    async with at_work(app, base_url=HOUSE) as client:
        client.headers["Accept"] = "text/html"
        yield client


@pytest.fixture
async def store(mongodb: str, database_name: str) -> AsyncIterator[IntakeStore]:
    database = Database.connect(mongodb, database_name)
    yield IntakeStore(database, watch_grace=timedelta(seconds=60))
    await database.close()


async def form(house: httpx.AsyncClient, place: str, **answers: str) -> dict[str, str]:
    """Return what the page's own form would send."""
    return dict(HIDDEN.findall((await house.get(place)).text)) | {"gorevli": "E.D."} | answers


async def call(house: httpx.AsyncClient, **answers: str) -> httpx.Response:
    return await house.post("/cagri", data=await form(house, "/cagri", ne="Çukur var", **answers))


def png() -> bytes:
    sheet = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(sheet, "PNG")
    return sheet.getvalue()


def saved_id(answer: httpx.Response) -> UUID:
    assert answer.status_code == 303, answer.text
    found = UUID_IN.search(answer.headers["location"])
    assert found
    return UUID(found[0])


async def recorded(store: IntakeStore, answer: httpx.Response) -> RequestReceived:
    record = await store.request(saved_id(answer))
    assert record
    return RequestReceived.model_validate_json(record.event)


async def looks(house: httpx.AsyncClient, request_id: UUID) -> list[tuple[str, str]]:
    found = (await house.get(f"/internal/v1/vault/{request_id}/looks", auth=as_service("cli"))).json()[
        "looks"
    ]
    return [(look["service"], look["purpose"]) for look in found]


# --- The call ----------------------------------------------------------------------------------------------


async def test_a_call_is_saved_and_its_number_shown_to_be_read_out(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    answer = await call(house, telefon=PHONE, mahalle="arapcamii", geri="1", devir="Bekliyor", tehlike="1")
    record = await store.request(saved_id(answer))
    assert record
    event = RequestReceived.model_validate_json(record.event)
    assert (event.channel, event.facts.operator, event.facts.call_back) == ("call", "E.D.", True)
    assert (event.place.neighbourhood, event.danger_reported) == ("Arap Cami", True)
    page = (await house.get(answer.headers["location"])).text
    assert record.receipt_number in page
    assert f"<span>{record.receipt_number[8:10]}</span><span>{record.receipt_number[10:12]}</span>" in page
    assert "İkisini SMS ile de gönderiyoruz" in page
    assert 'value="E.D."' in page, "who saved the last one is asked no more"


async def test_the_same_form_sent_twice_is_one_call(house: httpx.AsyncClient, store: IntakeStore) -> None:
    sent = await form(house, "/cagri", ne="Çukur var")
    first, second = [saved_id(await house.post("/cagri", data=sent)) for _ in range(2)]
    assert first == second


async def test_a_call_with_gaps_comes_back_as_it_was_sent(house: httpx.AsyncClient) -> None:
    sent = await form(house, "/cagri", ne=" ", gorevli="", telefon="12", devir="<b>Not</b>", mahalle="Cihan")
    answer = await house.post("/cagri", data=sent)
    assert answer.status_code == 422
    for sentence in ("Ne olduğunu yazın", "Görevli kodunuzu yazın", "10 haneli", "en yakını: Cihangir"):
        assert sentence in answer.text
    assert "&lt;b&gt;Not&lt;/b&gt;" in answer.text
    assert f'name="form" value="{sent["form"]}"' in answer.text


async def test_when_the_database_is_away_the_text_stays_and_the_token_too(
    house: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await form(house, "/cagri", ne="Duvar eğildi", telefon=PHONE)

    async def away(*_: object) -> bool:
        raise UnavailableError("away")

    with monkeypatch.context() as outage:
        outage.setattr(IntakeStore, "accept", away)
        answer = await house.post("/cagri", data=sent)
    assert answer.status_code == 503
    assert "Yazdıklarınız duruyor" in answer.text
    assert "Duvar eğildi" in answer.text
    again = dict(HIDDEN.findall(answer.text)) | {"ne": "Duvar eğildi", "telefon": PHONE}
    assert again["form"] == sent["form"]
    assert (await house.post("/cagri", data=again)).status_code == 303


async def test_a_token_that_saved_another_call_is_replaced(house: httpx.AsyncClient) -> None:
    sent = await form(house, "/cagri", ne="Çukur var")
    await house.post("/cagri", data=sent)
    answer = await house.post("/cagri", data=sent | {"ne": "Başka bir çukur"})
    assert answer.status_code == 422
    assert "başka içerikle kaydedilmiş" in answer.text
    assert f'name="form" value="{sent["form"]}"' not in answer.text


# --- What stands beside it --------------------------------------------------------------------------------


async def test_an_unknown_caller_calls_for_the_first_time(house: httpx.AsyncClient) -> None:
    answer = await house.post("/cagri/bak?parca=arayan", data={"telefon": PHONE, "gorevli": "E.D."})
    assert "İlk araması" in answer.text


async def test_a_caller_is_known_by_number_however_it_is_typed_and_the_look_is_logged(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    notes = {"Cihangir": "Kapıcı bekliyor", "Kuloğlu": ""}
    ids = [saved_id(await call(house, telefon=PHONE, mahalle=m, devir=note)) for m, note in notes.items()]
    await call(house, telefon="0532 000 00 02")
    answer = await house.post(
        "/cagri/bak?parca=arayan", data={"telefon": "+90 (532) 000 00 01", "gorevli": "Ş.Ö."}
    )
    for request_id in ids:
        record = await store.request(request_id)
        assert record
        assert record.receipt_number in answer.text
        assert await looks(house, request_id) == [("call_screen/Ş.Ö.", "caller_history")]
    assert "Önceki başvuruları <span>2</span>" in answer.text
    assert "Kapıcı bekliyor" not in answer.text, "a note is for who signed in"
    assert "Alındı" in answer.text


async def test_without_a_staff_code_nobody_is_looked_up(house: httpx.AsyncClient) -> None:
    request_id = saved_id(await call(house, telefon=PHONE))
    house.cookies.clear()
    answer = await house.post("/cagri/bak?parca=arayan", data={"telefon": PHONE, "gorevli": ""})
    assert "Görevli kodunuzu yazınca" in answer.text
    assert await looks(house, request_id) == []


async def test_dangers_and_similar_requests_stand_beside_the_text(
    house: httpx.AsyncClient, router: Router
) -> None:
    answer = await house.post(
        "/cagri/bak?parca=konu",
        data={"ne": "Gaz kokusu var: 0532 123 45 67", "mahalle": "cihangir mah."},
    )
    assert '<a href="tel:187">187</a>’yi arayın' in answer.text
    assert "“gaz kokusu”" in answer.text
    assert "BB-2026-0000007-M · Temizlik İşleri Müdürlüğü" in answer.text
    assert "110 m" in answer.text
    assert "0532" not in router.told[-1]["description"], "what leaves the door is masked"
    assert router.told[-1]["place"]["neighbourhood"] == "Cihangir"


async def test_a_caller_is_added_to_what_is_known_on_the_operators_tick(
    house: httpx.AsyncClient, store: IntakeStore, router: Router
) -> None:
    told = {"ne": "Konteyner taşıyor", "mahalle": "Cihangir"}
    offered = await house.post("/cagri/bak?parca=konu", data=told)
    box = f'name="ekle" value="{router.known_id}"'
    assert box in offered.text
    assert f"{box} checked" not in offered.text, "never by itself"
    assert "Arayanı da ekle: BB-2026-0000007-M · Taşan konteyner" in offered.text
    ticked = await form(house, "/cagri", ekle=str(router.known_id), **told)
    gap = await house.post("/cagri", data=ticked | {"telefon": "12"})
    assert gap.status_code == 422
    assert f"{box} checked" in gap.text, "what was ticked stays"
    answer = await house.post("/cagri", data=ticked)
    assert (await recorded(store, answer)).joins == router.known_id
    page = await house.get(answer.headers["location"])
    assert "Benzer başvuruya eklenmesi istendi" in page.text
    plain = await house.post("/cagri", data=await form(house, "/cagri", **told))
    assert (await recorded(store, plain)).joins is None


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"ne": "Konteyner taşıyor, gaz kokusu var"}, id="danger"),
        pytest.param({"ne": "Konteyner kokuyor"}, id="nothing to be added to"),
    ],
)
async def test_where_the_router_names_nobody_nothing_can_be_ticked(
    house: httpx.AsyncClient, told: dict[str, str]
) -> None:
    answer = await house.post("/cagri/bak?parca=konu", data={"mahalle": "Cihangir", **told})
    assert "BB-2026-0000007-M" in answer.text
    assert 'name="ekle"' not in answer.text


async def test_a_callers_own_request_is_said_to_be_theirs_and_not_offered(
    house: httpx.AsyncClient, store: IntakeStore, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await store.request(saved_id(await call(house, telefon=PHONE)))
    assert own
    monkeypatch.setattr(router, "known", own.receipt_number)
    told = {"ne": "Konteyner taşıyor", "mahalle": "Cihangir", "gorevli": "E.D.", "ekle": str(router.known_id)}
    answer = await house.post("/cagri/bak", data={**told, "telefon": PHONE})
    assert '<p id="own"><strong>' in answer.text
    assert '<div id="join" hidden>' in answer.text
    assert f'name="ekle" value="{router.known_id}" aria' in answer.text, "ticked before, but not any more"
    other = await house.post("/cagri/bak", data={**told, "telefon": "0532 000 00 02"})
    assert '<p id="own" hidden><strong>' in other.text
    assert '<div id="join">' in other.text


async def test_without_the_router_the_screen_says_so_and_saves_all_the_same(
    mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = intake_on(monkeypatch, mongodb, database_name, tmp_path)
    async with at_work(app, base_url=HOUSE) as house:
        answer = await house.post("/cagri/bak", data={"ne": "Gaz kokusu", "gorevli": "E.D."})
        assert "şu an bakılamıyor" in answer.text
        assert "<strong>187</strong>" in answer.text, "the numbers to call stand there always"
        assert (await call(house)).status_code == 303


# --- Call-centre software ---------------------------------------------------------------------------------


async def test_software_gets_what_the_screen_shows(house: httpx.AsyncClient, store: IntakeStore) -> None:
    request_id = saved_id(await call(house, telefon=PHONE))
    record = await store.request(request_id)
    assert record
    body = {"phone": PHONE, "operator": "cm-014"}
    assert (await house.post("/v1/call/callers", json=body)).status_code == 401, "never without a key"
    house.headers.update(KEY)
    answer = await house.post("/v1/call/callers", json=body)
    assert answer.json() == {
        "total": 1,
        "newest": [
            {
                "receipt_number": record.receipt_number,
                "state": "received",
                "subject": None,
                "received_at": answer.json()["newest"][0]["received_at"],
                "files": 0,
            }
        ],
    }
    assert await looks(house, request_id) == [("cagri-merkezi/cm-014", "caller_history")]
    unknown = await house.post("/v1/call/callers", json=body | {"phone": "0532 000 00 09"})
    assert unknown.json() == {"total": 0, "newest": []}
    wrong = await house.post("/v1/call/callers", json=body | {"phone": "12"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "/phone")
    look = await house.post("/v1/call/first-look", json={"description": "Gaz kokusu var"})
    assert (look.json()["looked"], look.json()["dangers"][0]["phone"]) == (True, "187")
    assert look.json()["joinable"] is None
    told = {"description": "Konteyner taşıyor", "place": {"neighbourhood": "Cihangir"}}
    known = (await house.post("/v1/call/first-look", json=told)).json()["joinable"]
    assert (known["receipt_number"], known["subject"]) == ("BB-2026-0000007-M", "Taşan konteyner")
    sent = await house.post(
        "/v1/call/requests",
        json={**told, "operator": "cm-014", "joins": known["request_id"]},
        headers={"Idempotency-Key": str(uuid4())},
    )
    joining = await store.request(UUID(sent.json()["request_id"]))
    assert joining
    assert str(RequestReceived.model_validate_json(joining.event).joins) == known["request_id"]


async def test_behind_a_privacy_wall_the_subject_is_not_told(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    request_id = saved_id(await call(house, telefon=PHONE))
    await store.add_to_timeline([TimelineEntry(request_id, 1, RequestTriaged.ce_type, WALLED)])
    answer = await house.post("/v1/call/callers", json={"phone": PHONE, "operator": "x"}, headers=KEY)
    (found,) = answer.json()["newest"]
    assert (found["state"], found["subject"]) == ("triage", None)


# --- The counter ------------------------------------------------------------------------------------------


async def test_a_petition_leads_to_its_receipt_which_names_what_is_missing(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    sent = await form(house, "/danisma", ne="Park yasağı kalksın", ad="Mehmet Örnek", **{"var-adres": "1"})
    answer = await house.post("/danisma", data=sent | {"tur": "petition"})
    request_id = saved_id(answer)
    record = await store.request(request_id)
    assert record
    event = RequestReceived.model_validate_json(record.event)
    assert (event.channel, event.elements_missing, event.facts.operator) == ("reception", ("imza",), "E.D.")
    page = await house.get(answer.headers["location"])
    assert page.status_code == 200
    assert record.receipt_number in page.text
    assert "Eksik: imza." in page.text
    assert "Yeniden yazdır" in page.text
    assert "paper=80mm" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await house.get(f"/danisma/{uuid4()}")).status_code == 404


async def test_what_the_law_wants_is_asked_of_the_colleague(house: httpx.AsyncClient) -> None:
    sent = await form(house, "/danisma", ne="Kaç park yenilendi?", tur="information")
    answer = await house.post("/danisma", data=sent)
    assert answer.status_code == 422
    assert "Başvuranın adını yazın ya da kâğıtta olduğunu işaretleyin" in answer.text


async def test_a_scan_comes_with_the_form_and_stays_when_the_form_has_gaps(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    sheet = {"tarama": ("dilekce.png", png(), "image/png")}
    gap = await house.post("/danisma", data=await form(house, "/danisma", ne=" "), files=sheet)
    assert gap.status_code == 422
    assert "1 dosya yüklendi" in gap.text
    again = dict(HIDDEN.findall(gap.text)) | {"ne": "Park yasağı kalksın", "tur": "petition"}
    answer = await house.post("/danisma", data=again, files={"tarama": ("", b"")})
    record = await store.request(saved_id(answer))
    assert record
    (scan,) = RequestReceived.model_validate_json(record.event).attachments
    assert (scan.media_type, scan.width) == ("image/png", 60)


async def test_a_scan_can_be_looked_at_once_it_is_saved_but_not_behind_a_wall(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    sheet = {"tarama": ("dilekce.png", png(), "image/png")}
    sent = await form(house, "/danisma", ne="Park yasağı kalksın", tur="petition")
    answer = await house.post("/danisma", data=sent, files=sheet)
    request_id = saved_id(answer)
    page = (await house.get(answer.headers["location"])).text
    assert "Taranan dosyalar <span>1</span>" in page
    (small,) = re.findall(r'<img src="([^"]+)"', page)
    assert (await house.get(unescape(small))).headers["content-type"] == "image/jpeg"
    assert await looks(house, request_id) == [("intake", "attachments")]
    await store.add_to_timeline([TimelineEntry(request_id, 1, RequestTriaged.ce_type, WALLED)])
    assert "Taranan dosyalar" not in (await house.get(answer.headers["location"])).text


async def test_how_many_files_came_with_earlier_and_similar_requests_is_told(
    house: httpx.AsyncClient, store: IntakeStore
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    photo = (await house.post("/v1/web/attachments", content=png(), headers=key)).json()["attachment_id"]
    body = {"description": "Çukur", "applicant": {"phone": PHONE}, "attachments": [photo]}
    saved = await house.post("/v1/web/requests", json=body, headers={"Idempotency-Key": str(uuid4())})
    asked = {"telefon": PHONE, "gorevli": "E.D.", "ne": "Çöp taşıyor", "mahalle": "Cihangir"}
    page = (await house.post("/cagri/bak", data=asked)).text
    number = saved.json()["receipt_number"]
    assert re.search(rf"{number} · [\d.]+ · 1 dosya", page)
    assert "Temizlik İşleri Müdürlüğü · 2 dosya" in page
    assert "/dosya/" not in page
    request_id = UUID(saved.json()["request_id"])
    await store.add_to_timeline([TimelineEntry(request_id, 1, RequestTriaged.ce_type, WALLED)])
    assert "1 dosya" not in (await house.post("/cagri/bak", data=asked)).text


async def test_a_file_that_is_no_scan_is_refused_in_words_and_the_others_stay(
    house: httpx.AsyncClient,
) -> None:
    sent = await form(house, "/danisma", ne="Park yasağı kalksın")
    sheets = [("tarama", ("a.png", png(), "image/png")), ("tarama", ("b.exe", b"MZ" * 99, "image/png"))]
    answer = await house.post("/danisma", data=sent, files=sheets)
    assert answer.status_code == 422
    assert "JPEG, PNG, HEIC ya da PDF gönderin" in answer.text
    assert "1 dosya yüklendi" in answer.text


async def test_one_number_of_one_source_is_one_request(house: httpx.AsyncClient) -> None:
    sent = {"ne": "Çatı yıkılacak", "tur": "complaint", "kaynak": "cimer", "kaynakno": "2604711234"}
    first = await house.post("/danisma", data=await form(house, "/danisma", **sent))
    again = await house.post("/danisma", data=await form(house, "/danisma", **sent))
    assert saved_id(first) == saved_id(again)
    other = await house.post("/danisma", data=await form(house, "/danisma", **sent | {"ne": "Başka metin"}))
    assert other.status_code == 422
    assert "başka içerikle kayıtlı: BB-" in other.text


async def test_neither_screen_shows_the_other_ones_code(house: httpx.AsyncClient) -> None:
    request_id = saved_id(await call(house))
    assert (await house.get(f"/danisma/{request_id}")).status_code == 404


async def test_a_page_elsewhere_cannot_send_the_forms(house: httpx.AsyncClient) -> None:
    sent = await form(house, "/cagri", ne="Çukur")
    for place in ("/cagri", "/cagri/bak", "/danisma"):
        answer = await house.post(place, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
