"""The triage page's view of a request, its work list, and what the answers of its form choose."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.router.desk.choosing import Choice, Unreadable, read_choice
from services.router.desk.explanation import explanation, shown_text
from services.router.desk.texts import PRIORITIES, REASONS
from services.router.desk.worklist import entries, excerpt, neighbours, pressure_chip, short_number
from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case
from shared.contracts.decisions import Matter
from shared.contracts.requests import AttachedFile, Place
from shared.contracts.vocabulary import Priority
from shared.web.chip import ChipKind
from tests.support.desk import WALL, decision, received, sent, the_wall, waiting
from tests.unit.router.samples import NOW, SHIPPED, sent_on

FIRST = {"oneri": "FEN-IST/fen", "gorevli": "E.D.", "islem": "k-1"}


@pytest.fixture
def wall() -> Case:
    return the_wall(SHIPPED, NOW)


def walled() -> Case:
    candidate = SHIPPED.candidate("KRM-PRS", "teftis", 0.8)
    return waiting(
        received(9, "Memur bana bağırdı", NOW), decision([candidate], seen_only_by="teftis", rule="x")
    )


def decided(case: Case, body: str, code: str) -> Case:
    event = sent_on(case, body, code=code, reason_code=ReasonCode.OTHER, knowledge=SHIPPED)
    return case.after(event)  # type: ignore[arg-type]


def test_three_suggestions_with_what_makes_each_competent(wall: Case) -> None:
    first, second, third = explanation(wall, SHIPPED).suggestions
    assert (first.value, second.value, third.value) == ("FEN-IST/fen", "YAP-DUS/afet", "FEN-YOL/ibb")
    assert first.words == ("istinat duvarı", "eğildi")
    assert second.words == ()
    assert (first.legal_basis, first.priority) == ("3194 m.39; 5393 m.14/a", Priority.EMERGENCY)


def test_a_change_names_the_words_it_speaks_of(wall: Case) -> None:
    words, place = explanation(wall, SHIPPED).changes
    assert words.words == ("istinat duvarı", "eğildi")
    assert place.words == ()


def test_rules_are_told_as_the_knowledge_has_them_and_why_it_came_here(wall: Case) -> None:
    told = explanation(wall, SHIPPED)
    assert [rule.id for rule in told.rules] == ["place-decides", "one-owner"]
    assert (told.waits, told.by_hand, told.reason) == (True, False, "Sistem konudan emin değil.")
    assert set(told.kinds) == {"subject", "danger", "place"}


def test_danger_names_the_numbers_to_call() -> None:
    candidate = SHIPPED.candidate("ACL-ELK", "acil-112", 0.7)
    inputs = {"danger": "electricity, flood", "call": "112, 186"}
    told = explanation(waiting(received(1, "Kablo", NOW), decision([candidate], inputs=inputs)), SHIPPED)
    assert told.call == ("112", "186")
    assert len(told.dangers) == 2


def test_a_suggestion_that_todays_knowledge_lacks_cannot_be_chosen() -> None:
    gone = SHIPPED.candidate("FEN-IST", "fen", 0.7).model_copy(update={"body": "Eski Müdürlük"})
    (suggestion,) = explanation(waiting(received(1, WALL, NOW), decision([gone])), SHIPPED).suggestions
    assert (suggestion.value, suggestion.legal_basis) == ("", None)


def test_matters_are_told_in_their_own_words() -> None:
    candidate = SHIPPED.candidate("TEM-KNT", "temizlik", 0.8)
    text = "Çöp taştı. Lamba yanmıyor."
    matters = (
        Matter(candidate=candidate, priority=Priority.NORMAL, start=0, end=10),
        Matter(candidate=candidate, priority=Priority.NORMAL, start=11, end=26),
    )
    told = explanation(waiting(received(1, text, NOW), decision([candidate], matters=matters)), SHIPPED)
    assert [matter.words for matter in told.matters] == ["Çöp taştı.", "Lamba yanmıyor."]


def test_a_point_alone_is_told_by_the_neighbourhood_near_it() -> None:
    request = received(1, WALL, NOW, place=Place(lat=41.0322, lon=28.9838))
    candidate = SHIPPED.candidate("FEN-IST", "fen", 0.7)
    assert explanation(waiting(request, decision([candidate])), SHIPPED).nearest == "Cihangir"


def test_behind_a_wall_the_words_are_for_the_desk_alone() -> None:
    case = walled()
    assert shown_text(case) == "Memur bana bağırdı"
    assert explanation(case, SHIPPED, decides=False).text == (), "who only looks reads none"
    after = decided(case, "teftis", "KRM-PRS")
    told = explanation(after, SHIPPED)
    assert (shown_text(after), told.text, told.waits) == ("", (), False)
    assert told.wall == ("Teftiş Kurulu Müdürlüğü", "Personel hakkındaki başvuru yakınılan birime gitmez")


def test_what_a_person_decided_is_told_as_such(wall: Case) -> None:
    told = explanation(decided(wall, "yapi-kontrol", "FEN-IST"), SHIPPED)
    assert (told.by_hand, told.waits, told.decision.decided_by) == (True, False, "p-17")
    assert told.reason == "Sistem konudan emin değil."
    assert [s.candidate.body for s in told.suggestions] == ["Yapı Kontrol Müdürlüğü", "Fen İşleri Müdürlüğü"]


@pytest.mark.parametrize(
    ("priority", "span", "kind", "word"),
    [
        (Priority.EMERGENCY, timedelta(minutes=4), ChipKind.EMERGENCY, "Acil · 4 dk"),
        (Priority.URGENT, timedelta(hours=2, minutes=9), ChipKind.TODAY, "Öncelikli · 2 sa"),
        (Priority.NORMAL, timedelta(days=3, hours=5), ChipKind.ON_TIME, "Normal · 3 gün"),
        (Priority.PETITION, timedelta(), ChipKind.ON_TIME, "Dilekçe · 0 sn"),
    ],
)
def test_the_chip_tells_how_pressing_it_is_and_how_long_it_waits(
    priority: Priority, span: timedelta, kind: ChipKind, word: str
) -> None:
    candidate = SHIPPED.candidate("FEN-IST", "fen", 0.7)
    case = waiting(received(1, WALL, NOW), decision([candidate], priority=priority))
    shown = pressure_chip(case, NOW + span, PRIORITIES)
    assert (shown.kind, shown.word) == (kind, word)


def test_the_work_list_shows_the_beginning_of_a_text_but_not_behind_a_wall(wall: Case) -> None:
    photo = AttachedFile(id=uuid4(), media_type="image/jpeg", size=1000, sha256="0" * 64)
    cases = [
        replace(case, request=case.request.model_copy(update={"attachments": (photo,)}))
        for case in (wall, walled())
    ]
    open_one, hidden = entries(cases, NOW, PRIORITIES)
    assert (open_one.files, hidden.files) == (1, 0)
    assert open_one.words is not None
    assert open_one.words.startswith("Pürtelaş Sokağı’nın")
    assert open_one.words.endswith("…")
    assert hidden.words is None
    assert open_one.number == short_number("BB-2026-0012352-M") == "0012352-M"


def test_an_excerpt_is_one_line_cut_between_words() -> None:
    assert excerpt("Çöp\n\n  taştı") == "Çöp taştı"
    assert excerpt("a" * 200) == "a" * 90 + "…"
    assert excerpt("kelime " * 40).endswith("kelime…")


def test_before_and_after_a_request_stand_its_neighbours(wall: Case) -> None:
    others = [walled(), walled()]
    before, after = (case.request.request_id for case in others)
    queue = [others[0], wall, others[1]]
    here = wall.request.request_id
    assert neighbours(queue, here) == (before, after)
    assert neighbours(queue, before) == (None, here)
    assert neighbours(queue, after) == (here, None)
    assert neighbours(others, here) == (None, before)
    assert neighbours([], here) == (None, None)


@pytest.mark.parametrize(
    ("answers", "body", "code", "reason"),
    [
        ({}, "fen", "FEN-IST", ReasonCode.AS_PROPOSED),
        ({"oneri": "YAP-DUS/afet"}, "afet", "YAP-DUS", ReasonCode.WRONG_CATEGORY),
        (
            {"oneri": "diger", "birim": "yapi-kontrol", "konu": "FEN-IST"},
            "yapi-kontrol",
            "FEN-IST",
            ReasonCode.WRONG_BODY,
        ),
        ({"oneri": "YAP-DUS/afet", "neden": "missed-danger"}, "afet", "YAP-DUS", ReasonCode.MISSED_DANGER),
        ({"neden": "false-danger"}, "fen", "FEN-IST", ReasonCode.FALSE_DANGER),
        ({"neden": "because"}, "fen", "FEN-IST", ReasonCode.AS_PROPOSED),
    ],
)
def test_a_choice_says_where_and_why(
    wall: Case, answers: dict[str, str], body: str, code: str, reason: ReasonCode
) -> None:
    choice = read_choice(FIRST | answers, wall, SHIPPED, REASONS)
    assert isinstance(choice, Choice)
    assert (choice.body, choice.code, choice.reason_code) == (body, code, reason)
    assert (choice.staff, choice.act, choice.reason) == ("E.D.", "k-1", REASONS[reason])


def test_a_note_is_the_reason_in_the_persons_own_words(wall: Case) -> None:
    choice = read_choice(FIRST | {"not": "  Telefonla sordum "}, wall, SHIPPED, REASONS)
    assert isinstance(choice, Choice)
    assert choice.reason == "Telefonla sordum"


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"gorevli": " "}, ["gorevli"]),
        ({"islem": ""}, ["islem"]),
        ({"oneri": "diger", "konu": "FEN-IST"}, ["birim"]),
        ({"oneri": "diger", "birim": "fen", "konu": "YOK-YOK"}, ["konu"]),
        ({"oneri": ""}, ["birim", "konu"]),
        ({"oneri": "FEN-IST/yok", "gorevli": ""}, ["birim", "gorevli"]),
    ],
)
def test_what_is_missing_is_named_field_by_field(
    wall: Case, answers: dict[str, str], fields: list[str]
) -> None:
    refused = read_choice(FIRST | answers, wall, SHIPPED, REASONS)
    assert isinstance(refused, Unreadable)
    assert list(refused.errors) == fields


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(ReasonCode)
    assert set(PRIORITIES) == set(Priority)


def test_a_request_that_went_by_itself_is_explained_without_a_reason() -> None:
    candidate = SHIPPED.candidate("FEN-IST", "fen", 0.97)
    told = explanation(sent(received(1, WALL, NOW), decision([candidate])), SHIPPED)
    assert (told.waits, told.reason, told.by_hand) == (False, None, False)
