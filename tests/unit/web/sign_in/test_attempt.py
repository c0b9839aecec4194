import hashlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.sign_in.attempt import attempt_from, begin, own_path


@pytest.mark.parametrize("path", ["/", "/siniflandirma", "/siniflandirma/1?giden=2&x=ç", "/a//b", "/a:b@c"])
def test_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "siniflandirma",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=y",
        " /a",
        "/a\\b",
    ],
)
def test_anything_else_leads_to_the_first_page(path: str | None) -> None:
    assert own_path(path) == "/"


@given(st.text(alphabet="/\\:@.?# \t\nab", max_size=12))
def test_no_path_names_another_host(path: str) -> None:
    kept = own_path(path)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert not any(letter in kept for letter in "\\\t\n ")


def test_every_attempt_has_secrets_of_its_own_and_survives_its_cookie() -> None:
    first, second = begin("/a", 1), begin("/a", 1)
    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6
    assert attempt_from(first.as_json()) == first


def test_the_challenge_is_the_digest_of_the_verifier() -> None:
    attempt = begin("/", 1)
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    assert attempt.challenge == urlsafe_b64encode(digest).decode().rstrip("=")


def test_only_its_own_state_answers_an_attempt_and_only_for_ten_minutes() -> None:
    attempt = begin("/", 1_000)
    assert attempt.is_answered_by(attempt.state, 1_599)
    assert not attempt.is_answered_by(attempt.state, 1_600)
    assert not attempt.is_answered_by(attempt.state + "x", 1_001)
    assert not attempt.is_answered_by("ş", 1_001)
