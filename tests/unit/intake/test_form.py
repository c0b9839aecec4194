import json
from dataclasses import replace
from uuid import UUID

import pytest

from services.intake.channels.web import WebRequest
from services.intake.pages.countries import countries
from services.intake.pages.form import ABROAD, FIELDS, FORM_KINDS, Draft, Step, form_kind
from services.intake.pages.form_body import (
    body_of,
    errors_by_field,
    identity_of,
    problems_of,
    request_of,
    step_of,
)
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
IDENTITY = {"ad": "Ayşe Örnek", "ikamet": "Ağa Hamamı Sokak 7", "kimlik": "10000000146"}


def draft(slug: str = "istek", **answers: str) -> Draft:
    return Draft(slug, {**ANSWERS, **answers})


def codes(step: Step, slug: str = "istek", **answers: str) -> list[str]:
    return [problem.code for problem in problems_of(draft(slug, **answers), step, "tr")]


# --- steps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "questions"),
    [
        ("istek", ["ne", "nerede", "ulasim"]),
        ("dilekce", ["ne", "nerede", "kim", "ulasim"]),
        ("bilgi", ["ne", "kim", "ulasim"]),
        ("kisisel-veri", ["ne", "kim", "ulasim"]),
    ],
)
def test_each_door_asks_only_what_its_law_wants(slug: str, questions: list[str]) -> None:
    assert list(FORM_KINDS[slug].questions) == questions


def test_a_form_leads_to_the_first_answer_that_is_missing_and_then_to_the_check() -> None:
    form = Draft("istek")
    assert form.next is Step.WHAT
    form = form.settle(Step.WHAT).settle(Step.REACH)
    assert form.next is Step.WHERE
    assert form.settle(Step.WHERE).next is Step.CHECK


def test_who_corrects_an_answer_has_to_settle_that_page_alone() -> None:
    form = Draft("istek", ANSWERS, frozenset({Step.WHAT, Step.WHERE, Step.REACH}))
    corrected = form.answered(Step.WHAT, {"ne": "Lamba yanmıyor"})
    assert corrected.next is Step.WHAT
    assert corrected.settle(Step.WHAT).next is Step.CHECK
    assert corrected.answers == {**ANSWERS, "ne": "Lamba yanmıyor"}


def test_an_offer_stands_on_the_answers_it_was_made_for() -> None:
    form = replace(draft(), known=UUID(int=7))
    assert form.settle(Step.WHAT).known == UUID(int=7)
    assert form.answered(Step.WHAT, {"ne": "Lamba yanmıyor"}).known is None


def test_who_is_added_is_added_by_the_word_of_the_server_alone() -> None:
    form = replace(draft(**{"joins": "x", "beni-de-ekle": "x"}), known=UUID(int=7))
    assert request_of(form, "tr").joins is None
    assert request_of(form, "tr", UUID(int=7)).joins == UUID(int=7)


def test_a_page_changes_its_own_answers_alone_and_forgets_what_was_unticked() -> None:
    form = draft(yersiz="1").answered(Step.WHERE, {"adres": "Akarsu Yokuşu", "ne": "baska", "x": "y"})
    assert form.answers == {**{n: a for n, a in ANSWERS.items() if n != "mahalle"}, "adres": "Akarsu Yokuşu"}


def test_the_way_back_leads_page_by_page_to_the_start() -> None:
    form = Draft("bilgi")
    way = [Step.CHECK]
    while before := form.before(way[-1]):
        way.append(before)
    assert way == ["kontrol", "ulasim", "kim", "ne"]


def test_every_field_belongs_to_one_page() -> None:
    names = [name for fields in FIELDS.values() for name in fields]
    assert len(names) == len(set(names))


def test_an_unknown_kind_is_a_plain_request() -> None:
    assert form_kind("<script>") == form_kind("istek")


# --- answers -----------------------------------------------------------------------------------------------


def test_answers_become_the_body_of_the_api() -> None:
    body = body_of(draft(ulasim="sms", telefon="0532 000 00 00"), "en")
    assert body == {
        "description": "Çöp taşıyor",
        "kind": "request",
        "language": "en",
        "place": {"neighbourhood": "Cihangir"},
        "applicant": {"phone": "0532 000 00 00"},
    }
    assert WebRequest.model_validate_json(json.dumps(body)).applicant.phone == "+905320000000"


