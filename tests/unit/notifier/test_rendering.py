from typing import get_args

import pytest

from services.notifier.domain import sms
from services.notifier.domain.messages import Contact, Happening, Language, PlannedMessage
from services.notifier.rendering import SMS_PARTS, Renderer
from services.router.knowledge.loader import load_knowledge
from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Regime
from shared.legal import load_legal_words
from shared.text.sms_parts import count_parts
from tests.unit.notifier.samples import TRACKING_URL, planned

LANGUAGES = get_args(Language)
_FACTS = {
    "assigned": {"department": "Fen İşleri Müdürlüğü"},
    "triaged": {"department": None},
    "forwarded": {"department": None, "authority": "İSKİ", "phone": "153"},
    "not_examined": {"department": None, "article": "3071 m.6/b"},
    "asked": {"department": None, "question": "Lamba sokakta mı?", "sequence": 2},
    "withdrawn": {"department": None, "sequence": 2},
    "reopened": {"department": None, "sequence": 5},
    "answered": {"answer": "Çukur kapatıldı.\n\nTeşekkür ederiz."},
}
_NEVER_FIRST = {"answered", "asked", "withdrawn", "reopened"}
SAID = [("receipt", h) for h in get_args(Happening) if h not in _NEVER_FIRST] + [
    ("assignment", "assigned"),
    ("forward", "forwarded"),
    ("not_examined", "not_examined"),
    ("final_answer", "answered"),
    ("question", "asked"),
    ("withdrawn", "withdrawn"),
    ("reopened", "reopened"),
]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load_legal_words())


@pytest.fixture
def contact() -> Contact:
    return Contact(
        address="ayse@ornek.example",
        name="Ayşe Yılmaz",
        tracking_url=TRACKING_URL,
        receipt_number="BB-2026-0012345-K",
    )


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    spoken: Language = request.param
    return spoken


@pytest.fixture(params=SAID, ids="-".join)
def message(request: pytest.FixtureRequest, language: Language) -> PlannedMessage:
    purpose, happening = request.param
    return planned(purpose=purpose, happening=happening, language=language, **_FACTS[happening])


def test_every_purpose_is_rendered_here() -> None:
    assert {purpose for purpose, _ in SAID} == set(get_args(Purpose))


def test_a_mail_carries_number_date_subject_and_link_in_both_forms(
    renderer: Renderer, message: PlannedMessage, contact: Contact
) -> None:
    mail = renderer.mail(message, contact)
    date = {"tr": "23 Kasım 2026 Pazartesi, 14.32", "en": "Monday 23 November 2026, 14:32"}[message.language]
    for form in (mail.text, mail.html):
        for fact in ("BB-2026-0012345-K", "Yolda çukur", date, contact.tracking_url, "Ayşe Yılmaz"):
            assert fact in form
    assert mail.subject.endswith("BB-2026-0012345-K")
    assert "\n" not in mail.subject


def test_a_mail_without_a_name_greets_all_the_same(
    renderer: Renderer, message: PlannedMessage, contact: Contact
) -> None:
    nameless = Contact(contact.address, contact.tracking_url, contact.receipt_number)
    greeting = {"tr": "Merhaba,", "en": "Hello,"}[message.language]
    assert renderer.mail(message, nameless).text.startswith(greeting)
    assert greeting in renderer.mail(message, nameless).html


def test_no_text_shows_a_missing_fact(renderer: Renderer, message: PlannedMessage, contact: Contact) -> None:
    mail = renderer.mail(message, contact)
    for text in (mail.subject, mail.text, mail.html, renderer.sms(message, contact)):
        assert "None" not in text
        assert "{" not in text.replace("{{", "")


def test_an_sms_costs_two_parts_at_most_and_carries_number_and_link(
    renderer: Renderer, message: PlannedMessage, contact: Contact
) -> None:
    text = renderer.sms(message, contact)
    assert count_parts(text).count <= SMS_PARTS
    assert "BB-2026-0012345-K" in text
    assert contact.tracking_url in text


def test_a_long_subject_is_cut_in_an_sms_and_whole_in_a_mail(
    renderer: Renderer, message: PlannedMessage, contact: Contact
) -> None:
    subject = "Kaldırım taşlarının sökülmesi ve yağmur ızgarasının çökmesi nedeniyle yürünemeyen yol " * 3
    long = message.model_copy(update={"subject": subject.strip()})
    text = renderer.sms(long, contact)
    assert count_parts(text).count <= SMS_PARTS
    assert text.endswith(contact.tracking_url)
    assert subject.strip() in renderer.mail(long, contact).text


