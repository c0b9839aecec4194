from services.notifier.domain.sms import fitted, plain


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