@pytest.mark.parametrize(
    ("slug", "kind"), [("istek", "complaint"), ("dilekce", "petition"), ("bilgi", "information")]
)
def test_what_is_ticked_as_a_complaint_is_one_unless_its_law_names_it_otherwise(slug: str, kind: str) -> None:
    assert body_of(draft(slug, sikayet="1"), "tr")["kind"] == kind


def test_who_asks_for_a_call_leaves_the_number_for_it() -> None:
    request = request_of(draft(ulasim="arama", telefon="0532 000 00 00", eposta="ayse@example.com"), "tr")
    assert (request.call_back, request.applicant.phone) == (True, "+905320000000")
    assert request.applicant.email is None, "only what was chosen is used"
    assert request.applicant.email is None
    assert "call_back" not in body_of(draft(ulasim="sms", telefon="0532 000 00 00"), "tr")


def test_a_position_goes_along_with_its_accuracy() -> None:
    marked = draft(mahalle="", enlem="41.031200", boylam="28.984300", dogruluk="15")
    assert codes(Step.WHERE, mahalle="", enlem="41.03", boylam="28.98") == []
    place = request_of(marked, "tr").place
    assert (place.lat, place.lon, place.accuracy_m) == (41.0312, 28.9843, 15)


@pytest.mark.parametrize(
    "position",
    [
        {"enlem": "x", "boylam": "28.98"},
        {"enlem": "nan", "boylam": "28.98"},
        {"enlem": "41.03"},
        {"enlem": "39.92", "boylam": "32.85"},
        {"enlem": "41.03", "boylam": "28.98", "dogruluk": "-5"},
        {"enlem": "41.03", "boylam": "28.98", "dogruluk": "inf"},
        {"enlem": "1" * 400, "boylam": "28.98"},
    ],
)
def test_a_position_that_cannot_be_is_refused_on_the_page_of_the_place(position: dict[str, str]) -> None:
    assert codes(Step.WHERE, **position)


def test_what_was_typed_but_not_chosen_stays_away() -> None:
    typed = draft(telefon="0532 000 00 00", eposta="a@example.com", yersiz="1", enlem="41.03", **IDENTITY)
    body = body_of(typed, "tr")
    assert body["applicant"] == {}
    assert body["place"] == {}


@pytest.mark.parametrize("slug", list(FORM_KINDS))
def test_each_kind_sends_only_its_elements(slug: str) -> None:
    kind = FORM_KINDS[slug]
    body = body_of(draft(slug, **IDENTITY), "tr")
    assert bool(body["place"]) == kind.asks_place
    assert ("name" in body["applicant"], "address" in body["applicant"]) == (kind.asks_identity,) * 2
    assert ("national_id" in body["applicant"]) == kind.asks_number


def test_a_place_or_its_absence_and_a_way_to_reach_are_asked_for() -> None:
    assert codes(Step.WHERE) == []
    assert codes(Step.WHERE, mahalle="") == ["place_unanswered"]
    assert codes(Step.WHERE, mahalle="", adres="Akarsu Yokuşu") == []
    assert codes(Step.WHERE, mahalle="", yersiz="1") == []
    assert codes(Step.REACH) == []
    assert codes(Step.REACH, ulasim="") == ["reach_unanswered"]
    assert codes(Step.REACH, ulasim="sms") == ["phone"]
    assert codes(Step.REACH, ulasim="sms", telefon="5xx") == ["phone"]
    assert codes(Step.REACH, ulasim="sms", telefon="0212 444 44 44") == ["phone_without_sms"]
    assert codes(Step.REACH, ulasim="arama", telefon="0212 244 44 44") == []
    assert codes(Step.REACH, ulasim="arama") == ["phone"]
    assert codes(Step.REACH, ulasim="arama", telefon="0532 000 00 00") == []
    assert codes(Step.REACH, ulasim="eposta", eposta=" ") == ["email"]


