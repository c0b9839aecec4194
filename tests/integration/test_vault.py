"""The vault on a real database: looks, erasure, rotation and retention, through the door and behind it."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.intake.attachments.erasing import FileErasure
from services.intake.attachments.store import AttachmentStore
from services.intake.commands.store import CommandStore
from services.intake.forgetting import Forgetting, ForgottenStore
from services.intake.records import TimelineEntry
from services.intake.settings import IntakeSettings
from services.intake.store import IntakeStore
from services.intake.vault import Vault
from services.intake.vault.access_log import AccessLog
from services.intake.vault.keyfile import KeyFile
from services.intake.vault.retaining import RetentionKeeper
from services.intake.vault.retention import load_retention
from services.intake.vault.rotation import rotate
from services.intake.vault.store import VaultStore
from services.notifier.domain.messages import PlannedMessage
from services.notifier.vault import Vault as NotifiersVault
from shared.contracts.lifecycle import QuestionAsked, RequestClosed
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Medium, Opening
from shared.outcomes import UnavailableError
from shared.storage import Database
from tests.support.intake import as_service, at_work, intake_on
from tests.unit.sla_monitor.events import lifecycle

AYSE = {"email": "ayse@example.com", "name": "Ayşe"}


@pytest.fixture
def app(mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    return intake_on(monkeypatch, mongodb, database_name, tmp_path)


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with at_work(app) as client:
        yield client


@pytest.fixture
def entries(database: Database) -> VaultStore:
    return VaultStore(database)


@pytest.fixture
def keys(app: FastAPI) -> KeyFile:
    keys = IntakeSettings().vault_keys()
    assert isinstance(keys, KeyFile)
    return keys


async def post(door: httpx.AsyncClient, applicant: dict[str, str], *, key: str | None = None) -> str:
    answer = await door.post(
        "/v1/web/requests",
        json={"description": "Çöp konteyneri taşıyor", "applicant": applicant},
        headers={"Idempotency-Key": key or uuid.uuid4().hex},
    )
    assert answer.status_code == 201
    return str(answer.json()["request_id"])


async def contact(door: httpx.AsyncClient, request_id: str, medium: str = "email") -> tuple[int, str]:
    """Return status and address, or status and kind of problem."""
    answer = await door.get(
        f"/internal/v1/vault/{request_id}/contact",
        params={"medium": medium, "purpose": "receipt"},
        auth=as_service("notifier"),
    )
    body = answer.json()
    return answer.status_code, body.get("address") or body["type"].rpartition(":")[2]


async def erase(door: httpx.AsyncClient, request_id: str) -> set[str]:
    answer = await door.delete(f"/internal/v1/vault/{request_id}/person", auth=as_service("cli"))
    assert answer.status_code == 200
    return set(answer.json()["request_ids"])


async def looks(door: httpx.AsyncClient, request_id: str) -> list[tuple[str, str, bool]]:
    found = (await door.get(f"/internal/v1/vault/{request_id}/looks", auth=as_service("cli"))).json()["looks"]
    return [(look["service"], look["purpose"], look["found"]) for look in found]


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("notifier", "GET", "looks"),
        ("notifier", "DELETE", "person"),
        ("router", "GET", "contact?medium=email&purpose=receipt"),
        ("notifier", "GET", "contact?medium=sms&purpose=call_back"),
        ("cli", "GET", "contact?medium=email&purpose=receipt"),
        ("notifier", "GET", "opened?purpose=answer_by_post&person=x"),
        ("intake", "GET", "opened?purpose=original_text&person=x"),
        ("cli", "GET", "opened?purpose=identity_check&person=x"),
    ],
)
async def test_a_service_asks_for_what_is_its_own_alone(
    door: httpx.AsyncClient, *, service: str, method: str, path: str
) -> None:
    request_id = await post(door, AYSE)
    address = f"/internal/v1/vault/{request_id}/{path}"
    refused = await door.request(method, address, auth=as_service(service))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:istek:problem:service-not-allowed")
    assert (await door.request(method, address)).status_code == 401
    assert await looks(door, request_id) == []


# --- looks -------------------------------------------------------------------------------------------------


async def test_every_look_is_kept_and_holds_nothing_of_what_was_seen(
    door: httpx.AsyncClient, database: Database
) -> None:
    request_id = await post(door, AYSE)
    assert await contact(door, request_id) == (200, "ayse@example.com")
    assert await contact(door, request_id, "sms") == (404, "not-found")
    assert await looks(door, request_id) == [
        ("notifier", "receipt", True),
        ("notifier", "receipt", False),
    ]
    assert "ayse" not in str(await database.collection("looks").find({})).lower()


async def test_the_requests_of_a_contact_are_found_however_it_is_written(door: httpx.AsyncClient) -> None:
    by_mail = await post(door, AYSE)
    by_phone = await post(door, {"phone": "0532 000 00 01"})
    both = await post(door, {"phone": "+90 532 000 0001", "email": "AYSE@EXAMPLE.COM"})
    await post(door, {"email": "mert@example.com"})

    async def ask(**query: str) -> httpx.Response:
        return await door.post(
            "/internal/v1/vault/requests-of-contact",
            json={"purpose": "caller_history", **query},
            auth=as_service("intake"),
        )

    assert set((await ask(email="ayse@example.com")).json()["request_ids"]) == {by_mail, both}
    assert set((await ask(phone="(0532) 000 00 01")).json()["request_ids"]) == {by_phone, both}
    assert (await ask(email="kimse@example.com")).json()["request_ids"] == []
    assert ("intake", "caller_history", True) in await looks(door, by_mail)
    for wrong in ({}, {"phone": "123"}, {"email": "x", "name": "y"}):
        assert (await ask(**wrong)).status_code == 422
    assert (await ask(email="ayse@example.com", purpose="curiosity")).status_code == 422


# --- one thing for one purpose -----------------------------------------------------------------------------


MASKED = "Çukur var, beni 0532 000 00 09’dan arayın"


async def told_in_full(door: httpx.AsyncClient) -> str:
    """Let somebody state all that a data-subject request may hold."""
    answer = await door.post(
        "/v1/web/requests",
        json={
            "kind": "data_subject",
            "description": MASKED,
            "media_url": "https://foto.example/1.jpg",
            "applicant": {
                **AYSE,
                "address": "Ağa Hamamı Sokak 7",
                "passport": "U12345678",
                "nationality": "GE",
            },
        },
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


async def opened(door: httpx.AsyncClient, request_id: str, purpose: str, **more: str) -> httpx.Response:
    return await door.get(
        f"/internal/v1/vault/{request_id}/opened",
        params={"purpose": purpose, "person": "e.demir"} | more,
        auth=as_service("router"),
    )


@pytest.mark.parametrize(
    ("purpose", "texts", "law"),
    [
        ("answer_by_post", {"address": "Ağa Hamamı Sokak 7", "name": "Ayşe"}, "3071"),
        ("identity_check", {"passport": "U12345678", "nationality": "GE"}, "6698 sayılı Kanun md. 13"),
        ("original_text", {"description": MASKED}, "3071"),
        ("picture_address", {"media_url": "https://foto.example/1.jpg"}, "3071"),
    ],
)
async def test_a_purpose_opens_what_it_needs_and_nothing_else_and_the_look_says_who(
    door: httpx.AsyncClient, database: Database, *, purpose: str, texts: dict[str, str], law: str
) -> None:
    request_id = await told_in_full(door)
    answer = (await opened(door, request_id, purpose)).json()
    assert answer["texts"] == texts
    assert law in answer["basis"]
    (look,) = await database.collection("looks").find({})
    assert (look["request_id"], look["service"], look["purpose"]) == (request_id, "router", purpose)
    assert (look["person"], look["found"]) == ("e.demir", True)


async def test_what_was_not_left_is_not_there_and_nobody_looks_without_a_name_or_a_known_purpose(
    door: httpx.AsyncClient,
) -> None:
    request_id = await post(door, AYSE)
    assert (await opened(door, request_id, "answer_by_post")).status_code == 404
    assert await looks(door, request_id) == [("router", "answer_by_post", False)]
    assert (await opened(door, request_id, "answer_by_post", person="")).status_code == 422
    assert (await opened(door, request_id, "curiosity")).status_code == 422


async def test_the_event_says_what_may_be_opened_and_holds_none_of_it(
    door: httpx.AsyncClient, database: Database
) -> None:
    full, plain = await told_in_full(door), await post(door, AYSE)
    store = IntakeStore(database, watch_grace=timedelta(minutes=1))
    records = await store.requests([UUID(full), UUID(plain)])
    events = {str(i): RequestReceived.model_validate_json(r.event) for i, r in records.items()}
    assert events[full].openable == tuple(Opening)
    assert events[plain].openable == ()
    for secret in ("Hamamı", "U12345678", "0532", "foto.example"):
        assert secret not in records[UUID(full)].event


async def test_after_erasure_nothing_can_be_opened_and_the_answer_says_so(door: httpx.AsyncClient) -> None:
    request_id = await told_in_full(door)
    await erase(door, request_id)
    answer = await opened(door, request_id, "original_text")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:istek:problem:erased")
    assert ("router", "original_text", False) in await looks(door, request_id)


async def test_behind_a_wall_nothing_is_opened(door: httpx.AsyncClient, database: Database) -> None:
    request_id = await told_in_full(door)
    store = IntakeStore(database, watch_grace=timedelta(minutes=1))
    asked = lifecycle(QuestionAsked, UUID(request_id), 2).model_copy(update={"seen_only_by": "teftis"})
    entry = TimelineEntry(UUID(request_id), 2, asked.ce_type, asked.model_dump_json())
    await store.add_to_timeline([entry])
    assert (await opened(door, request_id, "original_text")).status_code == 404
    assert await looks(door, request_id) == [("router", "original_text", False)]


# --- erasure -----------------------------------------------------------------------------------------------


async def test_erasure_reaches_all_of_a_person_and_nobody_else_and_stays(
    door: httpx.AsyncClient, database: Database, entries: VaultStore, keys: KeyFile
) -> None:
    first = await post(door, AYSE, key="k-1")
    linked = await post(door, {"email": "Ayse@example.com", "phone": "0532 000 00 02"})
    by_phone = await post(door, {"phone": "0532 000 00 02"})
    other = await post(door, {"email": "mert@example.com"})

    assert await erase(door, first) == {first, linked, by_phone}
    for request_id in (first, linked):
        assert await contact(door, request_id) == (404, "erased")
    assert await contact(door, by_phone, "sms") == (404, "erased")
    assert await contact(door, other) == (200, "mert@example.com")
    for document in await database.collection("requests").find({"_id": {"$ne": other}}):
        assert "erased_at" in document
        assert not {"key_id", "wrapped", "sealed", "persons"} & set(document)

    # Neither who sends again, nor a rotation, nor a second erasure brings anything back.
    assert await post(door, AYSE, key="k-1") == first
    await rotate(entries, keys)
    assert await contact(door, first) == (404, "erased")
    assert await erase(door, first) == set()
    assert ("cli", "erasure", True) in await looks(door, first)


async def test_an_erasure_that_broke_off_half_way_is_ended_by_the_next(
    door: httpx.AsyncClient, entries: VaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await post(door, AYSE)
    linked = await post(door, {"email": "ayse@example.com", "phone": "0532 000 00 03"})
    last = await post(door, {"phone": "0532 000 00 03"})
    erase_some, calls = VaultStore.erase, []

    async def breaks_off(self: VaultStore, request_ids: Any, at: datetime) -> int:  # noqa: ANN401
        calls.append(1)
        if len(calls) == 2:
            raise UnavailableError("database away: for the test")
        return await erase_some(self, request_ids, at)

    with monkeypatch.context() as patched:
        patched.setattr(VaultStore, "erase", breaks_off)
        answer = await door.delete(f"/internal/v1/vault/{first}/person", auth=as_service("cli"))
        assert answer.status_code == 503
    assert await contact(door, last, "sms") == (404, "erased")
    assert await contact(door, first) == (200, "ayse@example.com")
    assert await erase(door, first) == {first, linked}
    assert await contact(door, linked) == (404, "erased")


async def test_the_notifier_takes_an_erased_contact_for_one_that_was_never_left(
    door: httpx.AsyncClient,
) -> None:
    request_id = await post(door, AYSE)
    await erase(door, request_id)
    message = PlannedMessage.model_construct(
        request_id=UUID(request_id), medium=Medium.EMAIL, purpose="receipt"
    )
    door.auth = as_service("notifier")
    assert await NotifiersVault(door).contact(message) is None


async def test_an_unknown_request_has_nobody_to_erase(door: httpx.AsyncClient) -> None:
    answer = await door.delete(f"/internal/v1/vault/{uuid.uuid4()}/person", auth=as_service("cli"))
    assert answer.status_code == 404


# --- rotation ----------------------------------------------------------------------------------------------


async def test_a_rotation_is_not_seen_at_the_door(
    door: httpx.AsyncClient, database: Database, entries: VaultStore, keys: KeyFile
) -> None:
    sealed = await post(door, AYSE)
    await post(door, {})
    done = await rotate(entries, keys)
    assert (done.begun, done.rewrapped, done.unreadable) == (True, 1, ())
    assert await contact(door, sealed) == (200, "ayse@example.com")
    for document in await database.collection("requests").find({}):
        assert document.get("key_id", done.key_id) == done.key_id
        assert "example.com" not in str(document)

    later = await post(door, {"email": "ece@example.com"})
    assert (await rotate(entries, keys)).rewrapped == 0, "the door has noticed the new key"
    assert await contact(door, later) == (200, "ece@example.com")


async def test_a_person_is_found_for_erasure_while_keys_differ(
    door: httpx.AsyncClient, keys: KeyFile
) -> None:
    under_the_old_key = await post(door, AYSE)
    keys.begin()
    under_the_new_key = await post(door, AYSE)
    assert await erase(door, under_the_new_key) == {under_the_old_key, under_the_new_key}
    assert await contact(door, under_the_old_key) == (404, "erased")


# --- retention ---------------------------------------------------------------------------------------------


def closed_at(request_id: str, at: datetime) -> TimelineEntry:
    event = RequestClosed.model_validate(
        {
            "request_id": request_id,
            "sequence": 1,
            "state": "closed",
            "occurred_at": at,
            "actor": {"kind": "department", "id": "temizlik"},
            "cause_id": request_id,
            "summary": {
                "receipt_number": "BB-2026-0012345-L",
                "channel": "web",
                "kind": "request",
                "regime": "petition_3071",
                "priority": "normal",
                "subject": "Çöp",
                "applicant": {"named": True, "media": ["email"], "language": "tr"},
                "received_at": at,
            },
            "previous_hash": "0" * 64,
            "hash": "0" * 64,
            "department": "temizlik",
        }
    )
    return TimelineEntry(UUID(request_id), 1, event.ce_type, event.model_dump_json(exclude_none=True))


async def test_retention_erases_what_is_due_request_by_request_and_once(
    door: httpx.AsyncClient, database: Database, entries: VaultStore, keys: KeyFile
) -> None:
    now = datetime.now(UTC)
    store = IntakeStore(database, watch_grace=timedelta(minutes=1))
    due, closed_lately, still_open = [await post(door, AYSE) for _ in range(3)]
    await store.add_to_timeline([closed_at(due, now), closed_at(closed_lately, now + timedelta(days=300))])

    forgotten = ForgottenStore(database)
    files = FileErasure(AttachmentStore(database), forgotten)

    def keeper(at: datetime) -> RetentionKeeper:
        return RetentionKeeper(
            Vault(entries, keys),
            entries,
            AccessLog(entries, lambda: at),
            store,
            files=files,
            forgetting=Forgetting(forgotten, store, CommandStore(database), lambda: at),
            table=load_retention(),
            clock=lambda: at,
            every=timedelta(days=1),
        )

    assert await keeper(now + timedelta(days=700)).apply() == 0
    assert await keeper(now + timedelta(days=740)).apply() == 1
    assert await keeper(now + timedelta(days=740)).apply() == 0
    assert await contact(door, due) == (404, "erased")
    assert await contact(door, closed_lately) == (200, "ayse@example.com")
    assert await contact(door, still_open) == (200, "ayse@example.com")
    assert ("intake", "retention", True) in await looks(door, due)
