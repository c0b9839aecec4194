"""Where requests go, and where a person has to look."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.decide import ASKS_BACK, SEVERAL, decide
from services.router.domain.opinions import Opinion, PartOpinion, Telling
from services.router.domain.thresholds import Thresholds
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from services.router.knowledge.loader import load_knowledge
from shared.contracts.decisions import Candidate
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime

KNOWLEDGE = load_knowledge()
THRESHOLDS = Thresholds(assign=0.5, ask_back=0.5, split=0.6, second_matter=0.3, calm=0.03, danger_desk=0.04)
DESTINATIONS = [(c.code, d.body) for c in KNOWLEDGE.categories for d in c.destinations]


def request(description: str = "Konteyner dolu", *, danger: bool = False) -> RequestReceived:
    return RequestReceived(
        request_id=UUID(int=1),
        receipt_number="BB-2026-0000001-K",
        channel=Channel.CALL,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        description=description,
        place=Place(neighbourhood="Cihangir"),
        applicant=ApplicantReach(named=True, media=(Medium.SMS,)),
        danger_reported=danger,
        received_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def candidate(code: str, body: str, confidence: float = 0.8) -> Candidate:
    return KNOWLEDGE.candidate(code, body, confidence)


def verdict(
    *candidates: Candidate,
    text: str = "Konteyner dolu",
    danger: bool = False,
    **opinion: Any,  # noqa: ANN401 - members of an opinion
) -> Verdict:
    return decide(
        request(text, danger=danger),
        Opinion(
            candidates,
            opinion.pop("priorities", {}),
            danger=opinion.pop("danger_share", 0.05),
            several=opinion.pop("several", 1.0 if "parts" in opinion else 0.0),
            **opinion,
        ),
        KNOWLEDGE,
        THRESHOLDS,
        model_version="m",
    )


def test_a_sure_match_goes_to_its_directorate_with_its_reasons() -> None:
    second, third = candidate("TEM-TOP", "temizlik", 0.3), candidate("VET-OLU", "veteriner", 0.2)
    result = verdict(candidate("TEM-KNT", "temizlik"), second, third)
    assert isinstance(result, Assigned)
    assert (result.department, result.department_name) == ("temizlik", "Temizlik İşleri Müdürlüğü")
    decision = result.decision
    assert (decision.runner_up, decision.alternatives) == (second, (third,))
    assert (decision.priority, decision.rule) == (Priority.NORMAL, "competent-directorate")
    assert decision.legal_basis == "5393 m.14/a"
    assert (decision.knowledge_version, decision.model_version) == (KNOWLEDGE.version, "m")
    assert decision.inputs["neighbourhood"] == "Cihangir"


def test_another_authority_is_named_with_its_number() -> None:
    result = verdict(candidate("SU-FTR", "iski"))
    assert isinstance(result, Forwarded)
    assert (result.authority, result.phone) == ("İSKİ", "185")


def test_what_courts_decide_is_not_examined() -> None:
    result = verdict(candidate("DIS-YRG", "incelenemez", 0.95))
    assert isinstance(result, NotExamined)
    assert result.article == "3071 m.6/b"


@pytest.mark.parametrize(("confidence", "kind"), [(0.4999, Triaged), (0.5, Assigned)])
def test_the_threshold_itself_suffices(confidence: float, kind: type) -> None:
    assert isinstance(verdict(candidate("TEM-KNT", "temizlik", confidence)), kind)


def test_in_doubt_the_most_pressing_class_that_is_fairly_likely_counts_but_alarms_nobody() -> None:
    kibar = candidate("HIM-ONR", "halkla-iliskiler", 0.2)
    assert verdict(kibar, candidate("FEN-YOL", "fen", 0.1)).decision.priority is Priority.URGENT
    assert verdict(kibar, candidate("ACL-YGN", "acil-112", 0.1)).decision.priority is Priority.URGENT
    assert verdict(kibar).decision.priority is Priority.NORMAL
    assert verdict(kibar, candidate("FEN-YOL", "fen", 0.05)).decision.priority is Priority.NORMAL


def test_a_message_like_nothing_waits_at_the_front_office() -> None:
    result = verdict()
    assert isinstance(result, Triaged)
    assert result.decision.rule == "nothing-alike"
    assert result.decision.chosen.department == "halkla-iliskiler"
    assert result.decision.chosen.confidence == 0


def test_a_machine_does_not_send_to_112_without_a_sign_of_danger() -> None:
    result = verdict(candidate("ACL-COC", "acil-112"), text="Üç çocuğum var, işsizim")
    assert isinstance(result, Triaged)
    assert result.decision.rule == "emergency-unconfirmed"
    assert result.decision.priority is Priority.URGENT


def test_a_sign_of_danger_goes_before_a_quiet_category() -> None:
    course = candidate("KUL-KRS", "kultur")
    result = verdict(course, text="Kursun olduğu binada yangın çıktı")
    assert isinstance(result, Forwarded)
    assert result.decision.chosen.category_code == "ACL-YGN"
    assert result.decision.priority is Priority.EMERGENCY
    assert result.decision.inputs["call"] == "112"


def test_a_sign_that_the_whole_text_hardly_bears_out_hurries_but_does_not_take_the_request_along() -> None:
    text = "Dallar balkona girdi, sonunda yangın çıktı diyeceğim, budayın"
    result = verdict(candidate("PRK-BUD", "park"), text=text, danger_share=0.035)
    assert isinstance(result, Triaged)
    assert result.decision.chosen.category_code == "PRK-BUD"
    assert result.decision.priority is Priority.EMERGENCY


def test_words_of_danger_in_a_calm_text_raise_no_alarm() -> None:
    course = candidate("KUL-KRS", "kultur")
    result = verdict(course, text="Yangın var mı diye tatbikat yaptınız, kurs iptal oldu", danger_share=0.02)
    assert isinstance(result, Assigned)
    assert result.decision.priority is not Priority.EMERGENCY


def test_danger_takes_the_likeliest_desk_that_deals_with_danger() -> None:
    cable = candidate("ELK-TEH", "bedas", 0.3)
    result = verdict(
        candidate("PRK-BUD", "park"), cable, text="Dalların arasında kablo kopmuş kıvılcım saçıyor"
    )
    assert result.decision.chosen.category_code == "ELK-TEH"
    assert result.decision.runner_up == candidate("PRK-BUD", "park")


def test_danger_that_only_the_whole_text_tells_of_is_looked_at_by_a_person() -> None:
    result = verdict(candidate("KUL-KRS", "kultur"), danger_share=0.4)
    assert isinstance(result, Triaged)
    assert result.decision.rule == "danger-elsewhere"
    assert result.decision.priority is Priority.EMERGENCY
    assert result.decision.inputs["call"] == "112"


@pytest.mark.parametrize(
    ("priorities", "expected"),
    [
        ({Priority.URGENT: 0.7, Priority.NORMAL: 0.2}, Priority.URGENT),
        ({Priority.PETITION: 0.8, Priority.NORMAL: 0.1}, Priority.NORMAL),
        ({}, Priority.NORMAL),
    ],
)
def test_the_likeliest_class_that_the_matter_can_have_counts(
    priorities: dict[Priority, float], expected: Priority
) -> None:
    result = verdict(candidate("TEM-KNT", "temizlik"), priorities=priorities)
    assert result.decision.priority is expected


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Tarlabaşı Bulvarı'nda kocaman çukur var", "İstanbul Büyükşehir Belediyesi"),
        ("Sokağımızda kocaman çukur var", "Fen İşleri Müdürlüğü"),
        ("Cumhuriyet Mahallesi'nde çukur var", "Fen İşleri Müdürlüğü"),
    ],
)
def test_a_main_artery_belongs_to_the_metropolis(text: str, body: str) -> None:
    assert verdict(candidate("FEN-YOL", "fen"), text=text).decision.chosen.body == body


def test_an_artery_changes_nothing_where_only_the_district_is_competent() -> None:
    result = verdict(candidate("ZAB-ISG", "zabita"), text="Cumhuriyet Caddesi'nde masalar kaldırımda")
    assert isinstance(result, Assigned)
    assert result.decision.inputs["main_artery"] == "Cumhuriyet Caddesi"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("There is a big hole in the street near my house", "foreign-language"),
        ("В нашем доме нет воды", "foreign-language"),
        ("لا يوجد ماء في المنزل", "foreign-language"),
        ("😀😀", "nothing-said"),
        ("12345", "nothing-said"),
    ],
)
def test_what_cannot_be_read_goes_to_a_person_who_asks(text: str, rule: str) -> None:
    result = verdict(candidate("TEM-KNT", "temizlik", 0.99), text=text)
    assert isinstance(result, Triaged)
    assert result.decision.rule == rule
    assert rule in ASKS_BACK


def test_a_text_that_nobody_could_route_is_asked_back_unless_danger_speaks() -> None:
    unclear = verdict(candidate("HIM-ONR", "halkla-iliskiler"), unclear=0.5)
    assert unclear.decision.rule == "unclear"
    danger = verdict(candidate("HIM-ONR", "halkla-iliskiler"), unclear=0.5, text="yangın var")
    assert danger.decision.rule != "unclear"


TWO = "Konteyner taşmış. Yolda çukur var"


def parts(first: Candidate, second: Candidate, **second_opinion: Any) -> tuple[PartOpinion, ...]:  # noqa: ANN401
    return (
        PartOpinion(0, 16, Opinion((first,), {}, danger=0.05)),
        PartOpinion(18, len(TWO), Opinion((second,), {}, danger=0.05, **second_opinion)),
    )


def test_several_sure_matters_go_their_own_ways_the_most_pressing_with_the_request() -> None:
    first, second = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen")
    result = verdict(first, text=TWO, parts=parts(first, second))
    assert isinstance(result, Split)
    assert [type(part) for part in result.parts] == [Assigned, Assigned]
    kept, sent = result.decision.matters
    assert (kept.candidate, sent.candidate) == (first, second)
    assert (kept.priority, sent.priority) == (Priority.NORMAL, Priority.URGENT)
    assert kept.request_id is not None
    assert sent.request_id is None
    assert result.decision.chosen == second
    assert result.lead == result.parts[1]
    assert TWO[sent.start : sent.end] == "Yolda çukur var"
    assert "split" in result.decision.rules


def test_several_matters_of_which_one_is_unsure_wait_for_a_person_with_both_named() -> None:
    first, second = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen", 0.3)
    result = verdict(first, text=TWO, parts=parts(first, second))
    assert isinstance(result, Triaged)
    assert [m.candidate.category_code for m in result.decision.matters] == ["TEM-KNT", "FEN-YOL"]
    assert "Çöp konteyneri ve Yol bozukluğu" in result.reason


def test_matters_that_are_parted_less_surely_than_a_body_must_be_wait_for_a_person_with_both_named() -> None:
    first, second = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen")
    sure, unsure = (
        verdict(first, text=TWO, parts=parts(first, second), several=share)
        for share in (THRESHOLDS.assign, THRESHOLDS.assign - 0.01)
    )
    assert isinstance(sure, Split)
    assert isinstance(unsure, Triaged)
    assert unsure.decision.rule == SEVERAL
    assert [m.candidate for m in unsure.decision.matters] == [first, second]
    assert unsure.reason == "Başvuruda birden çok konu olabilir: Çöp konteyneri ve Yol bozukluğu."


def test_danger_does_not_wait_for_a_surer_cut_but_goes_whole() -> None:
    first, gas = candidate("TEM-KNT", "temizlik"), candidate("GAZ-KCK", "igdas")
    text = "Konteyner taşmış. Gaz kokusu da var"
    result = verdict(gas, text=text, parts=parts(first, gas), several=THRESHOLDS.assign - 0.01)
    assert isinstance(result, Forwarded)
    assert (result.decision.chosen.category_code, result.decision.matters) == ("GAZ-KCK", ())


@pytest.mark.parametrize(("several", "rule"), [(0.29, "competent-directorate"), (0.3, "second-matter")])
def test_where_there_may_be_a_second_matter_a_person_looks(several: float, rule: str) -> None:
    result = verdict(candidate("TEM-KNT", "temizlik"), text=TWO, several=several)
    assert result.decision.rule == rule
    assert isinstance(result, Triaged) == (rule == "second-matter")
    assert result.decision.matters == ()


def test_danger_does_not_wait_for_a_second_matter() -> None:
    result = verdict(candidate("GAZ-KCK", "igdas"), text="Gaz kokusu var", several=0.3)
    assert not isinstance(result, Triaged)


def test_danger_that_no_part_tells_of_keeps_several_matters_together() -> None:
    first, second = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen")
    result = verdict(first, text=TWO, parts=parts(first, second), danger_share=0.5)
    assert isinstance(result, Triaged)
    assert result.decision.priority is Priority.EMERGENCY


def test_a_linked_matter_is_decided_by_its_own_words() -> None:
    first, second = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen")
    result = verdict(first, text=TWO, parts=parts(first, second, words=(Telling("cukur", 0.9),)))
    assert isinstance(result, Split)
    lead, linked = result.decision, result.parts[0].decision
    assert (lead.chosen, linked.chosen) == (second, first)
    assert (lead.rule, linked.rule) == ("competent-directorate", "competent-directorate")
    assert linked.matters == ()


def test_two_parts_about_one_matter_are_one_matter() -> None:
    one = candidate("TEM-KNT", "temizlik")
    assert isinstance(verdict(one, text=TWO, parts=parts(one, one)), Assigned)


def test_danger_in_one_of_several_matters_makes_the_request_an_emergency() -> None:
    first, gas = candidate("TEM-KNT", "temizlik"), candidate("GAZ-KCK", "igdas")
    result = verdict(first, text="Konteyner taşmış. Gaz kokusu da var", parts=parts(first, gas))
    assert result.decision.priority is Priority.EMERGENCY
    assert result.decision.chosen == gas
    (sign,) = result.decision.readings
    assert "Konteyner taşmış. Gaz kokusu da var"[sign.start : sign.end] == "Gaz kokusu"


def test_a_data_breach_hurries_but_sends_nobody_to_the_phone() -> None:
    result = verdict(candidate("KVK-IHL", "hukuk"), danger_share=0.5)
    assert result.decision.priority is Priority.EMERGENCY
    assert "call" not in result.decision.inputs
    hidden = verdict(candidate("KVK-IHL", "hukuk", 0.6), candidate("KAD-SDT", "acil-112"), danger_share=0.5)
    assert hidden.decision.chosen.category_code == "KAD-SDT"


def test_only_a_candidate_that_is_likely_enough_is_asked_about() -> None:
    sure_enough = verdict(candidate("AYD-SOK", "bedas", 0.45), candidate("PRK-AYD", "park", 0.02))
    assert isinstance(sure_enough, Triaged)
    assert sure_enough.decision.question is None


def test_what_would_have_to_be_known_is_asked() -> None:
    lamp = verdict(candidate("AYD-SOK", "bedas", 0.4), candidate("PRK-AYD", "park", 0.35))
    assert lamp.decision.question is not None
    assert (lamp.decision.question.ask, lamp.decision.question.id) == ("applicant", "ayd-sok-prk-ayd")
    odd = verdict(candidate("KUL-KRS", "kultur", 0.4), candidate("MAL-BRC", "mali", 0.35))
    assert odd.decision.question is not None
    assert (odd.decision.question.ask, odd.decision.question.id) == ("desk", "which")


@pytest.mark.parametrize(
    ("text", "place", "asked"),
    [
        ("Yolda çukur var", Place(), True),
        ("Bizim sokakta çukur var", Place(), True),
        ("Akarsu Yokuşu'nda çukur var", Place(), False),
        ("Cihangir'de yolda çukur var", Place(), False),
        ("Yolda çukur var", Place(neighbourhood="Cihangir"), False),
        ("Yolda çukur var", Place(lat=41.03, lon=28.98), False),
    ],
)
def test_where_the_place_decides_nobody_guesses(text: str, place: Place, *, asked: bool) -> None:
    asking = request(text).model_copy(update={"place": place})
    opinion = Opinion((candidate("FEN-YOL", "fen"),), {})
    result = decide(asking, opinion, KNOWLEDGE, THRESHOLDS, model_version="m")
    assert isinstance(result, Triaged) is asked
    assert (result.decision.question is not None and result.decision.question.id == "where") is asked


def test_the_body_that_is_cheapest_if_wrong_goes_first() -> None:
    """A wrong authority costs more than a wrong directorate, so a close call stays in the house."""
    authority, directorate = candidate("AYD-SOK", "bedas", 0.46), candidate("PRK-AYD", "park", 0.45)
    assert verdict(authority, directorate).decision.chosen == directorate
    assert verdict(candidate("AYD-SOK", "bedas", 0.9), directorate).decision.chosen.category_code == "AYD-SOK"


def test_who_else_has_a_part_is_named_with_the_owner_alone_responsible() -> None:
    bar = verdict(candidate("ZAB-GRL", "zabita"))
    assert [(c.department, c.role) for c in bar.decision.consulted] == [
        ("iklim", "consulted"),
        ("ruhsat", "consulted"),
    ]
    street = verdict(candidate("TEM-IST", "temizlik"), text="İstiklal Caddesi'nde çöp var")
    assert [(c.body, c.role) for c in street.decision.consulted] == [
        ("İstanbul Büyükşehir Belediyesi", "informed")
    ]


def test_private_matters_are_walled() -> None:
    assert verdict(candidate("SOS-GDA", "sosyal-yardim")).decision.seen_only_by == "sosyal-yardim"
    staff = verdict(candidate("KRM-PRS", "teftis")).decision
    assert (staff.seen_only_by, staff.rules) == (
        "teftis",
        ("not-to-the-accused", "privacy-wall"),
    )
    assert verdict(candidate("TEM-KNT", "temizlik")).decision.seen_only_by is None


@pytest.mark.parametrize(
    ("code", "body", "regime", "in_writing"),
    [
        ("BEK-BLG", "halkla-iliskiler", Regime.INFORMATION_4982, True),
        ("KVK-BSV", "hukuk", Regime.DATA_SUBJECT_6698, True),
        ("IMR-DRM", "imar", Regime.PETITION_3071, True),
        ("TEM-KNT", "temizlik", Regime.PETITION_3071, False),
    ],
)
def test_the_law_follows_the_matter(code: str, body: str, regime: Regime, *, in_writing: bool) -> None:
    legal = verdict(candidate(code, body)).decision.legal
    assert legal is not None
    assert (legal.regime, legal.in_writing) == (regime, in_writing)


def test_readings_point_at_the_text() -> None:
    text = "Tarlabaşı Bulvarı'nda gaz kokusu var, konteyner de dolu"
    words = (Telling("konteyner", 0.9),)
    decision = verdict(candidate("GAZ-KCK", "igdas"), text=text, words=words).decision
    assert [(r.what, text[r.start : r.end], r.means) for r in decision.readings] == [
        ("place", "Tarlabaşı Bulvarı", "Tarlabaşı Bulvarı"),
        ("danger", "gaz kokusu", "Gaz kaçağı"),
        ("subject", "konteyner", "Gaz kokusu"),
    ]


def test_the_words_without_which_it_would_go_elsewhere_are_pointed_at() -> None:
    text = "Parktaki bank kırık"
    words = (Telling("bank", 0.5), Telling("parktaki", 0.3))
    bench, tree = candidate("PRK-MOB", "park", 0.8), candidate("TEM-HCM", "temizlik", 0.1)
    needed = {
        lead: next(c for c in verdict(bench, tree, text=text, words=words, lead=lead).decision.changes)
        for lead in (0.4, 0.7)
    }
    first = needed[0.4]
    assert first.text == "Bu söz olmasaydı: Eski eşya alımı, Temizlik İşleri Müdürlüğü."
    assert [
        text[r.start : r.end] for r in verdict(bench, tree, text=text, words=words).decision.readings
    ] == [
        "Parktaki",
        "bank",
    ]
    assert (first.readings, needed[0.7].readings) == ((1,), (0, 1))
    assert verdict(bench, tree, text=text, words=words, lead=2.0).decision.changes == ()


def test_what_the_door_states_is_noted_and_not_obeyed() -> None:
    stating = request().model_copy(update={"stated_category": "PRK-BUD"})
    opinion = Opinion((candidate("TEM-KNT", "temizlik"),), {})
    decision = decide(stating, opinion, KNOWLEDGE, THRESHOLDS, model_version="m").decision
    assert decision.chosen.category_code == "TEM-KNT"
    assert decision.inputs["stated_category"] == "PRK-BUD, not followed"


def test_danger_raises_the_priority_where_people_hurry_anyway() -> None:
    result = verdict(candidate("GAZ-KCK", "igdas"), text="Apartmanda gaz kokusu var")
    assert isinstance(result, Forwarded)
    assert result.decision.priority is Priority.EMERGENCY
    assert (result.decision.inputs["danger"], result.decision.inputs["call"]) == ("gas", "187")


def test_danger_that_staff_marked_counts_as_danger() -> None:
    result = verdict(candidate("FEN-YOL", "fen"), danger=True)
    assert isinstance(result, Assigned)
    assert result.decision.priority is Priority.EMERGENCY
    assert result.decision.inputs["danger_reported"] == "true"
    assert result.decision.inputs["call"] == "112"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("DOĞALGAZ KOKUSU VAR", {"gas"}),
        ("dogalgaz sizintisi olabilir", {"gas"}),
        ("Çatıdan dumanlar yükseliyor, itfaiye gelsin", {"fire"}),
        ("Yangın merdiveni kilitli", set()),
        ("Yangın çıkışı kapalı", set()),
        ("Yangın çıkışının önünde yangın çıktı", {"fire"}),
        ("Direkten sarkan kablo kıvılcım saçıyor", {"electricity"}),
        ("Telefon kablosu kopmuş", set()),
        ("Egzoz gazı kokuyor", set()),
        ("Rögar kapağı yok", {"open-hole"}),
        ("Sivrisinekleri öldürün, böcek öldürücü sıkın", set()),
        ("Oğlum kayboldu", {"missing"}),
        ("Oğlumu kursa kaydettirmek istiyorum, oğlum kayıt olamadı", set()),
        ("Sokağımız süpürülmüyor", set()),
        ("Binamız çok eski, iskele çok kirli", set()),
        ("Bina çöküyor", {"collapse"}),
        ("Kızım kaydırakta oynuyor", set()),
        ("", set()),
    ],
)
def test_signs_of_danger(text: str, ids: set[str]) -> None:
    assert {sign.danger.id for sign in KNOWLEDGE.danger_lexicon.signs_in(text)} == ids


def test_topics_that_are_no_emergency_raise_no_alarm_but_three() -> None:
    """A falling scaffold or tree and a stolen drain cover are urgent by category, a danger by words."""
    calm = {
        (c.code, d.body)
        for c in KNOWLEDGE.categories
        for d in c.destinations
        if d.priority is not Priority.EMERGENCY
    }
    alarmed = {
        e.category_code
        for e in KNOWLEDGE.examples
        if (e.category_code, e.body) in calm and KNOWLEDGE.danger_lexicon.signs_in(e.text)
    }
    assert alarmed <= {"YAP-ISK", "PRK-DVR", "FEN-MZG"}, alarmed


@given(
    st.lists(st.tuples(st.sampled_from(DESTINATIONS), st.floats(0, 1)), max_size=3),
    st.text(min_size=1, max_size=200),
    st.booleans(),
)
def test_every_request_has_a_verdict_and_the_same_one_again(
    drawn: list[tuple[tuple[str, str], float]], text: str, danger: bool
) -> None:
    candidates = [candidate(*destination, figure) for destination, figure in drawn]
    first = verdict(*candidates, text=text, danger=danger)
    assert first == verdict(*candidates, text=text, danger=danger)
    if danger:
        assert first.decision.priority is Priority.EMERGENCY
    if not isinstance(first, Triaged):
        assert first.decision.chosen.confidence > 0
    for reading in first.decision.readings:
        assert 0 <= reading.start < reading.end <= len(text)