def test_a_page_is_asked_for_its_own_answers_only() -> None:
    empty = Draft("istek")
    assert [p.code for p in problems_of(empty, Step.WHAT, "tr")] == ["empty"]
    assert [p.code for p in problems_of(empty, Step.WHERE, "tr")] == ["place_unanswered"]


def test_the_law_decides_whether_an_application_may_be_anonymous() -> None:
    nobody = {"ad": "", "ikamet": "", "kimlik": ""}
    assert codes(Step.WHO, "dilekce", **nobody) == []
    assert codes(Step.WHO, "bilgi", **nobody) == ["name_required", "address_required"]
    assert codes(Step.WHO, "kisisel-veri", **nobody) == ["name_required", "address_required"]
    assert codes(Step.WHO, "bilgi", **IDENTITY) == []
    assert codes(Step.WHO, "bilgi", **{**IDENTITY, "kimlik": "12345678901"}) == ["national_id"]


FOREIGNER = {**IDENTITY, ABROAD: "1", "uyruk": "DE", "pasaport": "c01x 0006h"}


def test_a_foreigner_is_known_by_passport_and_nationality_where_the_law_takes_them() -> None:
    applicant = request_of(draft("kisisel-veri", **FOREIGNER), "tr").applicant
    assert (applicant.passport, applicant.nationality) == ("C01X0006H", "DE")
    assert applicant.national_id is None, "only what was chosen is used"
    assert codes(Step.WHO, "kisisel-veri", **FOREIGNER) == []


def test_a_passport_that_was_typed_but_not_chosen_stays_away() -> None:
    typed = {name: text for name, text in FOREIGNER.items() if name != ABROAD}
    assert identity_of(draft("kisisel-veri", **typed)) == {"national_id": IDENTITY["kimlik"]}


@pytest.mark.parametrize(("slug", "number"), [("istek", False), ("dilekce", False), ("bilgi", True)])
def test_no_other_law_gets_a_passport(slug: str, number: bool) -> None:
    assert identity_of(draft(slug, **FOREIGNER)) == ({"national_id": IDENTITY["kimlik"]} if number else {})


@pytest.mark.parametrize(
    ("typed", "at_fault"),
    [
        ({"uyruk": ""}, {"uyruk": "Pasaport numarası tek başına yetmez; uyruğunuzu da belirtin."}),
        ({"pasaport": " "}, {"pasaport": "Uyruk tek başına yetmez; pasaport numaranızı da yazın."}),
        ({"pasaport": "1"}, {"pasaport": "Pasaport numarasını pasaporttaki gibi harf ve rakamla yazın."}),
        ({"uyruk": "", "pasaport": ""}, {}),
    ],
)
def test_the_half_of_a_passport_that_is_missing_is_asked_for(
    typed: dict[str, str], at_fault: dict[str, str]
) -> None:
    answered = draft("kisisel-veri", **{**FOREIGNER, **typed})
    assert errors_by_field(problems_of(answered, Step.WHO, "tr"), "tr") == at_fault


def test_countries_stand_in_the_order_of_the_readers_alphabet() -> None:
    names = list(countries("tr").values())
    in_order = ["Curaçao", "Çad", "Irak", "İran", "Kıbrıs", "Kiribati", "Lübnan", "Lüksemburg", "Ürdün"]
    assert sorted(in_order, key=names.index) == in_order
    assert list(countries("en").values())[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert countries("tr").keys() == countries("en").keys()
    assert all(countries("tr").values())
    assert all(countries("en").values())
    assert "TR" not in countries("tr"), "whose citizens have an identity number"


def test_errors_stand_in_the_order_of_the_form_one_for_each_field() -> None:
    problems = [
        FieldProblem("/applicant/email", "e1", "e", "c"),
        FieldProblem("/applicant/email", "e2", "e", "c"),
        FieldProblem("/description", "d", "d", "c"),
    ]
    assert list(errors_by_field(problems, "tr").items()) == [("ne", "d"), ("eposta", "e1")]
    assert [step_of(p) for p in problems] == [Step.REACH, Step.REACH, Step.WHAT]


def test_both_languages_have_every_sentence() -> None:
    assert TEXTS["tr"].keys() == TEXTS["en"].keys()
    assert ELEMENTS["tr"].keys() == ELEMENTS["en"].keys()
