"""Requests that may be the same work (rule 10): only suspected, and worked out when somebody looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from typing import Final

from services.router.domain.cases import Case
from shared.contracts.requests import Place, RequestReceived
from shared.places import distance_m, nearest_neighbourhood
from shared.text.folding import words

WITHIN: Final = timedelta(days=7)
"""How far back same work is looked for."""
NEAR_M: Final = 250

# Fields of about 250 m each way at the latitude of Istanbul: what is so near lies in the same or the next.
_FIELD_LAT: Final = 0.00225
_FIELD_LON: Final = 0.003
_UNKNOWN_NEARNESS: Final = 0.5
"""Of two requests of one neighbourhood of which one has no point."""
_SHORT: Final = 2
"""Words of so many letters join others and tell of nothing."""
_STEM: Final = 5
"""Turkish words grow at their end; so many letters of their beginning tell most of them apart."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A request that may be the same work.

    Attributes:
        case: that request.
        likeness: 0 to 1, the mean of how near it is and how many words both texts share.
        distance_m: metres between both points, where both have one.
    """

    case: Case
    likeness: float
    distance_m: float | None


def whereabouts(place: Place) -> frozenset[str]:
    """Return under what a request is found by its place: its neighbourhood and its field of the map."""
    return frozenset({*_neighbourhoods(place), *_fields(place, around=0)})


def nearby(place: Place) -> frozenset[str]:
    """Return the whereabouts of all that may be near: the neighbourhood, the field and those around it."""
    return frozenset({*_neighbourhoods(place), *_fields(place, around=1)})


def codes_of(case: Case) -> frozenset[str]:
    """Return the categories that the request is taken for: one, or those of its several matters."""
    decision = case.decision
    return frozenset({decision.chosen.category_code, *(m.candidate.category_code for m in decision.matters)})


def rank_alike(case: Case, others: Iterable[Case], limit: int) -> tuple[Alike, ...]:
    """Return those of ``others`` that may be the same work as ``case``, likeliest first.

    A request's own matters, which share its receipt, are not among them.
    """
    codes = codes_of(case)
    found = [
        alike
        for other in others
        if other.request.receipt_number != case.request.receipt_number
        and other.decision.chosen.category_code in codes
        and (alike := compared(case.request, other))
    ]
    found.sort(key=lambda a: (-a.likeness, a.case.request.receipt_number))
    return tuple(found[:limit])


def compared(request: RequestReceived, other: Case) -> Alike | None:
    """Return how near and how alike ``other`` is to ``request``, or None where it is elsewhere."""
    here, there = request.place, other.request.place
    distance = _distance(here, there)
    near = distance is not None and distance <= NEAR_M
    if not near and not set(_neighbourhoods(here)) & set(_neighbourhoods(there)):
        return None
    nearness = _UNKNOWN_NEARNESS if distance is None else max(0.0, 1 - distance / NEAR_M)
    shared = _shared_words(request.description, other.request.description)
    return Alike(other, (nearness + shared) / 2, distance)


def _shared_words(one: str, other: str) -> float:
    first, second = _stems(one), _stems(other)
    return 2 * len(first & second) / ((len(first) + len(second)) or 1)


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words(text) if len(word) > _SHORT}


def _distance(here: Place, there: Place) -> float | None:
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return None
    return distance_m(here.lat, here.lon, there.lat, there.lon)


def _neighbourhoods(place: Place) -> list[str]:
    name = place.neighbourhood
    if name is None and place.lat is not None and place.lon is not None:
        name = nearest_neighbourhood(place.lat, place.lon)
    return [name] if name else []


def _fields(place: Place, around: int) -> list[str]:
    if place.lat is None or place.lon is None:
        return []
    row, column = floor(place.lat / _FIELD_LAT), floor(place.lon / _FIELD_LON)
    steps = range(-around, around + 1)
    return [f"{row + up}/{column + right}" for up in steps for right in steps]
