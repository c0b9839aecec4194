"""When a photo of a form was taken: offered at the check, and used only once it is ticked. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.intake.attachments.pictures import Offer
from services.intake.channels.device import CLOCK_TOLERANCE
from services.intake.pages.form import OBSERVED, SHOT

# A camera that lost its clock tells a year of its own, and nobody reports what is older than that.
_OLDEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Shot:
    """When a photo was taken.

    Attributes:
        photo: its id.
        number: the photo's among the files, as their list has it.
        at: by the camera's clock.
    """

    photo: str
    number: int
    at: datetime


def shot_of(offers: Iterable[tuple[str, Offer]], now: datetime) -> Shot | None:
    """Return the earliest time that a camera told and that can be true; the matter is at least as old.

    Args:
        offers: each file's id and what its camera told, in the order of the form's list.
        now: the present instant.
    """
    shots = [
        Shot(photo, number, offer.taken_at)
        for number, (photo, offer) in enumerate(offers, start=1)
        if offer.taken_at is not None and now - _OLDEST <= offer.taken_at <= now + CLOCK_TOLERANCE
    ]
    return min(shots, key=lambda shot: shot.at, default=None)


def with_ticked(typed: Mapping[str, str], shot: Shot | None) -> dict[str, str]:
    """Return what the check was answered with, the time of the ticked photo filled in.

    The time is the file's own, whatever a browser says of it, and of no photo that is not on offer.
    """
    others = {name: text for name, text in typed.items() if name not in {SHOT, OBSERVED}}
    if shot is None or typed.get(SHOT) != shot.photo:
        return others
    return {**others, SHOT: shot.photo, OBSERVED: shot.at.isoformat()}
