import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.channels.web import WebRequest
from services.intake.idempotency import (
    KeyMalformedError,
    KeyMissingError,
    fingerprint_of,
    read_key,
    request_id_of,
)
from shared.contracts.vocabulary import Channel


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ('"8e03978e"', "8e03978e"),
        (r'"a\"b\\c"', r'a"b\c'),
        ("x" * 255, "x" * 255),
        (" k ", "k"),
    ],
)
def test_a_key_comes_with_or_without_quotes(header: str, key: str) -> None:
    assert read_key(header) == key


@pytest.mark.parametrize("header", ["", '""', "a b", "ş", "a\x00", "x" * 256, "\x7f"])
def test_a_malformed_key_is_refused(header: str) -> None:
    with pytest.raises(KeyMalformedError):
        read_key(header)


def test_a_missing_key_is_told_apart() -> None:
    with pytest.raises(KeyMissingError):
        read_key(None)


@given(st.text(max_size=300))
def test_any_header_is_a_key_or_refused(header: str) -> None:
    try:
        assert 1 <= len(read_key(header)) <= 255
    except KeyMalformedError:
        return


def test_channel_client_and_key_make_the_request() -> None:
    one = request_id_of(Channel.WEB, "api", "k")
    assert one == request_id_of(Channel.WEB, "api", "k")
    others = {
        request_id_of(Channel.CALL, "api", "k"),
        request_id_of(Channel.WEB, "form", "k"),
        request_id_of(Channel.WEB, "api", "l"),
    }
    assert len(others) == 3
    assert one not in others


def test_a_fingerprint_follows_the_content_and_not_its_spelling() -> None:
    plain = WebRequest.model_validate_json('{"description": "x", "applicant": {"phone": "0532 000 00 00"}}')
    spaced = WebRequest.model_validate_json('{"applicant":{"phone":"+905320000000"},"description":" x "}')
    other = WebRequest.model_validate_json('{"description": "y"}')
    assert fingerprint_of(plain) == fingerprint_of(spaced)
    assert fingerprint_of(plain) != fingerprint_of(other)
