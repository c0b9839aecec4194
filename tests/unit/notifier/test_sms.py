import pytest

from services.notifier.domain.sms import fitted, parts, plain


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ş" + "a" * 153, 1),
        ("ş" + "a" * 154, 2),
        ("ş" + "a" * 296, 2),
        ("ş" + "a" * 297, 3),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("’" + "a" * 133, 2),
        ("’" + "a" * 134, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_costs_what_the_standard_says(text: str, cost: int) -> None:
    assert parts(text) == cost


def test_typographic_marks_are_written_plainly() -> None:
    assert plain("İSKİ’nin “yolu” – hâlâ 2…") == 'İSKİ\'nin "yolu" - hala 2...'


def test_a_text_that_fits_is_left_whole() -> None:
    assert fitted(lambda v: f"Konu: {v}", "çukur", limit=1) == "Konu: çukur"


def test_a_variable_is_cut_just_enough() -> None:
    text = fitted(lambda v: f"{v}!", "a" * 200, limit=1)
    assert len(text) == 160
    assert text.endswith("...!")


def test_a_frame_that_is_too_long_by_itself_loses_the_variable() -> None:
    assert fitted(lambda v: "b" * 400 + v, "konu", limit=2) == "b" * 400 + "..."
