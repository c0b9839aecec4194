"""Personal data does not pass; other numbers do."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.identity import is_national_id
from shared.text.masking import EMAIL, IBAN, NATIONAL_ID, PHONE, PLATE, mask_personal

VALID_ID = "10000000146"


def national_id(first_nine: int) -> str:
    digits = [int(d) for d in str(first_nine)]
    digits.append((7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10)
    digits.append(sum(digits) % 10)
    return "".join(map(str, digits))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"TC {VALID_ID} adıma kayıtlı", f"TC {NATIONAL_ID} adıma kayıtlı"),
        (f"TC{VALID_ID}", f"TC{NATIONAL_ID}"),
        ("kimlik 100 000 001 46.", f"kimlik {NATIONAL_ID}."),
        ("0532 123 45 67 arayın", f"{PHONE} arayın"),
        ("tel:05321234567den", f"tel:{PHONE}den"),
        ("+90 (532) 123-45-67", PHONE),
        ("532.123.45.67", PHONE),
        ("0 (212) 243 22 51", PHONE),
        ("1 5321234567", f"1 {PHONE}"),
        ("+49 151 23456789", PHONE),
        ("ayse.yilmaz+1@ornek.com.tr yazın", f"{EMAIL} yazın"),
        ("ayse @ ornek.com", EMAIL),
        ("TR33 0006 1005 1978 6457 8413 26 no'lu hesap", f"{IBAN} no'lu hesap"),
        ("tr330006100519786457841326", IBAN),
        ("34 ABC 123 plakalı", f"{PLATE} plakalı"),
        ("34abc123", PLATE),
        ("06 A 1234", PLATE),
    ],
)
def test_personal_data_is_hidden(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "12345678901 abone numaram",
        "112 ve 153 arandı, 444 0 160 açmadı",
        "BB-2026-0012345-K",
        "23.11.2026 14.32 itibarıyla 12 ay 2024 boyunca",
        "Enlem 41.03236612345, boylam 28.98508",
        "550e8400-e29b-41d4-a716-a46655440000 olayı",
        "34 NO 125 DAİRE 4",
        "12 AY 2024",
        "5393 m.14/a; 5216 m.7",
        "3 gündür 15 konteyner dolu",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal(text) == text


@given(st.text(), st.integers(100_000_000, 999_999_999), st.text())
def test_no_national_id_survives_between_words(before: str, first_nine: int, after: str) -> None:
    number = national_id(first_nine)
    assert is_national_id(number)
    masked = mask_personal(f"{before} – {number} – {after}")
    assert number not in masked.replace(before, "").replace(after, "") or number in before + after


@given(st.integers(500_000_0000, 599_999_9999), st.sampled_from(["", "0", "+90", "0090 ", "90 "]))
def test_no_mobile_number_survives_however_it_is_grouped(number: int, prefix: str) -> None:
    n = str(number)
    for written in (n, f"{n[:3]} {n[3:6]} {n[6:8]} {n[8:]}", f"({n[:3]}) {n[3:6]}-{n[6:8]}-{n[8:]}"):
        masked = mask_personal(f"Beni {prefix}{written} den arayın")
        assert not re.search(r"\d{2}", masked)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask_personal(mask_personal(text)) == mask_personal(text)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@")))
def test_text_without_figures_and_addresses_is_untouched(text: str) -> None:
    assert mask_personal(text) == text


@given(st.uuids())
def test_identifiers_stay_whole(identifier: UUID) -> None:
    assert mask_personal(f"request_id={identifier}") == f"request_id={identifier}"


@pytest.mark.parametrize(
    "digits", ["", "1000000014", "00000000000", "10000000147", "1000000014a", "100000001466"]
)
def test_what_is_no_national_id(digits: str) -> None:
    assert not is_national_id(digits)
