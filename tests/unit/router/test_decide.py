"""Where requests go, and where a person has to look."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.decide import ASKS_BACK, decide
from services.router.domain.opinions import Opinion
from services.router.domain.thresholds import Thresholds
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Triaged, Verdict
from services.router.knowledge.loader import load_knowledge
from shared.contracts.decisions import Candidate
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime

KNOWLEDGE = load_knowledge()
THRESHOLDS = Thresholds(assign=0.5, emergency=0.4, ask_back=0.5, split=0.6)
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
            candidates, opinion.pop("priorities", {}), danger=opinion.pop("danger_share", 0.0), **opinion
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
    result = verdict(candidate("DIS-YRG", "incelenemez"))
    assert isinstance(result, NotExamined)
    assert result.article == "3071 m.6/b"


@pytest.mark.parametrize(("confidence", "kind"), [(0.4999, Triaged), (0.5, Assigned)])
def test_the_threshold_itself_suffices(confidence: float, kind: type) -> None:
    assert isinstance(verdict(candidate("TEM-KNT", "temizlik", confidence)), kind)


def test_in_doubt_the_most_pressing_candidate_counts_but_alarms_nobody() -> None:
    kibar = candidate("HIM-ONR", "halkla-iliskiler", 0.2)
    assert verdict(kibar, candidate("FEN-YOL", "fen", 0.1)).decision.priority is Priority.URGENT
    assert verdict(kibar, candidate("ACL-YGN", "acil-112", 0.1)).decision.priority is Priority.URGENT
    assert verdict(kibar).decision.priority is Priority.NORMAL


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


def test_several_matters_wait_for_a_person_with_both_named() -> None:
    both = candidate("TEM-KNT", "temizlik"), candidate("FEN-YOL", "fen", 0.3)
    result = verdict(*both, several=0.6, matters=both)
    assert isinstance(result, Triaged)
    assert [c.category_code for c in result.decision.subjects] == ["TEM-KNT", "FEN-YOL"]
    assert "Çöp konteyneri ve Yol bozukluğu" in result.reason
    assert isinstance(verdict(*both, several=0.59, matters=both), Assigned)


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
    assert {danger.id for danger in KNOWLEDGE.danger_lexicon.found_in(text)} == ids


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
        if (e.category_code, e.body) in calm and KNOWLEDGE.danger_lexicon.found_in(e.text)
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
        assert first.decision.chosen.confidence >= first.decision.threshold
