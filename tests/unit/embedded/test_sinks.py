from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from deploy.embedded.settings import StackSettings
from deploy.embedded.sinks.app import create_app
from deploy.embedded.sinks.faults import FaultPlan, Faults
from deploy.embedded.sinks.journal import Journal
from deploy.embedded.sinks.mailbox import Mailbox
from deploy.embedded.sinks.smsbox import Smsbox

SMS = {"id": "m-1", "to": "+905320000000", "text": "Başvurunuz alındı"}


def mail(subject: str = "Başvurunuz alındı", message_id: str | None = "<a.1@istek.example>") -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("Sayın başvuran,\nçöp konusu incelenecek.\n")
    return message.as_bytes()


def test_a_mail_becomes_a_file_named_by_its_message_id(tmp_path: Path) -> None:
    stored = Mailbox(tmp_path).receive("a@x", ["b@x"], mail())
    assert (tmp_path / "a.1@istek.example.eml").read_bytes() == mail()
    assert stored.subject == "Başvurunuz alındı"


def test_a_repeated_message_id_counts_once_and_is_noticed(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    for _ in range(3):
        mailbox.receive("a@x", ["b@x"], mail())
    assert [(m.id, m.repeats) for m in mailbox.newest_first()] == [("a.1@istek.example", 2)]
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_mails_without_message_id_are_told_apart_by_content(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.receive("a@x", ["b@x"], mail("1", message_id=None))
    mailbox.receive("a@x", ["b@x"], mail("2", message_id=None))
    assert len(mailbox) == 2


@pytest.mark.parametrize(
    "message_id", ["<../../etc/passwd@x>", "</etc/passwd>", "<.@x>", "<" + "a" * 500 + "@x>"]
)
def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, message_id: str) -> None:
    folder = tmp_path / "mail"
    Mailbox(folder).receive("a@x", ["b@x"], mail(message_id=message_id))
    assert len(list(folder.glob("*.eml"))) == 1
    assert list(tmp_path.rglob("*.eml")) == list(folder.glob("*.eml"))


def test_message_ids_that_look_alike_as_file_names_stay_apart(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.receive("a@x", ["b@x"], mail(message_id="<a/b@x>"))
    mailbox.receive("a@x", ["b@x"], mail(message_id="<a?b@x>"))
    mailbox.receive("a@x", ["b@x"], mail(message_id="<a_b@x>"))
    assert len(mailbox) == 3


def test_a_restarted_mailbox_knows_its_mails_and_repeats(tmp_path: Path) -> None:
    before = Mailbox(tmp_path)
    before.receive("a@x", ["b@x"], mail())
    before.receive("a@x", ["b@x"], mail())
    after = Mailbox(tmp_path)
    assert after.newest_first() == before.newest_first()
    assert "çöp konusu" in after.text(after.newest_first()[0])


def test_a_half_written_line_is_dropped_and_the_journal_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "received.jsonl"
    path.write_text('{"id": 1}\n{"id": 2, "te')
    journal = Journal(path)
    journal.append({"id": 3})
    assert list(journal.entries()) == [{"id": 1}, {"id": 3}]


def test_a_restarted_smsbox_knows_its_messages(tmp_path: Path) -> None:
    before = Smsbox(tmp_path)
    before.accept("m-1", "+905320000000", "Merhaba")
    before.accept("m-1", "+905320000000", "Merhaba")
    assert [sms.repeats for sms in Smsbox(tmp_path).newest_first()] == [1]


async def test_a_plan_refuses_the_next_messages_and_no_more() -> None:
    faults = Faults(FaultPlan(fail_next=2))
    assert [await faults.strike() for _ in range(3)] == [True, True, False]


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(StackSettings(data=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sinks") as client:
        yield client


async def test_a_repeated_sms_gets_the_first_answer(gateway: httpx.AsyncClient) -> None:
    first = await gateway.post("/sms/v1/messages", json=SMS)
    second = await gateway.post("/sms/v1/messages", json=SMS)
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert first.json()["parts"] == 1
    listed = (await gateway.get("/api/sms")).json()
    assert [(sms["id"], sms["repeats"]) for sms in listed] == [("m-1", 1)]


async def test_an_id_with_another_text_is_refused(gateway: httpx.AsyncClient) -> None:
    await gateway.post("/sms/v1/messages", json=SMS)
    assert (await gateway.post("/sms/v1/messages", json=SMS | {"text": "Başka"})).status_code == 409


async def test_the_gateway_fails_until_the_plan_is_cleared(gateway: httpx.AsyncClient) -> None:
    await gateway.put("/sms/v1/faults", json={"fail_all": True})
    assert (await gateway.post("/sms/v1/messages", json=SMS)).status_code == 503
    await gateway.put("/sms/v1/faults", json={})
    assert (await gateway.post("/sms/v1/messages", json=SMS)).status_code == 202


async def test_an_unknown_fault_is_refused(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.put("/smtp/v1/faults", json={"code": 999})).status_code == 422


async def test_deleted_messages_are_gone(gateway: httpx.AsyncClient) -> None:
    await gateway.post("/sms/v1/messages", json=SMS)
    assert (await gateway.delete("/api/sms")).status_code == 204
    assert (await gateway.get("/api/sms")).json() == []


async def test_the_viewer_shows_what_was_sent_and_that_it_is_a_trial(gateway: httpx.AsyncClient) -> None:
    await gateway.post("/sms/v1/messages", json=SMS | {"text": "<b>Son gün</b> 3 Aralık"})
    page = (await gateway.get("/")).text
    assert "Deneme ortamı" in page
    assert "&lt;b&gt;Son gün&lt;/b&gt; 3 Aralık" in page
    assert "532 000 00 00" in page
    single = await gateway.get("/sms/m-1")
    assert single.status_code == 200
    assert "GSM-7" in single.text


async def test_an_unknown_message_is_not_found(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.get("/mails/none")).status_code == 404
