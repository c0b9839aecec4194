"""What the first classifier can do, and no more than that."""

import csv
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from services.router.classify.nearest import NearestTopics
from services.router.knowledge.loader import load_knowledge

THRESHOLD = 0.5
FRESH = list(
    csv.DictReader(Path(__file__).with_name("data").joinpath("fresh_messages.csv").open(encoding="utf-8"))
)


@cache
def classifier() -> NearestTopics:
    return NearestTopics(load_knowledge())


def test_every_topic_is_nearest_to_itself() -> None:
    knowledge = load_knowledge()
    found = classifier().classify_many([e.text for e in knowledge.examples])
    wrong = [
        example.text
        for example, candidates in zip(knowledge.examples, found, strict=True)
        if (candidates[0].category_code, candidates[0].body)
        != (example.category_code, knowledge.bodies_by_id[example.body].name)
    ]
    assert wrong == []


def test_fresh_messages_find_their_body_as_often_as_is_claimed() -> None:
    """The figures are a floor: whoever improves the classifier raises them."""
    names = load_knowledge().bodies_by_id
    found = classifier().classify_many([row["text"] for row in FRESH])
    bodies = [[c.body for c in candidates] for candidates in found]
    right = [names[row["body"]].name for row in FRESH]
    sure = [i for i, candidates in enumerate(found) if candidates[0].confidence >= THRESHOLD]

    assert len(FRESH) == 40
    assert sum(body == best[0] for body, best in zip(right, bodies, strict=True)) >= 24
    assert sum(body in three for body, three in zip(right, bodies, strict=True)) >= 34
    assert len(sure) >= 10
    assert all(bodies[i][0] == right[i] for i in sure)


def test_spelling_costs_nothing_where_only_turkish_letters_are_missing() -> None:
    one, two = classifier().classify_many(["SOKAĞIMIZDAN ÇÖP ALINMIYOR", "sokagimizdan cop alinmiyor"])
    assert one == two


@given(st.lists(st.text(max_size=300), max_size=5))
def test_candidates_are_ranked_whole_and_repeatable(texts: list[str]) -> None:
    found = classifier().classify_many(texts)
    assert len(found) == len(texts)
    for candidates in found:
        figures = [c.confidence for c in candidates]
        assert figures == sorted(figures, reverse=True)
        assert all(0 <= figure <= 1 for figure in figures)
        assert len({(c.category_code, c.body) for c in candidates}) == len(candidates) <= 3
    assert classifier().classify_many(texts) == found


def test_a_text_is_judged_alike_alone_and_in_a_batch() -> None:
    texts = [row["text"] for row in FRESH]
    assert [classifier().classify_many([text])[0] for text in texts] == classifier().classify_many(texts)


def test_nothing_alike_is_no_candidate() -> None:
    assert classifier().classify_many(["", "😀😀", "москва"]) == [[], [], []]


def test_equal_knowledge_gives_equal_versions() -> None:
    knowledge = load_knowledge()
    other = knowledge.model_copy(update={"examples": knowledge.examples[::-1]})
    assert NearestTopics(knowledge).model_version == classifier().model_version
    assert NearestTopics(other).model_version != classifier().model_version
