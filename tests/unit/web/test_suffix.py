import pytest

from shared.text.suffix import Case, suffixed


@pytest.mark.parametrize(
    ("text", "case", "expected"),
    [
        ("16.00", Case.DATIVE, "16.00’ya"),
        ("15.20", Case.DATIVE, "15.20’ye"),
        ("25 Kasım", Case.DATIVE, "25 Kasım’a"),
        ("8 Aralık", Case.DATIVE, "8 Aralık’a"),
        ("153", Case.DATIVE, "153’e"),
        ("SMS", Case.DATIVE, "SMS’ye"),
        ("Yapı Kontrol", Case.DATIVE, "Yapı Kontrol’e"),
        ("14.39", Case.LOCATIVE, "14.39’da"),
        ("09.41", Case.LOCATIVE, "09.41’de"),
        ("10.40", Case.LOCATIVE, "10.40’ta"),
        ("2026", Case.LOCATIVE, "2026’da"),
        ("14.36", Case.ABLATIVE, "14.36’dan"),
        ("18.00", Case.ABLATIVE, "18.00’den"),
        ("1 Kasım", Case.ABLATIVE, "1 Kasım’dan"),
        ("444 0 000", Case.ACCUSATIVE, "444 0 000’ı"),
        ("112", Case.ACCUSATIVE, "112’yi"),
        ("0,8", Case.ACCUSATIVE, "0,8’i"),
        ("4.000", Case.ACCUSATIVE, "4.000’i"),
        ("300", Case.ACCUSATIVE, "300’ü"),
        ("5.000.000", Case.ACCUSATIVE, "5.000.000’u"),
        ("İSKİ", Case.GENITIVE, "İSKİ’nin"),
        ("Kulaksız", Case.GENITIVE, "Kulaksız’ın"),
        ("00.00", Case.DATIVE, "00.00’a"),
        ("Hâl", Case.DATIVE, "Hâl’e"),
    ],
)
def test_ending_follows_the_word_as_it_is_read(text: str, case: Case, expected: str) -> None:
    assert suffixed(text, case) == expected


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [
        ("Temizlik İşleri", Case.DATIVE, "Temizlik İşleri’ne"),
        ("Fen İşleri Müdürlüğü", Case.LOCATIVE, "Fen İşleri Müdürlüğü’nde"),
        ("Zabıta Müdürlüğü", Case.GENITIVE, "Zabıta Müdürlüğü’nün"),
    ],
)
def test_possessive_names_take_the_pronominal_n(name: str, case: Case, expected: str) -> None:
    assert suffixed(name, case, possessive=True) == expected


def test_text_without_letters_or_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a word"):
        suffixed("—", Case.DATIVE)
