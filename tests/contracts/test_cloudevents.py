"""CloudEvents 1.0 in binary mode over Kafka: what goes out, and what a reader makes of what comes in."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.cloudevents import (
    CloudEvent,
    Headers,
    Record,
    UnreadableEventError,
    header,
    read_event,
    record_of,
    to_record,
)
from shared.contracts.commands import AcceptCommand, AnswerCommand

REQUEST = UUID("3f0b1c52-6a0e-4d7c-9a53-0c8f5f1f2a01")
ID = UUID("0192d6f0-1111-5222-8333-444455556666")
TIME = datetime(2026, 11, 23, 11, 32, 5, 120000, tzinfo=UTC)
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
COMMAND = AnswerCommand(request_id=REQUEST, issued_at=TIME, text="Çukur kapatıldı.")
KNOWN = {AnswerCommand.ce_type: AnswerCommand}


def event(**changes: Any) -> CloudEvent[AnswerCommand]:  # noqa: ANN401 - members of the event
    members: dict[str, Any] = {"id": ID, "source": "fen", "time": TIME, "subject": REQUEST, "data": COMMAND}
    return CloudEvent(**(members | changes))


def record(**changes: Any) -> Record:  # noqa: ANN401 - members of the event
    return to_record("requests.commands.fen.v1", event(**changes))


def replaced(name: str, value: bytes | None) -> Headers:
    return [(k, value if k == name else v) for k, v in record().headers]


def without(name: str) -> Headers:
    return [(k, v) for k, v in record().headers if k != name]


def test_attributes_travel_as_headers_and_data_as_the_value() -> None:
    sent = record(traceparent=TRACEPARENT)
    assert sent.topic == "requests.commands.fen.v1"
    assert sent.key == str(REQUEST).encode()
    assert dict(sent.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(ID).encode(),
        "ce_source": b"fen",
        "ce_type": b"tr.bel.beyoglu.answer.commanded.v1",
        "ce_time": b"2026-11-23T11:32:05.120000+00:00",
        "ce_subject": str(REQUEST).encode(),
        "content-type": b"application/json",
        "traceparent": TRACEPARENT.encode(),
    }
    assert sent.value is not None
    assert json.loads(sent.value) == {
        "request_id": str(REQUEST),
        "issued_at": "2026-11-23T11:32:05.120Z",
        "text": "Çukur kapatıldı.",
        "attachments": [],
    }


@pytest.mark.parametrize("traceparent", [None, TRACEPARENT])
def test_what_is_written_is_read_back(traceparent: str | None) -> None:
    sent = event(traceparent=traceparent)
    written = to_record("t", sent)
    assert read_event(written.value, written.headers, KNOWN) == sent


def test_stored_bytes_travel_as_they_are() -> None:
    stored = b'{"request_id" : "x"}'
    sent = record_of("t", id="a", source="s", type="y", time=TIME, subject=REQUEST, value=stored)
    assert sent.value == stored


def test_members_are_written_as_json() -> None:
    sent = record_of("t", id="a", source="s", type="y", time=TIME, subject=REQUEST, value={"ş": 1})
    assert sent.value is not None
    assert json.loads(sent.value) == {"ş": 1}


def test_members_that_a_newer_writer_adds_are_skipped() -> None:
    value = json.dumps(COMMAND.model_dump(mode="json") | {"mood": "good"}).encode()
    assert read_event(value, record().headers, KNOWN).data == COMMAND


def test_headers_of_others_are_no_concern() -> None:
    foreign = [*record().headers, ("x-null", None), ("x-bytes", b"\xff\xfe")]
    assert read_event(record().value, foreign, KNOWN).data == COMMAND


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "subject"])
@pytest.mark.parametrize(
    ("value", "reason"), [(None, "header ce_{} is NULL"), (b"\xff", "header ce_{} is not UTF-8")]
)
def test_an_attribute_that_is_no_text_is_named(name: str, value: bytes | None, reason: str) -> None:
    with pytest.raises(UnreadableEventError, match=f"^{reason.format(name)}$"):
        read_event(record().value, replaced(f"ce_{name}", value), KNOWN)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "subject"])
@pytest.mark.parametrize("emptied", [True, False])
def test_a_missing_attribute_is_named(name: str, emptied: bool) -> None:
    headers = replaced(f"ce_{name}", b"") if emptied else without(f"ce_{name}")
    with pytest.raises(UnreadableEventError, match=f"^CloudEvents attributes missing: {name}$"):
        read_event(record().value, headers, KNOWN)


def test_all_missing_attributes_are_named_at_once() -> None:
    with pytest.raises(UnreadableEventError, match="id, source, specversion, subject, time, type"):
        read_event(b"{}", [], KNOWN)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("specversion", b"0.3", "version 0.3 is not 1.0"),
        ("type", b"tr.bel.beyoglu.answer.commanded.v99", "v99 is not known here"),
        ("id", b"42", "malformed envelope"),
        ("subject", b"BB-2026-0012345-L", "malformed envelope"),
        ("time", b"yesterday", "malformed envelope"),
    ],
)
def test_an_attribute_with_a_wrong_value_is_refused(name: str, value: bytes, reason: str) -> None:
    with pytest.raises(UnreadableEventError, match=reason):
        read_event(record().value, replaced(f"ce_{name}", value), KNOWN)


def test_a_type_that_exists_but_is_not_read_here_is_refused() -> None:
    with pytest.raises(UnreadableEventError, match=r"answer\.commanded\.v1 is not known here"):
        read_event(record().value, record().headers, {AcceptCommand.ce_type: AcceptCommand})


def test_a_tombstone_is_no_event() -> None:
    with pytest.raises(UnreadableEventError, match="tombstone"):
        read_event(None, record().headers, KNOWN)


@pytest.mark.parametrize(
    "value", [b"", b"{", b"\xff\xfe", b'{"request_id": NaN-}', b"[1, 2", b'{"text": "\xc3"}']
)
def test_bytes_that_are_no_json_are_refused(value: bytes) -> None:
    with pytest.raises(UnreadableEventError, match="json_invalid"):
        read_event(value, record().headers, KNOWN)


@pytest.mark.parametrize("value", [b"null", b"[]", b"42", b'"text"'])
def test_json_that_is_no_object_is_refused(value: bytes) -> None:
    with pytest.raises(UnreadableEventError, match="data does not fit AnswerCommand"):
        read_event(value, record().headers, KNOWN)


def test_a_misfit_is_told_by_place_and_rule_never_by_content() -> None:
    secret = "Ayşe Yılmaz 0555 000 00 00"
    value = json.dumps({"request_id": secret, "issued_at": secret, "text": ""}).encode()
    with pytest.raises(UnreadableEventError) as refusal:
        read_event(value, record().headers, KNOWN)
    assert str(refusal.value).startswith("data does not fit AnswerCommand: request_id: uuid_parsing")
    assert "text: string_too_short" in str(refusal.value)
    assert "Yılmaz" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_an_instant_without_a_zone_is_refused() -> None:
    value = json.dumps(COMMAND.model_dump(mode="json") | {"issued_at": "2026-11-23T11:32:05"}).encode()
    with pytest.raises(UnreadableEventError, match="issued_at: timezone_aware"):
        read_event(value, record().headers, KNOWN)


def test_a_very_long_type_does_not_flood_the_reason() -> None:
    with pytest.raises(UnreadableEventError) as refusal:
        read_event(record().value, replaced("ce_type", b"x" * 100_000), KNOWN)
    assert len(str(refusal.value)) < 200


def test_a_header_that_is_not_there_is_none() -> None:
    assert header([("other", b"x")], "traceparent") is None


def test_of_two_headers_with_one_name_the_first_counts() -> None:
    assert header([("a", b"1"), ("a", b"2")], "a") == "1"
