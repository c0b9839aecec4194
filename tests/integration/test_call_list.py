"""The call centre's list on a real database: who is on it, who looked at the number, what comes of a call."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI

from services.intake.calls.consumer import CallsHandler
from services.intake.calls.records import MOST_TRIES, Attempt, Call, CallState, Reason
from services.intake.calls.store import CallStore
from services.intake.commands.store import CommandStore
from services.intake.records import TimelineEntry
from services.intake.store import IntakeStore
from shared.contracts.cloudevents import CloudEvent, to_record
from shared.contracts.commands import ReplyCommand
from shared.contracts.lifecycle import AnswerGiven, LifecycleEvent, QuestionAsked, RequestWithdrawn
from shared.storage import Database
from tests.support.intake import as_service, at_work, intake_on
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, OpenIdProvider, openid_provider, sign_in
from tests.unit.sla_monitor.events import lifecycle

CALL_IDS: Final = re.compile(r"arama=([0-9a-f-]+)")
LIST: Final = "/cagri/aranacaklar"
LANDLINE: Final = "+902122444444"
ORIGIN: Final = "http://intake"
OPERATOR: Final = "o.kaya"
SAME_SITE: Final = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def provider() -> Any:  # noqa: ANN401
    with openid_provider() as running:
        yield running


class Centre:
    """An intake with a call centre's operator signed in."""

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.store = IntakeStore(database, watch_grace=timedelta(seconds=1))
        self.calls = CallStore(database)
        self.commands = CommandStore(database)

    async def wants_a_call(self, *, call_back: bool = True) -> tuple[UUID, dict[str, Any]]:
        answer = await self.client.post(
            "/v1/web/requests",
            json={
                "description": "Yolda çukur var",
                "applicant": {"phone": "0212 244 44 44"},
                "call_back": call_back,
            },
            headers={"Idempotency-Key": uuid4().hex},
        )
        assert answer.status_code == 201
        return UUID(answer.json()["request_id"]), answer.json()

    async def takes_a_call(self, **answers: str) -> UUID:
        """Save a call at the screen as who signed in there."""
        page = (await self.client.get("/cagri")).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        told = {"ne": "Yolda çukur var", "telefon": LANDLINE, "geri": "1"}
        saved = await self.client.post("/cagri", data=hidden | told | answers, headers=SAME_SITE)
        assert saved.status_code == 303, saved.text
        return UUID(saved.headers["location"].rpartition("=")[2])

    async def look_up(self) -> httpx.Response:
        """Look at the screen for who calls."""
        return await self.client.post(
            "/cagri/bak?parca=arayan", data={"telefon": LANDLINE}, headers=SAME_SITE
        )

    async def looks(self, request_id: UUID) -> list[tuple[str, str | None, bool]]:
        answer = await self.client.get(f"/internal/v1/vault/{request_id}/looks", auth=as_service("cli"))
        return [(look["purpose"], look["person"], look["found"]) for look in answer.json()["looks"]]

    async def tell(self, request_id: UUID, event: LifecycleEvent, *, times: int = 1) -> str:
        """Let an event come, and return the id of the call that it would owe."""
        entry = TimelineEntry(request_id, event.sequence, event.ce_type, event.model_dump_json())
        await self.store.add_to_timeline([entry])
        sent = to_record("t", CloudEvent(uuid4(), "/test", datetime.now(UTC), request_id, event))
        record = ConsumerRecord("t", 0, 0, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)
        for _ in range(times):
            await CallsHandler(self.store, self.calls).prepare([record])
        return f"{request_id}-{event.sequence}"

    async def page(self, call_id: str = "") -> str:
        answer = await self.client.get(LIST, params={"arama": call_id} if call_id else {})
        assert answer.status_code == 200
        return answer.text

    async def post(self, call_id: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(f"{LIST}/{call_id}/{path}", data=fields, headers=SAME_SITE)

    async def tracking(self, receipt: dict[str, Any], lang: str = "tr") -> str:
        return (
            await self.client.get(
                receipt["tracking_url"],
                params={"s": receipt["tracking_url"].partition("?s=")[2], "lang": lang},
            )
        ).text


@pytest.fixture
def app(
    mongodb: str,
    database_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    provider: OpenIdProvider,
) -> FastAPI:
    provider.people[OPERATOR] = {"name": "Oya Kaya", "roles": ["istek-operator"]}
    return intake_on(
        monkeypatch,
        mongodb,
        database_name,
        tmp_path,
        ISTEK_INTAKE_STAFF_URL=ORIGIN,
        ISTEK_OIDC_ISSUER=provider.issuer,
        ISTEK_OIDC_CLIENT_ID=CLIENT_ID,
        ISTEK_OIDC_CLIENT_SECRET=CLIENT_SECRET,
        ISTEK_OIDC_COOKIE_KEY=COOKIE_KEY,
    )


@pytest.fixture
async def centre(app: FastAPI, database: Database) -> AsyncIterator[Centre]:
    async with at_work(app, base_url=ORIGIN) as client:
        await sign_in(client, OPERATOR, LIST)
        yield Centre(client, database)


async def test_who_wants_a_call_is_listed_once_there_is_something_to_say(centre: Centre) -> None:
    assert "Aranmayı bekleyen yok" in await centre.page()
    quiet, other = await centre.wants_a_call(call_back=False)
    await centre.tell(quiet, lifecycle(AnswerGiven, quiet, 2))
    request_id, receipt = await centre.wants_a_call()
    assert receipt["receipt_number"] not in await centre.page()
    call_id = await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2), times=3)
    page = await centre.page()
    assert page.count(receipt["receipt_number"]) == 1
    assert other["receipt_number"] not in page
    assert lifecycle(AnswerGiven, request_id, 2).text in await centre.page(call_id)
    await centre.tell(request_id, lifecycle(RequestWithdrawn, request_id, 3))
    assert receipt["receipt_number"] not in await centre.page()


