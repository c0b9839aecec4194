from hypothesis import given
from hypothesis import strategies as st

from services.intake.clients.api_keys import PREFIX, hash_of, is_well_formed, new_key


def test_every_key_is_new_and_well_formed() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(is_well_formed(key) and key.startswith(PREFIX) for key in keys)


@given(place=st.integers(0, 56), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_wrong_letter_is_noticed_without_the_register(place: int, letter: str) -> None:
    key = new_key()
    at = len(PREFIX) + place
    wrong = key[:at] + letter + key[at + 1 :]
    assert is_well_formed(wrong) is (wrong == key)


@given(st.text(max_size=80))
def test_whatever_else_is_sent_is_no_key(text: str) -> None:
    assert not is_well_formed(text)
    assert not is_well_formed(PREFIX + text)


def test_what_is_stored_does_not_hold_the_key() -> None:
    key = new_key()
    assert key.removeprefix(PREFIX) not in hash_of(key)
    assert len(hash_of(key)) == 64
