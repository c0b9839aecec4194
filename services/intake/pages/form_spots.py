"""Where the photos of a form were taken: offered as an answer, and one only once it is chosen. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.intake.attachments.offers import offered_place
from services.intake.attachments.pictures import Offer
from services.intake.pages.form import FIELDS, SPOT, Draft, Step
from shared.places import distance_m

_POSITION: Final = frozenset({"enlem", "boylam", "dogruluk"})
_MOST: Final = 2
# Two photos of one thing are seldom told the same position; nobody could choose between the two.
_SAME_M: Final = 25


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a photo was taken.

    Attributes:
        photo: its id.
        number: the photo's among the files, as their list has it.
        lat: WGS 84 latitude.
        lon: longitude.
        metres: how sure the camera was; None if it did not say.
    """

    photo: str
    number: int
    lat: float
    lon: float
    metres: int | None = None

    @property
    def position(self) -> tuple[str, str, str]:
        """Latitude, longitude and accuracy as the form's fields have them."""
        return f"{self.lat:.6f}", f"{self.lon:.6f}", "" if self.metres is None else str(self.metres)


def spots_of(offers: Iterable[tuple[str, Offer]]) -> list[Spot]:
    """Return the places to offer: the first two that differ.

    Args:
        offers: each file's id and what its camera told, in the order of the form's list.
    """
    spots: list[Spot] = []
    for number, (photo, offer) in enumerate(offers, start=1):
        spot = _spot(photo, number, offer)
        if spot and all(_differ(spot, other) for other in spots):
            spots.append(spot)
    return spots[:_MOST]


def with_chosen(typed: Mapping[str, str], spots: Sequence[Spot]) -> dict[str, str]:
    """Return what the page of the place was answered with, the chosen photo's position filled in.

    The position is the file's own, whatever a browser says of it. A photo that is not on offer is not chosen;
    to choose none takes the position away.
    """
    others = {name: text for name, text in typed.items() if name != SPOT}
    wanted = typed.get(SPOT)
    if wanted == "":
        return {name: text for name, text in others.items() if name not in _POSITION}
    for spot in spots:
        if spot.photo == wanted:
            lat, lon, metres = spot.position
            return {**others, SPOT: wanted, "enlem": lat, "boylam": lon, "dogruluk": metres}
    return others


def without_lost(draft: Draft) -> Draft:
    """Return the draft without the place of a photo that was taken out; where it is, is then asked again."""
    chosen = draft.answers.get(SPOT)
    if not chosen or chosen in draft.files:
        return draft
    kept = set(FIELDS[Step.WHERE]) - _POSITION - {SPOT}
    return draft.answered(Step.WHERE, {n: text for n, text in draft.answers.items() if n in kept})


def _spot(photo: str, number: int, offer: Offer) -> Spot | None:
    place = offered_place(offer)
    if place is None or place.lat is None or place.lon is None:
        return None
    metres = None if place.accuracy_m is None else math.ceil(place.accuracy_m)
    return Spot(photo, number, place.lat, place.lon, metres)


def _differ(spot: Spot, other: Spot) -> bool:
    return distance_m(spot.lat, spot.lon, other.lat, other.lon) > _SAME_M
