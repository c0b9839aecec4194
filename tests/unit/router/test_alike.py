"""Which requests may be the same work, and where a request is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.alike import Alike, nearby, rank_alike, whereabouts
from services.router.domain.cases import Case
from shared.contracts.decisions import Candidate
from shared.contracts.requests import Place
from shared.places import distance_m
from tests.support.desk import decision, received, sent
from tests.unit.router.samples import NOW, SHIPPED

HERE = Place(lat=41.0325, lon=28.9836)
METRE = 1 / 111_195
WALL = "İstinat duvarı eğildi, taşlar düşüyor"


def case(number: int, place: Place, text: str = WALL, code: str = "FEN-IST") -> Case:
    return sent(received(number, text, NOW, place=place), decision([candidate(code)]))


def candidate(code: str) -> Candidate:
    return SHIPPED.candidate(code, "fen", 0.9)


def away(metres: float) -> Place:
    return Place(lat=41.0325 + metres * METRE, lon=28.9836)


def numbers(found: tuple[Alike, ...]) -> list[int]:
    return [int(alike.case.request.receipt_number[8:15]) for alike in found]


def test_nearest_and_most_alike_come_first_with_their_distance() -> None:
    found = rank_alike(case(1, HERE), [case(2, away(150)), case(3, away(20)), case(4, away(20), "Duvar")], 9)
    assert numbers(found) == [3, 2, 4]
    assert found[0].distance_m == pytest.approx(20, abs=1)
    assert found[0].likeness == pytest.approx(0.96, abs=0.01)


def test_neither_another_category_nor_another_place_is_the_same_work() -> None:
    others = [case(2, HERE, code="FEN-YOL"), case(3, away(900)), case(4, Place(neighbourhood="Örnektepe"))]
    assert rank_alike(case(1, HERE), others, 9) == ()


def test_one_neighbourhood_is_near_though_nobody_gave_a_point() -> None:
    (found,) = rank_alike(
        case(1, Place(neighbourhood="Cihangir")), [case(2, Place(neighbourhood="Cihangir"))], 9
    )
    assert (found.distance_m, found.likeness) == (None, 0.75)


def test_requests_without_a_place_are_like_nothing() -> None:
    assert rank_alike(case(1, Place()), [case(2, Place()), case(3, HERE)], 9) == ()


def test_neither_the_request_itself_nor_its_own_matters_are_shown() -> None:
    one = case(1, HERE)
    assert rank_alike(one, [one, case(1, HERE)], 9) == ()


def test_at_most_so_many_are_shown() -> None:
    assert len(rank_alike(case(1, HERE), [case(n, HERE) for n in range(2, 9)], 3)) == 3


metres = st.floats(-176, 176)


@given(metres, metres)
def test_whoever_is_within_reach_is_found(north: float, east: float) -> None:
    there = Place(lat=41.0325 + north * METRE, lon=28.9836 + east * METRE / 0.7545)
    assert HERE.lat is not None
    assert HERE.lon is not None
    assert there.lat is not None
    assert there.lon is not None
    assert distance_m(HERE.lat, HERE.lon, there.lat, there.lon) <= 250
    assert nearby(HERE) & whereabouts(there)


def test_a_point_without_a_name_is_found_by_the_neighbourhood_it_lies_in() -> None:
    assert "Cihangir" in whereabouts(Place(lat=41.0322, lon=28.9838))
    assert whereabouts(Place(neighbourhood="Cihangir")) == {"Cihangir"}
    assert whereabouts(Place(address="Sokağın başı")) == frozenset()