async def test_the_number_is_shown_on_a_press_and_the_log_names_the_person(centre: Centre) -> None:
    request_id, _ = await centre.wants_a_call()
    call_id = await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    assert LANDLINE not in await centre.page(call_id)
    assert LANDLINE in (await centre.post(call_id, "numara")).text
    looks = await centre.client.get(f"/internal/v1/vault/{request_id}/looks", auth=as_service("cli"))
    (look,) = looks.json()["looks"]
    assert (look["service"], look["purpose"], look["person"]) == ("intake", "call_back", OPERATOR)


async def test_what_a_colleague_noted_is_shown_with_the_number_and_the_log_names_the_person(
    centre: Centre,
) -> None:
    request_id = await centre.takes_a_call(devir="Kapıcı Rıza Bey bekliyor")
    call_id = await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    assert "Rıza" not in await centre.page(call_id), "nothing is opened before somebody asks"
    assert "Devir notu:</strong> Kapıcı Rıza Bey bekliyor" in (await centre.post(call_id, "numara")).text
    assert await centre.looks(request_id) == [("call_back", OPERATOR, True), ("hand_over", OPERATOR, True)]


async def test_behind_a_wall_no_note_is_opened(centre: Centre) -> None:
    request_id = await centre.takes_a_call(devir="Kapıcı Rıza Bey bekliyor")
    asked = lifecycle(QuestionAsked, request_id, 2).model_copy(update={"seen_only_by": "zabita"})
    call_id = await centre.tell(request_id, asked)
    assert "Rıza" not in (await centre.post(call_id, "numara")).text
    assert "Rıza" not in (await centre.look_up()).text
    assert ("hand_over", OPERATOR, True) not in await centre.looks(request_id)


async def test_who_signed_in_reads_the_notes_with_a_callers_earlier_requests(centre: Centre) -> None:
    noted, plain = [await centre.takes_a_call(devir=note) for note in ("Kapıcı Rıza Bey bekliyor", "")]
    on_the_web, _ = await centre.wants_a_call()
    assert (await centre.look_up()).text.count("Devir notu:</strong>") == 1
    shown = [await centre.looks(request_id) for request_id in (noted, plain, on_the_web)]
    seen, nothing, _ = shown
    assert seen == [("caller_history", None, True), ("hand_over", OPERATOR, True)]
    assert nothing == [("caller_history", None, True), ("hand_over", OPERATOR, False)]
    assert shown[2] == [("caller_history", None, True)], "nobody else writes notes"


async def test_a_reply_on_the_phone_goes_the_way_of_a_reply_on_the_page(centre: Centre) -> None:
    request_id, receipt = await centre.wants_a_call()
    call_id = await centre.tell(request_id, lifecycle(QuestionAsked, request_id, 2))
    assert "Burası neresi?" in await centre.page(call_id)
    empty = await centre.post(call_id, "sonuc", deneme="0", sonuc="ulasildi", yanit=" ")
    assert empty.status_code == 422
    assert "Yanıtınızı yazın" in empty.text
    done = await centre.post(call_id, "sonuc", deneme="0", sonuc="ulasildi", yanit="Cihangir’de")
    assert done.status_code == 303
    (said,) = await centre.commands.unpublished(datetime.now(UTC) + timedelta(minutes=1))
    assert isinstance(said.command, ReplyCommand)
    assert said.command.text == "Cihangir’de"
    assert receipt["receipt_number"] not in await centre.page()
    assert "Sizi aradık, görüştük" in await centre.tracking(receipt)


