"""Text cut at what was read in it: nothing lost, overlaps told, hostile words only ever words."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from services.router.desk.page_routes import desk_pages
from services.router.desk.segments import segments
from shared.contracts.decisions import Reading

PAGES = desk_pages()
TEXT = "eski istinat duvarı eğildi"


def reading(start: int, end: int, what: str = "subject", means: str = "İstinat duvarı") -> Reading:
    return Reading.model_validate({"what": what, "start": start, "end": end, "means": means})


def cut(text: str, *readings: Reading) -> list[tuple[str, tuple[str, ...]]]:
    return [(piece.text, piece.kinds) for piece in segments(text, readings)]


def test_a_text_in_which_nothing_was_read_is_one_piece() -> None:
    assert cut(TEXT) == [(TEXT, ())]
    assert cut("") == []


def test_words_that_were_read_stand_by_themselves() -> None:
    assert cut(TEXT, reading(20, 26, "danger")) == [("eski istinat duvarı ", ()), ("eğildi", ("danger",))]


def test_words_read_as_the_same_thing_are_one_piece_if_only_white_space_parts_them() -> None:
    neighbours = cut(TEXT, reading(5, 12), reading(13, 19))
    assert neighbours == [("eski ", ()), ("istinat duvarı", ("subject",)), (" eğildi", ())]
    assert [p for p, kinds in cut("duvar, taş", reading(0, 5), reading(7, 10)) if kinds] == ["duvar", "taş"]
    other = cut(TEXT, reading(5, 12), reading(13, 19, means="Kaldırım"))
    assert [piece for piece, kinds in other if kinds] == ["istinat", "duvarı"]


def test_three_words_in_a_row_are_one_piece() -> None:
    found = cut(TEXT, reading(5, 12), reading(13, 19), reading(20, 26))
    assert found == [("eski ", ()), ("istinat duvarı eğildi", ("subject",))]


def test_where_readings_overlap_the_piece_they_share_has_both() -> None:
    found = cut(TEXT, reading(5, 19), reading(13, 26, "danger"))
    assert found == [
        ("eski ", ()),
        ("istinat ", ("subject",)),
        ("duvarı", ("subject", "danger")),
        (" eğildi", ("danger",)),
    ]
    assert cut("taş", reading(0, 3), reading(0, 3, "place")) == [("taş", ("subject", "place"))]


def test_readings_that_touch_stay_two() -> None:
    assert [p for p, _ in cut("abcd", reading(0, 2), reading(2, 4, "place"))] == ["ab", "cd"]


@pytest.mark.parametrize(("start", "end"), [(0, 27), (30, 40), (5, 5), (9, 3)])
def test_what_does_not_lie_in_the_text_is_passed_over(start: int, end: int) -> None:
    assert cut(TEXT, reading(start, end)) == [(TEXT, ())]


readings = st.builds(
    reading, st.integers(0, 30), st.integers(0, 30), st.sampled_from(["subject", "danger", "place"])
)


@given(st.text(max_size=25), st.lists(readings, max_size=6))
def test_the_pieces_together_are_the_text(text: str, found: list[Reading]) -> None:
    pieces = segments(text, found)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(st.text(alphabet="<>&\"'{}%/ abİ\n", min_size=1, max_size=25), st.lists(readings, max_size=4))
def test_whatever_somebody_writes_is_shown_as_written(text: str, found: list[Reading]) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    page = PAGES.render("_text.html", request, pieces=segments(text, found))
    shown = bytes(page.body).decode()
    marks = re.sub(r'</?mark[^>]*>|<span class="ds-sr-only">[^<]*</span>', "", shown)
    assert "<" not in marks
    assert unescape(marks) == text
