"""Personal data does not pass; other numbers do."""

import re
import unicodedata
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.text.folding import clean
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
        (f"+90 (212) 243 22 51 {VALID_ID[:3]} 000 001 46", f"{PHONE} {NATIONAL_ID}"),
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


AS_WRITTEN = {
    "ASCII": "0123456789",
    "Arabic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "full width": "０１２３４５６７８９",
    "mathematical": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
}
scripts = st.sampled_from([str.maketrans(AS_WRITTEN["ASCII"], digits) for digits in AS_WRITTEN.values()])
SEEN = ("", " ", "  ", ".", "-", "/", " - ", " . ", "\n", "\t", "_", ",", "·", "–", "*")
UNSEEN = ("\u00a0", "\u2009", "\u2011", "\u200b", "\u200d", "\u00ad", "\u202e", "\ufe0f\u20e3", "\u0336")
separators = st.sampled_from(SEEN + UNSEEN)
ID_GROUPS = ((11,), (3, 3, 3, 2), (3, 2, 3, 3), (1,) * 11, (2, 9), (3, 8), (9, 2))
PHONE_GROUPS = ((10,), (3, 7), (3, 3, 4), (3, 3, 2, 2), (1,) * 10)
IBAN_GROUPS = ((26,), (4, 4, 4, 4, 4, 4, 2), (1,) * 26, (2, 24), (4, 5, 1, 16))


def grouped(text: str, sizes: tuple[int, ...], separator: str) -> str:
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    return separator.join(text[end - size : end] for end, size in zip(ends, sizes, strict=True))


def digits_in(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(ID_GROUPS), separators, scripts)
def test_no_national_id_survives_however_it_is_written(
    first_nine: int, sizes: tuple[int, ...], separator: str, script: dict[int, int]
) -> None:
    assume(not (separator in ".," and len(sizes) == 2))  # That is a number with decimals.
    written = grouped(national_id(first_nine), sizes, separator)
    assume(not re.match(r"\d{1,2}[./-]\d{1,2}[./-](19|20)\d\d", written))
    for text in (f"kimliğim {written.translate(script)} dir", clean(f"({written.translate(script)})")):
        assert digits_in(mask_personal(text)) == ""


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6), st.integers(100_000_000, 999_999_999))
def test_no_numbers_before_a_national_id_hide_it(before: list[int], first_nine: int) -> None:
    written = grouped(national_id(first_nine), (3, 3, 3, 2), " ")
    assert written not in mask_personal(f"{' '.join(map(str, before))} {written}")


@given(
    st.integers(200_000_0000, 599_999_9999),
    st.sampled_from(["", "0", "0 ", "+90", "+90 ", "0090 "]),
    st.sampled_from(PHONE_GROUPS),
    separators,
    scripts,
)
def test_no_phone_survives_however_it_is_written(
    number: int, prefix: str, sizes: tuple[int, ...], separator: str, script: dict[int, int]
) -> None:
    written = (prefix + grouped(str(number), sizes, separator)).translate(script)
    for text in (f"beni {written} arayın", clean(f"tel:{written}")):
        assert digits_in(mask_personal(text)) == ""


@given(
    st.integers(0, 10**22 - 1),
    st.sampled_from(["TR", "tr", "Tr"]),
    st.sampled_from(IBAN_GROUPS),
    separators,
    scripts,
)
def test_no_iban_survives_however_it_is_written(
    account: int, country: str, sizes: tuple[int, ...], separator: str, script: dict[int, int]
) -> None:
    check = 98 - int(f"{account:022d}292700") % 97
    written = grouped(f"{country}{check:02d}{account:022d}", sizes, separator).translate(script)
    assert digits_in(mask_personal(f"hesap {written} adıma")) == ""


@pytest.mark.parametrize(
    "written",
    [
        "ayse@ornek.com",
        "ayse @ ornek.com",
        "ayse\n@ornek.com",
        "ayse＠ornek.com",
        "ayse(at)ornek.com",
        "ayse [at] ornek.com",
        "ayse@ornek .com",
        "ayse@ornek. com",
        "ayse@ornek\n.com",
        "ayse@ornek",
        "ayşe.yılmaz@örnek.com.tr",
        "AYSE@ORNEK.COM.TR",
    ],
)
def test_no_address_survives_however_it_is_written(written: str) -> None:
    assert mask_personal(f"Bana {written} adresinden yazın.") == f"Bana {EMAIL} adresinden yazın."


@pytest.mark.parametrize(
    "text",
    [
        "05.11.2026 9.30",
        "23.11.2026 14.32.18",
        "12/11/2026 - 432",
        "BB-2026-0012345-K numaralı başvurum, 550e8400-e29b-41d4-a716-446655440000",
        "1,2,3,4,5,6,7,8",
        "1.250.000.000,00 TL",
        "ada 1234, parsel 12, pafta 5678",
        "41.032366123, 28.985081234",
        "No: 212, 243, 22 ve 51",
        "RG 27.4.2004/25445, RG 10.3.2018/30356",
        "saat (atölye [at arabası] 10",
        "500.000.000",
    ],
)
def test_dates_amounts_and_places_stay(text: str) -> None:
    assert mask_personal(text) == text


@pytest.mark.parametrize("piece", ["a", "1", "1 ", "5-", "TR1", "@", "a@", "(", "+1", "1\u200d", "a (at "])
def test_no_text_takes_long(piece: str) -> None:
    # Quadratic matching took seconds on such texts; the run's time limit is the bound.
    long = piece * 20_000 + "1"
    assert mask_personal(mask_personal(long)) == mask_personal(long)


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
