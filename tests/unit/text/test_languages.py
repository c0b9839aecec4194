"""Turkish is read, however it is written; another language is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.knowledge.corpus import DEVELOPMENT, TRAINING, load_messages
from services.router.knowledge.loader import load_knowledge
from shared.text.languages import known_languages

LANGUAGES = known_languages()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("There has been no water in our building since yesterday, please help", "english"),
        ("Ez li Kulaksızê dimînim, sê roj in av tune ye", "kurdish"),
        ("На нашей улице уже три дня не вывозят мусор", "russian"),
        ("القمامة لم تُجمع منذ ثلاثة أيام", "arabic"),
        ("Bei uns ist seit Tagen die Straße nicht gereinigt", "german"),
        ("Il y a un trou dans la rue depuis trois jours", "french"),
    ],
)
def test_other_languages_are_named(text: str, language: str) -> None:
    found = LANGUAGES.foreign(text)
    assert found is not None
    assert found.id == language


@pytest.mark.parametrize(
    "text",
    [
        "Çöp alınmıyor",
        "copler alinmiyo kac gundur",
        "SOKAK LAMBASI YANMIYOR",
        "Selam, Tom Tom Kaptan Sokak'ta lamba yok",
        "airbnb daireden gelen noise bizi bitirdi",
        "5",
        "",
    ],
)
def test_turkish_is_turkish(text: str) -> None:
    assert LANGUAGES.foreign(text) is None


def test_hardly_any_turkish_message_is_taken_for_another_language() -> None:
    knowledge = load_knowledge()
    everything = [*load_messages(TRAINING, knowledge), *load_messages(DEVELOPMENT, knowledge)]
    foreign = [m.text for m in everything if m.code and LANGUAGES.foreign(m.text)]
    assert len(foreign) <= len(everything) // 200, foreign


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert LANGUAGES.foreign(text) in {None, *LANGUAGES.languages}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Sokağımızda ışık yok", "tr"),
        ("copler kac gundur alinmadi ve cok kokuyor", "tr"),
        ("There has been no water in our building since yesterday", "en"),
        ("Ez li Kulaksızê dimînim, sê roj in av tune ye", "ku"),
        ("На нашей улице уже три дня не вывозят мусор", "ru"),
        ("На нашій вулиці вже три дні не вивозять сміття", "uk"),
        ("Мусор там", "und-Cyrl"),
        ("القمامة لم تُجمع منذ ثلاثة أيام", "ar"),
        ("سه روز است که زباله‌ها را جمع نکرده‌اند، چرا؟", "fa"),
        ("lamba yanmiyor", None),
        ("5", None),
        ("", None),
    ],
)
def test_a_tag_says_no_more_than_the_text_tells(text: str, tag: str | None) -> None:
    assert LANGUAGES.tag_of(text) == tag