def test_an_sms_receipt_carries_date_and_subject(
    renderer: Renderer, contact: Contact, language: Language
) -> None:
    text = renderer.sms(planned(language=language), contact)
    assert "23.11.2026" in text
    assert "Yolda çukur" in text


def test_an_sms_receipt_for_what_waits_for_a_person_names_no_subject_yet(
    renderer: Renderer, contact: Contact, language: Language
) -> None:
    message = planned(happening="triaged", language=language, department=None, subject="Konusu belirleniyor")
    said = {"tr": "Konusu belirleniyor.", "en": "Its subject is being decided."}
    text = renderer.sms(message, contact)
    assert said[language] in text
    assert "Konu: " not in text


def test_an_sms_about_the_answer_keeps_the_answer_to_itself(
    renderer: Renderer, contact: Contact, language: Language
) -> None:
    secret = "Sosyal yardım başvurunuz uygun bulundu."
    message = planned(
        purpose="final_answer", happening="answered", language=language, answer=secret, subject="Ayni yardım"
    )
    text = renderer.sms(message, contact)
    assert secret not in text
    assert "Ayni yardım" not in text
    assert secret in renderer.mail(message, contact).text


def test_every_question_that_may_be_asked_fits_an_sms(
    renderer: Renderer, contact: Contact, language: Language
) -> None:
    questions = load_knowledge().questions
    for wording in (questions.where, questions.what, *questions.between):
        question = wording.tr if language == "tr" else wording.en
        message = planned(purpose="question", happening="asked", language=language, question=question)
        assert sms.plain(question) in renderer.sms(message, contact)
        assert question in renderer.mail(message, contact).text


def test_half_a_question_is_none(renderer: Renderer, contact: Contact, language: Language) -> None:
    longest = ("ğüşıöçİ " * 20).strip()
    message = planned(purpose="question", happening="asked", language=language, question=longest)
    text = renderer.sms(message, contact)
    assert "ğüş" not in text
    assert count_parts(text).count <= SMS_PARTS
    assert longest in renderer.mail(message, contact).text


def test_a_question_behind_a_privacy_wall_is_to_be_read_on_the_tracking_page(
    renderer: Renderer, contact: Contact, language: Language
) -> None:
    message = planned(purpose="question", happening="asked", language=language, question=None)
    said = {"tr": "bir sorumuz var", "en": "we have a question"}[language]
    for text in (renderer.sms(message, contact), renderer.mail(message, contact).text):
        assert said in text
        assert contact.tracking_url in text


@pytest.mark.parametrize(
    ("spoken", "words"), [("tr", "Yanıtın ekleri takip sayfanızda."), ("en", "on your tracking page.")]
)
def test_an_answer_with_files_says_where_they_are(
    renderer: Renderer, contact: Contact, spoken: str, words: str
) -> None:
    message = planned(purpose="final_answer", happening="answered", answer="Evet.", language=spoken)
    with_files = message.model_copy(update={"with_files": True})
    assert [words in renderer.mail(m, contact).text for m in (with_files, message)] == [True, False]


@pytest.mark.parametrize(
    ("regime", "remedy"),
    [
        (Regime.PETITION_3071, "idare mahkemesi"),
        (Regime.INFORMATION_4982, "Bilgi Edinme Değerlendirme Kurulu"),
        (Regime.DATA_SUBJECT_6698, "Kişisel Verileri Koruma Kurulu"),
    ],
)
def test_a_final_answer_names_the_remedy_of_its_law(
    renderer: Renderer, contact: Contact, regime: Regime, remedy: str
) -> None:
    message = planned(purpose="final_answer", happening="answered", answer="Hayır.", regime=regime)
    assert remedy in renderer.mail(message, contact).text


def test_a_receipt_says_who_is_at_it(renderer: Renderer, contact: Contact) -> None:
    assert "Fen İşleri Müdürlüğü bakıyor." in renderer.mail(planned(), contact).text


def test_what_people_wrote_cannot_become_markup(renderer: Renderer, contact: Contact) -> None:
    message = planned(purpose="final_answer", happening="answered", answer="<b>x</b> & y")
    sly = Contact(contact.address, contact.tracking_url, contact.receipt_number, name="<script>")
    mail = renderer.mail(message, sly)
    assert "<b>x" not in mail.html
    assert "<script>" not in mail.html
    assert "&lt;b&gt;x" in mail.html
    assert "<b>x</b> & y" in mail.text


def test_the_html_says_its_language(renderer: Renderer, contact: Contact, language: Language) -> None:
    assert f'<html lang="{language}">' in renderer.mail(planned(language=language), contact).html
