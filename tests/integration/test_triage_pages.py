"""The triage page's routes over a real database; the broker's side is a publisher that remembers."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.router.desk.acts import Act, Acts
from services.router.desk.api import desk_routes
from services.router.desk.calling import Vault
from services.router.desk.page_routes import call_routes, desk_pages, opening_routes, page_routes
from services.router.desk.screen import Screen
from services.router.domain.alike import WITHIN, rank_alike
from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case, Sealed
from services.router.domain.split_by_hand import Part, split_by_hand
from services.router.knowledge.loader import load_knowledge
from services.router.store import RouterStore
from shared.contracts.chain import first_break
from shared.contracts.cloudevents import Record
from shared.contracts.decisions import Candidate
from shared.contracts.requests import AttachedFile, ChannelFacts, Place
from shared.contracts.vocabulary import Channel, Opening, Priority, Source, Stage, State
from shared.storage import Database
from shared.web.frame import install_frame
from shared.web.sign_in.access import Area
from shared.web.sign_in.doors import sign_in_for
from shared.web.sign_in.guarding import SignIn, guarded
from shared.web.sign_in.settings import SignInSettings
from tests.support.desk import decision, received, sent, the_wall, waiting
from tests.support.oidc import openid_provider, settings_for, sign_in
from tests.support.waiting import until

NOW = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
KNOWLEDGE = load_knowledge()
URL = "http://127.0.0.1:8001"
FEN, AFET = KNOWLEDGE.candidate("FEN-IST", "fen", 0.64), KNOWLEDGE.candidate("YAP-DUS", "afet", 0.27)


class Remembering:
    def __init__(self) -> None:
        self.sent: list[Record] = []

    async def send_all(self, records: Sequence[Record]) -> None:
        self.sent.extend(records)


class Desk:
    """The pages over one store, and somebody who uses them."""

    def __init__(
        self,
        database: Database,
        sign_in: SignIn | None = None,
        vault: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(404),
    ) -> None:
        intake = Vault(httpx.AsyncClient(transport=httpx.MockTransport(vault), base_url="http://intake"))
        self.publisher: Any = Remembering()
        self.store = RouterStore(database)
        self.acts = Acts(self.store, self.publisher, KNOWLEDGE, lambda: NOW)
        pages = desk_pages()
        app = FastAPI()
        sign_in = sign_in or sign_in_for(URL, settings=SignInSettings())
        routes = desk_routes(self.store, self.acts, KNOWLEDGE)
        screen = Screen(self.store, KNOWLEDGE, pages, lambda: NOW, intake.files)
        page = page_routes(screen, self.acts, KNOWLEDGE)
        calls = call_routes(screen, intake.phone)
        openings = opening_routes(screen, intake.texts)
        app.include_router(guarded(sign_in, Area.DESK, routes, page, calls, openings))
        sign_in.install(app, pages)
        install_frame(app, pages=pages)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=URL, headers={"Accept": "text/html"}
        )

    async def take(self, *cases: Case) -> None:
        await self.store.announce([case.request for case in cases], NOW)
        await self.store.append([case.last for case in cases], NOW)
        await self.store.enter_triage([case for case in cases if case.state is State.TRIAGE])

    async def open(self, case: Case) -> httpx.Response:
        return await self.client.get(place(case))

    async def answer(self, case: Case, **answers: str) -> httpx.Response:
        """Send the form of ``case`` as its page shows it, with some of it answered otherwise."""
        shown = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', (await self.open(case)).text))
        return await self.client.post(place(case), data=shown | {"oneri": "FEN-IST/fen"} | answers)

    async def case(self, case: Case) -> Case:
        request_id = case.request.request_id
        return (await self.store.cases([request_id]))[request_id]


@pytest.fixture
async def desk(mongodb: str, database_name: str) -> AsyncIterator[Desk]:
    database = Database.connect(mongodb, database_name)
    desk = Desk(database)
    await desk.store.ensure_indexes()
    async with desk.client:
        yield desk
    await database.close()


def place(case: Case) -> str:
    return f"/siniflandirma/{case.request.request_id}"


def in_triage(number: int, priority: Priority = Priority.NORMAL, hours: int = 1, **changes: object) -> Case:
    request = received(number, f"Duvar {number} eğildi", NOW - timedelta(hours=hours), **changes)
    return waiting(request, decision([FEN, AFET], priority=priority))


def by_itself(number: int, candidate: Candidate, where: Place, text: str = "Duvar eğildi") -> Case:
    return sent(received(number, text, NOW, place=where), decision([candidate], rule="competent-directorate"))


async def test_the_root_leads_to_the_list_with_the_most_pressing_first(desk: Desk) -> None:
    cases = [
        in_triage(1, hours=9),
        in_triage(2, Priority.EMERGENCY),
        in_triage(3, Priority.URGENT, hours=2),
        in_triage(4, Priority.URGENT, hours=5),
    ]
    await desk.take(*cases)
    assert (await desk.client.get("/")).headers["location"] == "/siniflandirma"
    page = await desk.client.get("/siniflandirma")
    assert re.findall(r'queue__head"><span class="aside-note">(\d{7})', page.text) == [
        "0000002",
        "0000004",
        "0000003",
        "0000001",
    ]
    assert "BB-2026-0000002-M</h2>" in page.text


async def test_accepting_sends_the_request_where_it_was_proposed_and_leads_to_the_next(desk: Desk) -> None:
    first, second, third = cases = [in_triage(n, hours=9 - n) for n in (1, 2, 3)]
    await desk.take(*cases)
    answer = await desk.answer(second, gorevli="Ş.Ö.")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{place(third)}?giden={second.request.request_id}"
    after = await desk.case(second)
    assert (after.state, after.holder) == (State.ASSIGNED, "fen")
    assert after.decision.decided_by == "Ş.Ö."
    assert after.decision.inputs["reason_code"] == "as-proposed"
    following = await desk.client.get(answer.headers["location"])
    assert "0000002-M</a>: Fen İşleri Müdürlüğü" in following.text
    assert 'value="Ş.Ö."' in following.text
    assert desk.client.cookies["istek_staff"] == quote("Ş.Ö.")
    last = await desk.answer(third, gorevli="Ş.Ö.")
    assert last.headers["location"].startswith("/siniflandirma?giden="), "nothing stands after the last"
    assert (await desk.case(first)).state is State.TRIAGE


async def test_who_wants_to_be_called_back_is_seen_at_the_desk(desk: Desk) -> None:
    wants, does_not = in_triage(1, facts=ChannelFacts(call_back=True)), in_triage(2)
    await desk.take(wants, does_not)
    assert "geri aranmak istiyor" in (await desk.open(wants)).text
    assert "geri aranmak istiyor" not in (await desk.open(does_not)).text


async def test_how_it_really_came_and_its_numbers_there_are_seen_at_the_desk(desk: Desk) -> None:
    petition = ChannelFacts(source=Source.CIMER, foreign_reference="2604711234", petition_number="2026/4711")
    came = in_triage(1, channel=Channel.RECEPTION, facts=petition)
    team = in_triage(2, channel=Channel.VATANDAS_BASKAN, facts=ChannelFacts(team="saha-07"))
    by_hand = in_triage(3, channel=Channel.RECEPTION)
    walled = waiting(
        received(4, "Memur bağırdı", NOW, channel=Channel.RECEPTION, facts=petition), decision([FEN])
    )
    sent_on = sent(walled.request, decision([FEN], seen_only_by="fen", rule="x"))
    await desk.take(came, team, by_hand, sent_on)
    page = (await desk.open(came)).text
    assert "Oradaki numarası (CİMER): <strong>2604711234</strong>" in page
    assert "Dilekçe numarası: <strong>2026/4711</strong>" in page
    assert "CİMER · şikâyet" in page
    assert page.count("başvuru masası") == 1, "the one that came by hand, in the list"
    assert "Saha ekibi: <strong>saha-07</strong>" in (await desk.open(team)).text
    assert 'class="aside-note registered"' not in (await desk.open(by_hand)).text
    assert "2604711234" not in (await desk.open(sent_on)).text, "behind a wall nobody looks it up elsewhere"


def attached(*stages: Stage | None, papers: int = 0) -> tuple[AttachedFile, ...]:
    kinds = [("image/jpeg", stage) for stage in stages] + [("application/pdf", None)] * papers
    return tuple(
        AttachedFile(id=uuid4(), media_type=kind, size=1000, sha256="0" * 64, stage=stage)
        for kind, stage in kinds
    )


def intake_with(links: list[dict[str, Any]], asked: list[httpx.URL]) -> Callable[..., httpx.Response]:
    def intake(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, json={"files": links})

    return intake


def link(file: AttachedFile, *, drawn: bool = True) -> dict[str, Any]:
    url = f"https://istek.example/dosya/{file.id}"
    return {
        "attachment_id": str(file.id),
        "url": f"{url}/content?imza=x",
        "thumbnail_url": f"{url}/thumbnail?imza=x" if drawn else None,
        "stage": file.stage,
    }


async def test_what_a_field_team_did_and_its_photos_of_before_and_after_are_seen_at_the_desk(
    mongodb: str, database_name: str
) -> None:
    before, after, paper, gone = files = attached(Stage.BEFORE, Stage.AFTER, papers=2)
    asked: list[httpx.URL] = []
    database = Database.connect(mongodb, database_name)
    desk = Desk(database, vault=intake_with([link(before), link(after), link(paper, drawn=False)], asked))
    await desk.store.ensure_indexes()
    fixed = in_triage(
        1,
        facts=ChannelFacts(resolved_on_site=True),
        attachments=files,
        channel=Channel.VATANDAS_BASKAN,
    )
    part = in_triage(2, attachments=files, part_of=fixed.request.request_id)
    plain = in_triage(3)
    await desk.take(fixed, part, plain)
    async with desk.client:
        page, other = await desk.open(fixed), await desk.open(plain)
        await desk.open(part)
    await database.close()
    assert "Ekip yerinde giderdi" in page.text
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page.text)
    assert pictures == [
        (link(before)["thumbnail_url"], "Ekibin fotoğrafı 1/2"),
        (link(after)["thumbnail_url"], "Ekibin fotoğrafı 2/2"),
    ]
    assert re.findall(r'files__word">(\w+)<', page.text) == ["Öncesi", "Sonrası", "PDF"]
    assert "Ekibin belgesi 1/2" in page.text
    assert str(gone.id) not in page.text, "what was erased is not there"
    policies = [answer.headers["content-security-policy"] for answer in (page, other)]
    assert ["img-src 'self' data: https://istek.example;" in policy for policy in policies] == [True, False]
    assert "Ekip yerinde giderdi" not in other.text
    assert 'class="files"' not in other.text
    # A matter's files are those of its request, and nobody asks where there is none.
    address = f"http://intake/internal/v1/vault/{fixed.request.request_id}/attachments"
    assert [str(url) for url in asked] == [address, address]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(403),
        httpx.Response(200, json={"files": "x"}),
        httpx.ReadTimeout("x"),
    ],
)
async def test_without_intake_the_desk_names_the_files_and_goes_on(
    mongodb: str, database_name: str, answer: httpx.Response | Exception
) -> None:
    def intake(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    database = Database.connect(mongodb, database_name)
    desk = Desk(database, vault=intake)
    await desk.store.ensure_indexes()
    case = in_triage(1, attachments=attached(None, papers=1))
    await desk.take(case)
    async with desk.client:
        page = await desk.open(case)
    await database.close()
    assert page.status_code == 200
    assert "biraz sonra yeniden açın: Başvuranın fotoğrafı 1/1, Başvuranın belgesi 1/1" in page.text


async def test_who_looks_at_files_is_told_to_the_access_log(mongodb: str, database_name: str) -> None:
    (photo,) = files = attached(None)
    asked: list[httpx.URL] = []
    database = Database.connect(mongodb, database_name)
    with openid_provider() as provider:
        signing_in = sign_in_for(URL, settings=settings_for(provider))
        desk = Desk(database, signing_in, intake_with([link(photo)], asked))
        await desk.store.ensure_indexes()
        case = in_triage(1, attachments=files)
        await desk.take(case)
        async with desk.client:
            desk.client.headers["Sec-Fetch-Site"] = "same-origin"
            await desk.open(case)
            assert asked == [], "who is not signed in sees nothing"
            await sign_in(desk.client, "e.demir", place(case))
            assert "Başvuranın fotoğrafı 1/1" in (await desk.open(case)).text
        await signing_in.close()
    await database.close()
    assert {url.params["person"] for url in asked} == {"e.demir"}


async def test_the_work_list_looks_at_nobodys_files_until_their_request_is_opened(
    mongodb: str, database_name: str
) -> None:
    (photo, _) = files = attached(Stage.BEFORE, papers=1)
    asked: list[httpx.URL] = []
    database = Database.connect(mongodb, database_name)
    desk = Desk(database, vault=intake_with([link(photo)], asked))
    await desk.store.ensure_indexes()
    first, second = in_triage(1, hours=9, attachments=files), in_triage(2, attachments=attached(None))
    await desk.take(first, second)
    async with desk.client:
        listed = await desk.client.get("/siniflandirma")
        assert f"{first.request.receipt_number}</h2>" in listed.text, "it is on the page all the same"
        assert "Başvuranın fotoğrafı 1/1 (öncesi), Başvuranın belgesi 1/1 · <a" in listed.text
        assert "<img" not in re.sub(r"<header.*?</header>", "", listed.text, flags=re.DOTALL)
        assert asked == []
        assert f'href="{place(first)}">Ekleri göster</a>' in listed.text
        opened = await desk.open(first)
    await database.close()
    assert "Ekleri göster" not in opened.text
    assert link(photo)["thumbnail_url"] in opened.text
    assert [url.path for url in asked] == [f"/internal/v1/vault/{first.request.request_id}/attachments"]


async def test_when_it_was_seen_stands_at_the_desk_where_the_applicant_said_so(desk: Desk) -> None:
    told, silent = in_triage(1, observed_at=NOW - timedelta(hours=2)), in_triage(2)
    await desk.take(told, silent)
    assert "Görüldüğü zaman: <strong><time" in (page := (await desk.open(told)).text)
    assert "23 Kasım 2026 Pazartesi, 12.32</time>" in page
    assert "Görüldüğü zaman" not in (await desk.open(silent)).text


@pytest.mark.parametrize("whole", [None, uuid4()], ids=["request", "one of its matters"])
async def test_who_signed_in_sees_the_number_to_call_when_they_ask_for_it(
    mongodb: str, database_name: str, whole: UUID | None
) -> None:
    database = Database.connect(mongodb, database_name)
    answers = [
        httpx.Response(200, json={"address": "+905320000000"}),
        httpx.Response(404),
        httpx.Response(503),
    ]
    asked: list[httpx.URL] = []

    def vault(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return answers[len(asked) - 1]

    wants, does_not = in_triage(1, facts=ChannelFacts(call_back=True), part_of=whole), in_triage(2)
    with openid_provider() as provider:
        signing_in = sign_in_for(URL, settings=settings_for(provider))
        desk = Desk(database, signing_in, vault)
        await desk.store.ensure_indexes()
        await desk.take(wants, does_not)
        async with desk.client:
            desk.client.headers["Sec-Fetch-Site"] = "same-origin"
            assert (await desk.client.post(f"{place(wants)}/numara")).status_code != 200
            await sign_in(desk.client, "e.demir", place(wants))
            assert "Numarayı göster" in (await desk.open(wants)).text
            assert "Numarayı göster" not in (await desk.open(does_not)).text
            assert asked == [], "opening the page looks at nothing"
            unwanted = await desk.client.post(f"{place(does_not)}/numara")
            foreign = await desk.client.post(
                f"{place(wants)}/numara", headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert (unwanted.status_code, foreign.status_code, asked) == (409, 403, [])
            told, erased, away = [await desk.client.post(f"{place(wants)}/numara") for _ in answers]
            assert "532 000" not in (await desk.open(wants)).text
        await signing_in.close()
    await database.close()
    assert 'href="tel:+905320000000">+90 532 000 00 00</a>' in told.text
    assert "Başvuran aranamaz." in erased.text
    assert (away.status_code, "yeniden deneyin" in away.text) == (503, True)
    address = f"http://intake/internal/v1/vault/{whole or wants.request.request_id}/contact"
    assert {str(url) for url in asked} == {f"{address}?medium=sms&purpose=call_back&person=e.demir"}


async def test_who_is_not_signed_in_sees_no_number(desk: Desk) -> None:
    wants = in_triage(1, facts=ChannelFacts(call_back=True))
    await desk.take(wants)
    assert "Numarayı göster" not in (await desk.open(wants)).text
    assert (await desk.client.post(f"{place(wants)}/numara")).status_code == 409


ADDRESS = {"texts": {"address": "Ağa Hamamı Sokak 7", "name": "Ayşe <b>"}, "basis": "3071 md. 7"}
PICTURE = {"texts": {"media_url": "https://foto.example/1.jpg"}, "basis": "3071 md. 7"}


@asynccontextmanager
async def desk_of(
    mongodb: str, database_name: str, person: str, case: Case, answers: list[httpx.Response]
) -> AsyncIterator[tuple[Desk, list[httpx.URL]]]:
    """Sign ``person`` in at a desk with ``case``, whose vault gives these answers; tell what it was asked."""
    database = Database.connect(mongodb, database_name)
    asked: list[httpx.URL] = []

    def vault(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return answers[len(asked) - 1]

    with openid_provider() as provider:
        provider.people["f.ucar"] = {"name": "Fatih Uçar", "roles": ["istek-directorate-fen"]}
        provider.people["d.er"] = {"name": "Derya Er", "roles": ["istek-auditor"]}
        signing_in = sign_in_for(URL, settings=settings_for(provider))
        desk = Desk(database, signing_in, vault)
        await desk.store.ensure_indexes()
        await desk.take(case)
        async with desk.client:
            desk.client.headers["Sec-Fetch-Site"] = "same-origin"
            await sign_in(desk.client, person, place(case))
            yield desk, asked
        await signing_in.close()
    await database.close()


async def opens(desk: Desk, case: Case, purpose: str) -> httpx.Response:
    return await desk.client.post(f"{place(case)}/ac", data={"amac": purpose})


@pytest.mark.parametrize("whole", [None, uuid4()], ids=["request", "one of its matters"])
async def test_one_thing_is_opened_for_one_stated_purpose_and_stays_nowhere(
    mongodb: str, database_name: str, whole: UUID | None
) -> None:
    may = (Opening.ANSWER_BY_POST, Opening.PICTURE_ADDRESS)
    case = in_triage(1, openable=may, part_of=whole)
    answers = [httpx.Response(200, json=ADDRESS), httpx.Response(200, json=PICTURE)]
    async with desk_of(mongodb, database_name, "e.demir", case, answers) as (desk, asked):
        before = (await desk.open(case)).text
        assert re.findall(r'name="amac" value="(\w+)"', before) == list(may)
        assert "Her bakış, kodunuz ve amacıyla kaydedilir." in before
        assert asked == [], "opening the page looks at nothing"
        address = await opens(desk, case, "answer_by_post")
        assert "Ağa Hamamı Sokak 7" in address.text
        assert "Ayşe &lt;b&gt;" in address.text
        assert "Dayanak: 3071 md. 7" in address.text
        assert address.headers["cache-control"] == "no-store"
        picture = await opens(desk, case, "picture_address")
        assert "<strong>foto.example</strong>" in picture.text
        assert "https://foto.example/1.jpg" in picture.text
        assert 'href="https://foto' not in picture.text, "nobody goes there by accident"
        assert 'src="https://foto' not in picture.text
        assert "Hamamı" not in picture.text
        assert "Hamamı" not in (await desk.open(case)).text
    base = f"http://intake/internal/v1/vault/{whole or case.request.request_id}/opened"
    assert [str(url) for url in asked] == [f"{base}?purpose={p}&person=e.demir" for p in may]


async def test_a_request_from_before_intake_said_what_it_keeps_may_have_any_of_it(
    mongodb: str, database_name: str
) -> None:
    case = in_triage(1)
    async with desk_of(mongodb, database_name, "e.demir", case, []) as (desk, _):
        assert re.findall(r'name="amac" value="(\w+)"', (await desk.open(case)).text) == list(Opening)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (httpx.Response(404, json={"type": "urn:istek:problem:erased"}), 200, "Bu veri artık yok: silindi"),
        (httpx.Response(404, json={"type": "urn:istek:problem:not-found"}), 200, "kayıtlı değil ya da"),
        (httpx.Response(200, json={"texts": "x"}), 503, "yeniden deneyin"),
        (httpx.Response(404, text="x"), 503, "yeniden deneyin"),
        (httpx.Response(403), 503, "yeniden deneyin"),
    ],
)
async def test_the_page_says_why_nothing_was_opened(
    mongodb: str, database_name: str, answer: httpx.Response, status: int, words: str
) -> None:
    case = in_triage(1, openable=(Opening.ORIGINAL_TEXT,))
    async with desk_of(mongodb, database_name, "e.demir", case, [answer]) as (desk, _):
        told = await opens(desk, case, "original_text")
        assert (told.status_code, words in told.text) == (status, True)


async def test_what_is_not_offered_is_not_opened_and_a_purpose_must_be_stated(
    mongodb: str, database_name: str
) -> None:
    case = in_triage(1, openable=(Opening.ORIGINAL_TEXT,))
    async with desk_of(mongodb, database_name, "e.demir", case, []) as (desk, asked):
        assert (await opens(desk, case, "identity_check")).status_code == 409
        assert (await opens(desk, case, "curiosity")).status_code == 422
        assert (await opens(desk, case, "")).status_code == 422
        foreign = await desk.client.post(f"{place(case)}/ac", headers={"Sec-Fetch-Site": "cross-site"})
        assert (foreign.status_code, asked) == (403, [])


async def test_behind_a_wall_the_desk_opens_nothing(mongodb: str, database_name: str) -> None:
    walled = decision([KNOWLEDGE.candidate("KRM-PRS", "teftis", 0.8)], seen_only_by="teftis")
    case = waiting(received(1, "Memur bağırdı", NOW), walled)
    async with desk_of(mongodb, database_name, "e.demir", case, []) as (desk, asked):
        assert 'name="amac"' not in (await desk.open(case)).text
        assert ((await opens(desk, case, "original_text")).status_code, asked) == (409, [])


@pytest.mark.parametrize(("person", "sees"), [("f.ucar", 403), ("d.er", 200)])
async def test_who_has_no_right_at_the_desk_is_refused_and_nobody_looks(
    mongodb: str, database_name: str, person: str, sees: int
) -> None:
    case = in_triage(1, openable=(Opening.ANSWER_BY_POST,))
    async with desk_of(mongodb, database_name, person, case, []) as (desk, asked):
        page = await desk.open(case)
        assert (page.status_code, 'name="amac"' in page.text) == (sees, False)
        refused = await opens(desk, case, "answer_by_post")
        assert (refused.status_code, asked) == (403, [])


async def test_who_is_not_signed_in_opens_nothing(desk: Desk) -> None:
    case = in_triage(1, openable=(Opening.ANSWER_BY_POST,))
    await desk.take(case)
    assert 'name="amac"' not in (await desk.open(case)).text
    assert (await opens(desk, case, "answer_by_post")).status_code == 409


async def test_a_double_click_acts_once(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    both = await asyncio.gather(*(desk.answer(case, gorevli="E.D.", islem="same") for _ in range(2)))
    assert [answer.status_code for answer in both] == [303, 303]
    assert (await desk.case(case)).sequence == 2


async def test_another_choice_keeps_its_reason(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    answers = {"oneri": "diger", "birim": "yapi-kontrol", "konu": "YAP-CTL", "neden": "wrong-place"}
    await desk.answer(case, gorevli="E.D.", **answers, **{"not": "Aradım: 0532 123 45 67"})
    after = await desk.case(case)
    assert after.holder == "yapi-kontrol"
    assert after.decision.inputs["reason_code"] == "wrong-place"
    assert after.decision.inputs["reason"] == "Aradım: [telefon gizlendi]"


async def test_whoever_comes_second_reads_who_was_first(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    form = {"oneri": "YAP-DUS/afet", "gorevli": "B.B.", "islem": "second"}
    await desk.answer(case, gorevli="A.A.")
    answer = await desk.client.post(place(case), data=form)
    assert answer.status_code == 409
    assert "artık ön incelemede değil" in answer.text
    assert "A.A. verdi" in answer.text
    assert (await desk.case(case)).holder == "fen"


async def test_a_form_with_gaps_comes_back_as_it_was_sent(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    answer = await desk.answer(case, oneri="diger", konu="YAP-CTL", islem="mine", **{"not": "<b>Not</b>"})
    assert answer.status_code == 422
    assert "Listeden bir birim seçin" in answer.text
    assert "Görevli kodunuzu yazın" in answer.text
    assert 'value="mine"' in answer.text
    assert "&lt;b&gt;Not&lt;/b&gt;" in answer.text
    assert (await desk.case(case)).state is State.TRIAGE


async def test_a_page_elsewhere_cannot_send_the_form(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    form = {"oneri": "FEN-IST/fen", "gorevli": "E.D.", "islem": "x"}
    answer = await desk.client.post(place(case), data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await desk.case(case)).state is State.TRIAGE


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
async def test_nor_can_a_neighbouring_port_send_the_api_an_assignment(desk: Desk, site: str) -> None:
    answer = await desk.client.post("/v1/triage/x/assignment", headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:istek:problem:foreign-form")


@pytest.mark.parametrize("host", ["masa.example", "192.168.1.5:8001"])
async def test_a_desk_without_sign_in_opens_on_its_own_machine_only(desk: Desk, host: str) -> None:
    answer = await desk.client.get("/siniflandirma", headers={"Host": host})
    assert answer.status_code == 403
    assert "Bu sayfa yalnız kendi makinesinde açık" in answer.text


async def test_who_signed_in_decides_under_their_own_code_whatever_is_sent(
    mongodb: str, database_name: str
) -> None:
    database = Database.connect(mongodb, database_name)
    with openid_provider() as provider:
        signing_in = sign_in_for(URL, settings=settings_for(provider))
        desk = Desk(database, signing_in)
        await desk.store.ensure_indexes()
        by_form, by_api = in_triage(1), in_triage(2)
        await desk.take(by_form, by_api)
        async with desk.client:
            desk.client.headers["Sec-Fetch-Site"] = "same-origin"
            assert (await desk.open(by_form)).headers["location"].startswith("/giris?next=/siniflandirma")
            assert (await desk.client.get("/v1/triage")).status_code == 401
            await sign_in(desk.client, "e.demir", place(by_form))
            page = await desk.open(by_form)
            assert "Karar e.demir koduyla kaydedilir." in page.text
            assert 'name="gorevli"' not in page.text
            sent_on = await desk.answer(by_form, gorevli="başkası")
            assert (sent_on.status_code, "istek_staff" in desk.client.cookies) == (303, False)
            assigned = await desk.client.post(
                f"/v1/triage/{by_api.request.request_id}/assignment",
                headers={"Idempotency-Key": "k"},
                json={
                    "body": "fen",
                    "category_code": "FEN-IST",
                    "staff": "başkası",
                    "reason_code": "as-proposed",
                    "reason": "x",
                },
            )
            assert assigned.status_code == 201
        await signing_in.close()
    for case in (by_form, by_api):
        assert (await desk.case(case)).decision.decided_by == "e.demir"
    await database.close()


async def test_an_unknown_request_is_a_page_that_says_so(desk: Desk) -> None:
    answer = await desk.client.get(f"/siniflandirma/{uuid4()}?giden=x")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


async def test_when_nothing_waits_the_page_counts_what_went_by_itself(desk: Desk) -> None:
    assert "Bekleyen yok." in (await desk.client.get("/siniflandirma")).text
    await desk.take(*(by_itself(n, FEN, Place()) for n in (1, 2)))
    page = await desk.client.get("/siniflandirma")
    assert "son saatte 2 başvuru doğrudan gitti" in page.text


async def test_the_policy_needs_no_exception(desk: Desk) -> None:
    case = the_wall(KNOWLEDGE, NOW)
    await desk.take(case)
    page = await desk.open(case)
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page.text)


async def test_same_work_is_suspected_by_place_and_by_the_category_in_force(desk: Desk) -> None:
    """Across the border of a neighbourhood by points; after a person's correction by what it became."""
    case = the_wall(KNOWLEDGE, NOW)
    here = case.request.place
    assert here.lat is not None
    assert here.lon is not None
    across = Place(lat=here.lat + 0.0015, lon=here.lon, neighbourhood="Kılıçali Paşa")
    corrected = waiting(received(5, "Duvar", NOW, place=across), decision([AFET, FEN]))
    taken_away = waiting(received(6, "Duvar", NOW, place=here), decision([FEN, AFET]))
    await desk.take(
        case,
        by_itself(2, FEN, Place(neighbourhood="Cihangir")),
        by_itself(3, AFET, here),
        by_itself(4, FEN, Place(neighbourhood="Örnektepe")),
        corrected,
        taken_away,
    )
    for other, body, code in ((corrected, "fen", "FEN-IST"), (taken_away, "afet", "YAP-DUS")):
        await assign(desk, other, body, code)
    found = await desk.store.alike(case, NOW - WITHIN)
    assert {c.request.receipt_number[8:15] for c in found} == {"0012352", "0000002", "0000005", "0000006"}
    ranked = rank_alike(case, found, 9)
    assert [alike.case.request.receipt_number[8:15] for alike in ranked] == ["0000002", "0000005"]
    assert await desk.store.alike(case, NOW + timedelta(days=1)) == []
    page = await desk.open(case)
    assert "aynı mahalle" in page.text
    assert "165 m" in page.text


