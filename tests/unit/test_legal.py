from pathlib import Path

import pytest

from shared.contracts.vocabulary import Regime
from shared.legal import LEGAL_WORDS_FILE, load_legal_words


def test_every_law_has_a_remedy_in_every_language() -> None:
    words = load_legal_words()
    for regime in Regime:
        assert words.remedy(regime, "tr") != words.remedy(regime, "en")


@pytest.mark.parametrize("article", ["3071 m.6/b", "6/b", "3071 sayılı Kanun md. 6 (b)"])
def test_a_provision_is_known_however_it_is_cited(article: str | None) -> None:
    assert "yargı" in load_legal_words().not_examined_because(article, "tr")


@pytest.mark.parametrize("article", [None, "", "4982 m.7", "3071 m.6"])
def test_another_provision_gets_the_general_reason(article: str | None) -> None:
    words = load_legal_words()
    assert words.not_examined_because(article, "tr") == words.general_reason.tr


def test_a_missing_remedy_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "legal.yaml"
    file.write_text(
        LEGAL_WORDS_FILE.read_text(encoding="utf-8").replace("information_4982", "petition_3071"),
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"legal\.yaml: remedies: no wording for information_4982"):
        load_legal_words(file)


def test_a_misspelt_member_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "legal.yaml"
    file.write_text(
        LEGAL_WORDS_FILE.read_text(encoding="utf-8").replace("general_reason", "general_reasn"),
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"legal\.yaml(.|\n)*general_reasn"):
        load_legal_words(file)
