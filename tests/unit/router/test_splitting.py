"""Texts of several matters: where they may be cut, what speaks for a cut, and how often that is right.

`kept/two_matters.csv` and `kept/named_places.csv` were written for these tests; nothing is learned from them.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.classify.judging import Judged, figures, judge
from services.router.classify.linear import LinearModel
from services.router.classify.parting import NEVER, Parting, Signs
from services.router.classify.splitting import best_cuts, cuts
from services.router.deciding import Decider
from services.router.knowledge.corpus import TRAINING, Message, load_messages
from services.router.knowledge.loader import load_knowledge
from services.router.knowledge.statistics import shared_runs
from shared.text.folding import words

KEPT = Path(__file__).with_name("kept")
SHARES = st.floats(0, 1)
SIGNS = st.builds(Signs, SHARES, SHARES, SHARES, SHARES, SHARES, st.integers(0, 200), st.integers(1, 12))
JOINED = st.lists(st.sampled_from(["çöp alınmıyor", "lamba", ",", ".", "bir de", "ve", "-", "\n", "…", "İ"]))
CLEAR = Signs(several=0.9, left=0.99, right=0.99, left_next=0.001, right_next=0.001, fewest=6, proposed=1)


@cache
def model() -> LinearModel:
    return LinearModel.load()


@cache
def judged() -> tuple[Judged, ...]:
    return tuple(judge(Decider.load(), load_messages(KEPT, load_knowledge())))


def of_kind(*, several: bool) -> list[Judged]:
    return [j for j in judged() if (len(j.message.code) > 1) == several]


@given(st.text(max_size=200) | JOINED.map(" ".join))
def test_parts_lie_in_the_text_one_after_the_other_and_leave_no_word_out(text: str) -> None:
    found = cuts(text)
    assert len(found) <= 12
    for left, right in found:
        assert 0 <= left.start < left.end <= right.start < right.end <= len(text)
        between = (text[: left.start], text[left.end : right.start], text[right.end :])
        assert all(set(gap) <= set(" \n\t.,;:!?-–…") or not gap.strip() for gap in between)
    assert all(one[0].end <= other[0].end for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Çöp alınmadı. Lamba yanmıyor.", ("Çöp alınmadı", "Lamba yanmıyor")),
        ("çöp alınmadı bir de lamba yanmıyor", ("çöp alınmadı", "bir de lamba yanmıyor")),
        ("çöp duruyo üstüne lamba yanmıyo", ("çöp duruyo", "üstüne lamba yanmıyo")),
        ("- çöp alınmadı\n- lamba yanmıyor", ("çöp alınmadı", "lamba yanmıyor")),
    ],
)
def test_a_joint_is_where_another_sentence_clause_or_item_begins(text: str, parts: tuple[str, str]) -> None:
    assert parts in [tuple(text[s.start : s.end] for s in pair) for pair in cuts(text)]


def test_a_text_without_a_joint_is_of_a_piece() -> None:
    assert cuts("sokağımızın lambası üç gündür yanmıyor") == []
    assert cuts("........ ,,,,,,,, ........") == []


def test_the_best_cut_parts_what_is_about_different_matters() -> None:
    text = "Merhaba, üç gündür çöp alınmıyor. Ayrıca evde sular akmıyor, musluk kuru."
    (cut,) = best_cuts(model(), [text], [0.9])
    assert cut is not None
    assert text[cut.right.start : cut.right.end].startswith("Ayrıca")
    assert cut.signs.fewest == min(len(words(text[span.start : span.end])) for span in (cut.left, cut.right))
    assert cut.signs.proposed == len(cuts(text))


def test_a_text_that_hardly_speaks_of_several_matters_is_not_cut() -> None:
    text = "Üç gündür çöp alınmıyor. Ayrıca evde sular akmıyor."
    assert best_cuts(model(), [text, text], [0.0, 0.9])[0] is None
    assert best_cuts(model(), [], []) == []


@given(st.lists(JOINED.map(" ".join), max_size=4))
def test_a_text_is_cut_alike_alone_and_beside_others(texts: list[str]) -> None:
    together = best_cuts(model(), texts, [0.5] * len(texts))
    assert [best_cuts(model(), [text], [0.5])[0] for text in texts] == together


@given(SIGNS)
def test_a_likelihood_is_one_whatever_the_signs(signs: Signs) -> None:
    assert 0 <= model().parting.likely(signs) <= 1
    assert NEVER.likely(signs) < 1e-6


@given(SIGNS, SHARES)
def test_the_more_speaks_for_two_matters_the_likelier_they_are(signs: Signs, more: float) -> None:
    parting = model().parting
    raised = replace(
        signs,
        several=max(signs.several, more),
        left=max(signs.left, more),
        right=max(signs.right, more),
        fewest=signs.fewest + 1,
        proposed=1,
    )
    assert parting.likely(raised) >= parting.likely(signs)


def test_what_is_learned_is_kept_in_the_file(tmp_path: Path) -> None:
    learned = LinearModel.load()
    learned.parting = Parting.learned([0.123456] * len(NEVER.weights), -1.0)
    learned.save(tmp_path / "model.npz")
    found = LinearModel.load(tmp_path / "model.npz").parting
    assert found == Parting((0.1235,) * len(NEVER.weights), -1.0)
    assert model().parting.likely(CLEAR) > 0.9


def test_kept_messages_are_those_of_nobody_else() -> None:
    knowledge = load_knowledge()
    kept = load_messages(KEPT, knowledge)
    said = {m.text for m in kept}
    shared = shared_runs([*load_messages(TRAINING, knowledge), *kept])
    assert [pair for pair in shared if said & {pair[0], pair[1]}] == []
    assert sum(len(m.code) > 1 for m in kept) >= 40


def test_matters_of_one_message_reach_their_desks() -> None:
    """Floors under what was measured: whoever improves the splitting raises them."""
    found = figures(of_kind(several=True))
    assert (found.body or 0) >= 0.8
    assert (found.emergencies_seen or 0) == 1


def test_a_place_does_not_say_what_the_matter_is() -> None:
    """Floors under what was measured: a street's name is no matter."""
    found = figures(of_kind(several=False))
    assert (found.body or 0) >= 0.84
    assert (found.auto_wrong or 0) <= 0.07
    assert (found.emergencies_seen or 0) == 1


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("İstiklal Caddesi'ndeki kaldırım taşları oynamış", {"fen"}),
        ("istiklalde sokak lambaları yanmıyor", {"bedas"}),
        ("İstiklal Caddesi'nde çöp kovaları taşmış", {"temizlik"}),
        ("istiklalde seyyar satıcılar yolu kapattı", {"zabita"}),
        ("Taksim Meydanı'nın zemin taşları kırık", {"ibb"}),
    ],
)
def test_one_street_has_many_matters(text: str, body: set[str]) -> None:
    message = of_kind(several=False)[0].message
    (one,) = judge(Decider.load(), [Message(**message.model_dump() | {"text": text})])
    assert {found for _, found in one.answer.labels} == body
