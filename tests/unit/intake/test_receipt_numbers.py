import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.receipts.numbers import (
    CHECK_ALPHABET,
    ReceiptNumberError,
    check_character,
    format_number,
    parse_number,
)

years = st.integers(2000, 2099)
sequences = st.integers(1, 9_999_999)
NUMBER = format_number(2026, 12_345)


def test_a_number_shows_year_sequence_and_check_character() -> None:
    check = check_character("20260012345")
    assert len(check) == 1
    assert f"BB-2026-0012345-{check}" == NUMBER


def test_the_check_alphabet_has_a_prime_number_of_letters_and_no_lookalikes() -> None:
    assert len(set(CHECK_ALPHABET)) == 23
    assert not set(CHECK_ALPHABET) & set("IOQ")


@given(years, sequences)
def test_what_is_formatted_is_parsed_back(year: int, sequence: int) -> None:
    number = format_number(year, sequence)
    assert parse_number(number) == number


@given(years, sequences, st.integers(0, 10), st.integers(1, 9))
def test_every_wrong_digit_is_caught(year: int, sequence: int, position: int, shift: int) -> None:
    digits = f"{year}{sequence:07}"
    wrong = str((int(digits[position]) + shift) % 10)
    garbled = digits[:position] + wrong + digits[position + 1 :]
    with pytest.raises(ReceiptNumberError):
        parse_number(f"BB{garbled}{check_character(digits)}")


@given(years, sequences, st.integers(0, 9))
def test_every_swap_of_neighbours_is_caught(year: int, sequence: int, position: int) -> None:
    digits = f"{year}{sequence:07}"
    swapped = digits[:position] + digits[position + 1] + digits[position] + digits[position + 2 :]
    if swapped == digits:
        return
    with pytest.raises(ReceiptNumberError):
        parse_number(f"BB{swapped}{check_character(digits)}")


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER.lower(),
        f"  {NUMBER}  ",
        NUMBER.replace("-", " "),
        NUMBER.replace("-", ""),
        NUMBER.replace("-", "–"),
        NUMBER.replace("001", "OOI"),
        NUMBER.replace("001", "ooı").lower(),
        NUMBER.replace("001", "00İ"),
        NUMBER.replace("001", "00i"),
    ],
)
def test_people_type_numbers_in_many_ways(typed: str) -> None:
    assert parse_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed",
    ["", "B", "BB", "BB-2026", "12345", "BB-2026-0012345", "BB-2026-0012345-I", "XX" + NUMBER[2:], "²" * 13],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ReceiptNumberError):
        parse_number(typed)


@given(st.text(max_size=40))
def test_any_text_is_either_a_number_or_refused(typed: str) -> None:
    with contextlib.suppress(ReceiptNumberError):
        assert parse_number(typed).startswith("BB-")