async def test_a_reply_on_the_page_takes_the_call_off_the_list(centre: Centre) -> None:
    request_id, receipt = await centre.wants_a_call()
    call_id = await centre.tell(request_id, lifecycle(QuestionAsked, request_id, 2))
    code = receipt["tracking_url"].partition("?s=")[2]
    fields = {"s": code, "soru": "2", "yanit": "Cihangir’de"}
    await centre.client.post(f"/t/{receipt['receipt_number']}/yanit", data=fields)
    assert receipt["receipt_number"] not in await centre.page()
    assert (await centre.post(call_id, "sonuc", deneme="0", sonuc="ulasildi", yanit="x")).status_code == 409


async def test_who_is_not_reached_comes_up_again_and_each_try_counts_once(centre: Centre) -> None:
    request_id, receipt = await centre.wants_a_call()
    call_id = await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    assert (await centre.post(call_id, "sonuc", deneme="0", sonuc="ulasilamadi")).status_code == 303
    assert (await centre.post(call_id, "sonuc", deneme="0", sonuc="ulasilamadi")).status_code == 409
    page = await centre.page()
    assert "Yeniden aranacak" in page
    assert "Aranmayı bekleyen yok" in page
    for tries in range(1, MOST_TRIES):
        await centre.post(call_id, "sonuc", deneme=str(tries), sonuc="ulasilamadi")
    page = await centre.page()
    assert "Ulaşılamadı" in page
    assert "Yeniden aranacak" not in page
    assert (await centre.tracking(receipt)).count("Sizi aradık, ulaşamadık") == MOST_TRIES
    assert "We called you and could not reach you" in await centre.tracking(receipt, "en")


async def test_the_next_page_begins_where_the_last_ended_whatever_became_of_the_list(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("store", "listing"):
        monkeypatch.setattr(f"services.intake.calls.{module}.PAGE_SIZE", 2)
    for _ in range(5):
        request_id, _ = await centre.wants_a_call()
        await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    first = await centre.page()
    assert "<span>5</span>" in first
    assert "3 arama daha var." in first
    following = re.search(r'href="(/cagri/aranacaklar\?bolum=[^"]+)" rel="next"', first)
    assert following is not None
    address = unescape(following[1])
    second = (await centre.client.get(address)).text
    assert "1 arama daha var." in second
    # One of the first page is called and reached meanwhile; the second page keeps its calls.
    (called, _), shown = CALL_IDS.findall(first), CALL_IDS.findall(second)
    await centre.post(called, "sonuc", deneme="0", sonuc="ulasildi")
    again = (await centre.client.get(address)).text
    assert CALL_IDS.findall(again) == shown
    assert not {called, *shown} & set(CALL_IDS.findall(first)[1:])
    query = address.partition("?")[2]
    done = await centre.client.post(
        f"{LIST}/{shown[0]}/sonuc?{query}",
        data={"deneme": "0", "sonuc": "ulasilamadi"},
        headers=SAME_SITE,
    )
    assert done.headers["location"] == address


@pytest.mark.parametrize(
    "address", ["bolum=aranacak", "bolum=x&sonra=y", "bolum=aranacak&sonra=2026-11-26T10:00:00/a-2"]
)
async def test_an_address_that_names_no_page_shows_the_beginning(centre: Centre, address: str) -> None:
    request_id, receipt = await centre.wants_a_call()
    await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    assert receipt["receipt_number"] in (await centre.client.get(f"{LIST}?{address}")).text


async def test_behind_a_wall_neither_subject_nor_words_are_shown(centre: Centre) -> None:
    request_id, receipt = await centre.wants_a_call()
    asked = lifecycle(QuestionAsked, request_id, 2).model_copy(update={"seen_only_by": "zabita"})
    page = await centre.page(await centre.tell(request_id, asked))
    assert receipt["receipt_number"] in page
    assert "gizlilik duvarının arkasında" in page
    assert "Burası neresi?" not in page
    assert "çukur" not in page


async def test_whoever_is_erased_is_not_called_any_more(centre: Centre) -> None:
    request_id, receipt = await centre.wants_a_call()
    await centre.tell(request_id, lifecycle(AnswerGiven, request_id, 2))
    await centre.client.delete(f"/internal/v1/vault/{request_id}/person", auth=as_service("cli"))
    assert receipt["receipt_number"] not in await centre.page()


def test_a_call_waits_longer_after_each_miss_and_ends_after_the_third() -> None:
    at = datetime(2026, 11, 24, 11, 32, tzinfo=UTC)
    call = Call(uuid4(), uuid4(), 2, Reason.ANSWER, at, at)
    once = call.after(Attempt(at, "o.kaya", reached=False))
    twice = once.after(Attempt(once.due_at, "o.kaya", reached=False))
    assert (once.due_at - at, twice.due_at - once.due_at) == (timedelta(hours=2), timedelta(hours=22))
    assert {once.state, twice.state} == {CallState.OPEN}
    assert twice.after(Attempt(at, "o.kaya", reached=False)).state is CallState.UNREACHED
    assert twice.after(Attempt(at, "o.kaya", reached=True)).state is CallState.REACHED