async def assign(desk: Desk, case: Case, body: str, code: str) -> None:
    outcome = await desk.acts.assign(
        Act(case.request.request_id, "E.D.", str(uuid4())),
        body=body,
        code=code,
        reason_code=ReasonCode.WRONG_CATEGORY,
        reason="Sordum",
    )
    assert isinstance(outcome, Case)


TWO = "Köşedeki çöp konteyneri taşmış. Ayrıca gece yarısı masalar yolu kapatıyor."


def of_two_matters() -> Case:
    return waiting(received(7, TWO, NOW), decision([FEN, AFET], rule="several-subjects"))


async def test_several_matters_are_split_by_hand_and_each_is_told_of_once(desk: Desk) -> None:
    case = of_two_matters()
    await desk.take(case)
    page = (await desk.open(case)).text
    begins = re.search(r'name="kes" id="kes-\d+" value="(\d+)"[^>]*><label[^>]*>“Ayrıca', page)
    assert begins is not None
    marked = {"kes": begins[1], "birim-1": "temizlik", "konu-1": "TEM-KNT", "gorevli": "E.D.", "islem": "k"}
    gaps = await desk.client.post(f"{place(case)}/ayir", data=marked)
    assert gaps.status_code == 422
    assert "2. konu için listeden bir birim seçin" in gaps.text
    whole = marked | {"birim-2": "zabita", "konu-2": "ZAB-ISG"}
    answers = [await desk.client.post(f"{place(case)}/ayir", data=whole) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    after = await desk.case(case)
    (linked,) = after.linked
    child = (await desk.store.cases([linked]))[linked]
    assert {after.holder, child.holder} == {"temizlik", "zabita"}
    assert (after.sequence, child.sequence) == (2, 1)
    assert child.request.part_of == case.request.request_id
    assert [s async for s in desk.store.states()] == [(str(case.request.request_id), "assigned")]
    chain = [json.loads(value) async for value in desk.store.chain()]
    for request_id in (case.request.request_id, linked):
        assert first_break(e for e in chain if e["request_id"] == str(request_id)) is None
    await until(lambda: len(desk.publisher.sent) == 4)
    assert {r.topic for r in desk.publisher.sent} == {
        "requests.lifecycle.v1",
        "requests.routed.temizlik.v1",
        "requests.routed.zabita.v1",
    }
    page = (await desk.open(case)).text
    assert "Bağlı başvuru" in page
    assert "her biri kendi birimine gitti" in page
    again = await desk.client.post(f"{place(case)}/ayir", data=whole | {"islem": "other"})
    assert again.status_code == 409


async def test_a_split_that_a_crash_cut_off_is_finished_later(desk: Desk) -> None:
    case = of_two_matters()
    await desk.take(case)
    cut = TWO.index("Ayrıca")
    parts = (Part(0, cut - 1, "temizlik", "TEM-KNT"), Part(cut, len(TWO), "zabita", "ZAB-ISG"))
    split = split_by_hand(
        case, KNOWLEDGE, parts=parts, staff="E.D.", reason="x", cause_id=uuid4(), now=NOW - timedelta(hours=1)
    )
    assert isinstance(split, Sealed)
    await desk.store.announce_act(split, NOW - timedelta(hours=1))
    await desk.store.append([split], NOW - timedelta(hours=1))
    forgotten = asyncio.create_task(desk.acts.publish_forgotten())
    await until(lambda: len(desk.publisher.sent) == 4)
    forgotten.cancel()
    (linked,) = (await desk.case(case)).linked
    assert (await desk.store.cases([linked]))[linked].state is State.ASSIGNED


async def test_the_applicant_is_asked_and_the_request_stays_on_the_list(desk: Desk) -> None:
    case = in_triage(1)
    await desk.take(case)
    asked = {"gorevli": "E.D.", "islem": "k", "soru": "Duvar kimin? 0532 123 45 67"}
    answer = await desk.client.post(f"{place(case)}/sor", data=asked)
    assert answer.status_code == 303
    after = await desk.case(case)
    assert after.state is State.AWAITING_APPLICANT
    assert after.last.data["question"]["tr"] == "Duvar kimin? [telefon gizlendi]"
    assert [c.request for c in await desk.store.most_pressing(9)] == [case.request]
    assert "Başvurana sorduk" in (await desk.client.get(answer.headers["location"])).text
    page = (await desk.open(case)).text
    assert "Duvar kimin?" in page
    assert "Sor ve sıradaki" not in page, "one question at a time"
    again = await desk.client.post(f"{place(case)}/sor", data=asked | {"islem": "other"})
    assert (again.status_code, "yanıtını bekliyoruz" in again.text) == (409, True)
