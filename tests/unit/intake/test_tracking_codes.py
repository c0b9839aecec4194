import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.receipts.secrets import ALPHABET, TrackingCodes
from shared.keyfiles import load_or_create_key

REQUEST = UUID("5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3a")
codes = TrackingCodes(b"k" * 32)


def test_a_code_is_eight_characters_in_two_groups_without_lookalikes() -> None:
    first, second = codes.code_of(REQUEST).split("-")
    assert len(first) == len(second) == 4
    assert set(first + second) <= set(ALPHABET)
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("01IO")


def test_a_code_is_the_same_each_time_and_another_with_another_key() -> None:
    assert codes.code_of(REQUEST) == TrackingCodes(b"k" * 32).code_of(REQUEST)
    assert codes.code_of(REQUEST) != TrackingCodes(b"j" * 32).code_of(REQUEST)


@given(st.uuids(), st.uuids())
def test_a_code_proves_its_own_request_only(one: UUID, other: UUID) -> None:
    assert codes.proves(codes.code_of(one), one)
    if one != other:
        assert not codes.proves(codes.code_of(one), other)


def test_a_code_may_be_typed_in_any_case_with_spaces_and_without_the_dash() -> None:
    code = codes.code_of(REQUEST)
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert codes.proves(typed, REQUEST)


@given(st.text(max_size=20))
def test_nothing_that_is_typed_breaks_the_check(typed: str) -> None:
    assert not codes.proves(typed, uuid4()) or len(typed) >= 8


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TrackingCodes(b"short")


def test_the_key_is_made_once_and_belongs_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "intake" / "tracking.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
