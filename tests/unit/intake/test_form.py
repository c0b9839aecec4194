import json

import pytest

from services.intake.channels.web import WebRequest
from services.intake.pages.form import FORM_KINDS, body_of, errors_by_field, form_kind, unanswered
from services.intake.pages.texts import ELEMENTS, TEXTS
from shared.web.problems import FieldProblem

ANSWERS = {
    "ne": "Çöp taşıyor",
    "mahalle": "Cihangir",
    "adres": "",
    "ulasim": "yok",
    "telefon": "",
    "eposta": "",
}


def codes(**answers: str) -> list[str]:
    return [problem.code for problem in unanswered({**ANSWERS, **answers})]


def test_answers_become_the_body_of_the_api() -> None:
    body = body_of({**ANSWERS, "ulasim": "sms", "telefon": "0532 000 00 00"}, "en")
    assert body == {
        "description": "Çöp taşıyor",
        "kind": "request",
        "language": "en",
        "place": {"neighbourhood": "Cihangir"},
        "applicant": {"phone": "0532 000 00 00"},
    }
    assert WebRequest.model_validate_json(json.dumps(body)).applicant.phone == "+905320000000"


def test_what_was_typed_but_not_chosen_stays_away() -> None:
    typed = {
        **ANSWERS,
        "telefon": "0532 000 00 00",
        "eposta": "ayse@example.com",
        "yersiz": "1",
        "ad": "Ayşe",
    }
    body = body_of(typed, "tr")
    assert body["applicant"] == {}
    assert body["place"] == {}


@pytest.mark.parametrize("slug", list(FORM_KINDS))
def test_each_kind_asks_only_for_its_elements(slug: str) -> None:
    body = body_of({**ANSWERS, "tur": slug, "ad": "Ayşe", "ikamet": "Ağa Hamamı 7"}, "tr")
    assert bool(body["place"]) == FORM_KINDS[slug].asks_place
    assert bool(body["applicant"]) == FORM_KINDS[slug].asks_identity


def test_an_unknown_kind_is_a_plain_request() -> None:
    assert form_kind("<script>") == form_kind("istek")


def test_a_place_or_its_absence_and_a_way_to_reach_are_asked_for() -> None:
    assert codes() == []
    assert codes(mahalle="") == ["place_unanswered"]
    assert codes(mahalle="", adres="Akarsu Yokuşu") == []
    assert codes(mahalle="", yersiz="1") == []
    assert codes(mahalle="", tur="bilgi") == []
    assert codes(ulasim="") == ["reach_unanswered"]
    assert codes(ulasim="sms") == ["phone"]
    assert codes(ulasim="eposta", eposta=" ") == ["email"]


def test_errors_stand_in_the_order_of_the_page_one_for_each_field() -> None:
    problems = [
        FieldProblem("/applicant/email", "e1", "e", "c"),
        FieldProblem("/applicant/email", "e2", "e", "c"),
        FieldProblem("/description", "d", "d", "c"),
    ]
    assert list(errors_by_field(problems, "tr").items()) == [("ne", "d"), ("eposta", "e1")]


def test_both_languages_have_every_sentence() -> None:
    assert TEXTS["tr"].keys() == TEXTS["en"].keys()
    assert ELEMENTS["tr"].keys() == ELEMENTS["en"].keys()
