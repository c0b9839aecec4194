"""The forms of operator and counter as data, and the number as it is read out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.channels.call import CallRequest
from services.intake.channels.reception import ReceptionRequest
from services.intake.receipts.numbers import format_number
from services.intake.staff.answers import sentences
from services.intake.staff.call_form import FIELDS, call_body
from services.intake.staff.counter_form import asked_by_kind, counter_body
from services.intake.staff.reading_out import groups
from shared.web.problems import FieldProblem

SCAN = "0f0f0f0f-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("number", "read_out"),
    [
        ("BB-2026-0012345-K", ("BB", "2026", "00", "12", "345", "K")),
        ("BB-2026-123456789-K", ("BB", "2026", "1234", "56", "789", "K")),
        ("7K4P-9M2X", ("7K4P", "9M2X")),
    ],
)
def test_numbers_are_cut_into_what_one_breath_says(number: str, read_out: tuple[str, ...]) -> None:
    assert groups(number) == read_out


@given(st.integers(2020, 2099), st.integers(1, 999_999_999))
def test_what_is_read_out_is_the_whole_number(year: int, sequence: int) -> None:
    number = format_number(year, sequence)
    assert "".join(groups(number)) == number.replace("-", "")


def test_a_call_with_everything_becomes_the_body_of_the_api() -> None:
    body = call_body(
        {
            "gorevli": " cm-014 ",
            "telefon": "0532 000 00 00",
            "ne": "Kablo kopmuş",
            "mahalle": "Kulaksız",
            "adres": "Okmeydanı Caddesi",
            "ad": "Ayşe Örnek",
            "geri": "1",
            "tehlike": "1",
            "devir": "Yarım saat bekliyor",
            "ekle": SCAN,
        }
    )
    assert body == {
        "description": "Kablo kopmuş",
        "operator": "cm-014",
        "place": {"neighbourhood": "Kulaksız", "address": "Okmeydanı Caddesi"},
        "applicant": {"name": "Ayşe Örnek"},
        "caller_number": "0532 000 00 00",
        "call_back": True,
        "hand_over_note": "Yarım saat bekliyor",
        "danger": True,
        "joins": SCAN,
    }
    assert CallRequest.model_validate_json(json.dumps(body)).caller_number == "+905320000000"


def test_what_was_left_empty_is_left_out() -> None:
    body = call_body({"gorevli": "E.D.", "ne": "Çukur", "telefon": " ", "mahalle": "", "devir": ""})
    assert body == {"description": "Çukur", "operator": "E.D."}


def test_a_paper_becomes_the_body_of_the_api() -> None:
    body = counter_body(
        {
            "gorevli": "E.D.",
            "ne": "Park yasağı",
            "ad": "Mehmet Örnek",
            "var-imza": "1",
            "var-adres": "1",
            "taranan": f"{SCAN} <kötü>",
        }
    )
    assert body == {
        "description": "Park yasağı",
        "kind": "petition",
        "operator": "E.D.",
        "applicant": {"name": "Mehmet Örnek"},
        "signed": True,
        "elements": ["adres"],
        "attachments": [SCAN],
    }
    assert ReceptionRequest.model_validate_json(
        '{"description": "x", "kind": "petition", "elements": ["adres"], "operator": "E.D."}'
    ).elements == ("adres",)


def test_the_page_knows_what_the_law_asks_of_each_kind() -> None:
    asked = asked_by_kind()
    assert asked["petition"] == "ad imza adres"
    assert asked["request"] == ""


def test_faults_are_told_to_the_colleague_in_the_order_of_the_page() -> None:
    problems = [
        FieldProblem("/caller_number", "Cep telefonunuzu yazın", "x", "phone"),
        FieldProblem("/operator", "İstenen biçimde yazın.", "x", "string_pattern_mismatch"),
        FieldProblem("/place/neighbourhood/x", "Mahalle yok.", "x", "unknown"),
        FieldProblem("/place/lat", "Konum İstanbul dışında.", "x", "place_outside"),
        FieldProblem("/kind", "Türü seçin.", "x", "unknown"),
    ]
    assert sentences(problems, FIELDS) == {
        "ne": "Türü seçin.",
        "gorevli": "Görevli kodunuzu yazın, örneğin E.D.",
        "telefon": "Numarayı 10 haneli yazın, örneğin 212 000 00 00 ya da 5xx 000 00 00",
        "mahalle": "Mahalle yok.",
        "adres": "Konum İstanbul dışında.",
    }


def test_a_pin_becomes_the_place_of_the_call_and_what_is_no_number_is_refused() -> None:
    told = {"gorevli": "E.D.", "ne": "Çukur", "enlem": "41.032100", "boylam": "28.983800"}
    place = CallRequest.model_validate(call_body(told)).place
    assert (place.lat, place.lon) == (41.0321, 28.9838)
    with pytest.raises(ValidationError):
        CallRequest.model_validate(call_body(told | {"enlem": "orada"}))
