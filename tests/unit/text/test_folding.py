"""One comparable form for all the ways Turkish is typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.folding import clean, fold, words


@pytest.mark.parametrize(
    "written",
    ["Çöp konteyneri ŞIŞLI", "ÇÖP KONTEYNERİ ŞIŞLI", "cop konteyneri sisli", "çöp konteyneri şışlı"],
)
def test_capitals_small_letters_and_ascii_fold_alike(written: str) -> None:
    assert fold(written) == "cop konteyneri sisli"


@pytest.mark.parametrize("letter", ["ı", "I", "İ", "i", "i̇", "î", "Î"])
def test_every_i_is_one_letter(letter: str) -> None:
    assert fold(letter) == "i"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzâîû ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZÂÎÛ"))
def test_turkish_folds_to_small_ascii(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.lower()
    assert len(folded) == len(text)


def test_words_end_at_apostrophes_of_every_kind() -> None:
    assert words("Cihangir’deki 3 çöp, Tomtom'da!") == ("cihangir", "deki", "3", "cop", "tomtom", "da")


def test_clean_keeps_lines_and_emoji_and_drops_what_deceives() -> None:
    assert clean("\x00 Sokak\u202e\r\nkaranlık\x1b[31m 👨‍👩‍👧\u200b ") == "Sokak\nkaranlık[31m 👨‍👩‍👧"


@given(st.text(st.characters(), max_size=200))
def test_cleaned_text_is_composed_encodable_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)
    assert clean(cleaned) == cleaned


def test_a_lone_surrogate_is_replaced() -> None:
    assert clean("a\ud800b") == "a\ufffdb"
