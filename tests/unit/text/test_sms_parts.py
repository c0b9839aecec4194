import pytest

from shared.text.sms_parts import count_parts

DEFAULT = "GSM-7"
SINGLE = "GSM-7, Turkish single shift"


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", DEFAULT, 1),
        ("a" * 160, DEFAULT, 1),
        ("a" * 161, DEFAULT, 2),
        ("a" * 306, DEFAULT, 2),
        ("a" * 307, DEFAULT, 3),
        ("ÇÖÜöü" * 32, DEFAULT, 1),
        ("^" * 80, DEFAULT, 1),
        ("^" * 80 + "a", DEFAULT, 2),
        ("€" * 80 + "a", DEFAULT, 2),
        ("ş" + "a" * 153, SINGLE, 1),
        ("ş" * 77, SINGLE, 1),
        ("ş" * 78, SINGLE, 2),
        ("ş" * 148, SINGLE, 2),
        ("ş" * 149, SINGLE, 3),
        ("ş" + "a" * 70, SINGLE, 1),
        ("ş" * 69 + "и", "UCS-2", 1),
        ("и" * 70, "UCS-2", 1),
        ("и" * 71, "UCS-2", 2),
        ("и" * 134, "UCS-2", 2),
        ("и" * 135, "UCS-2", 3),
    ],
    ids=lambda value: value[:2] if isinstance(value, str) else str(value),
)
def test_the_cheapest_encoding_is_chosen(text: str, encoding: str, count: int) -> None:
    parts = count_parts(text)
    assert (parts.encoding, parts.count) == (encoding, count)


def test_an_escaped_character_is_not_cut_in_two() -> None:
    # 152 septets leave one in the first part, and an escaped character needs two.
    assert count_parts("a" * 152 + "€" + "a" * 151).count == 2
    assert count_parts("a" * 152 + "€" + "a" * 152).count == 3


def test_a_surrogate_pair_is_not_cut_in_two() -> None:
    assert count_parts("и" * 66 + "😀" + "и" * 65).count == 2
    assert count_parts("и" * 66 + "😀" + "и" * 66).count == 3


def test_units_are_septets_of_the_text() -> None:
    assert count_parts("aş").units == 3
