"""What is dangerous about half a sentence."""

from services.router.desk.first_look import dangers_in
from tests.unit.router.samples import SHIPPED


def told(text: str) -> list[tuple[str, str, str]]:
    return [(danger.title, danger.phone, danger.words) for danger in dangers_in(text, SHIPPED)]


def test_the_words_are_named_as_they_were_said_with_the_number_to_call() -> None:
    assert told("Sokakta çok fena GAZ KOKUSU var") == [("Gaz kaçağı", "187", "GAZ KOKUSU")]


def test_every_kind_of_danger_is_named() -> None:
    assert [phone for _, phone, _ in told("Gaz kokuyor, kablo kopmuş kıvılcım çıkarıyor")] == ["187", "112"]


def test_another_language_has_its_own_words() -> None:
    assert told("Please help, there is a smell of gas in our street")[0][1:] == ("187", "smell of gas")


def test_what_only_sounds_dangerous_is_passed_over() -> None:
    assert told("Egzoz gazı kokusundan bıktık, otobüs durağı kalksın") == []
