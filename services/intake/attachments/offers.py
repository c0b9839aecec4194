"""What a camera told of where, as far as an applicant may be asked about it."""

from pydantic import ValidationError

from services.intake.attachments.pictures import Offer
from services.intake.channels.parts import PlaceInput


def offered_place(offer: Offer) -> PlaceInput | None:
    """Return where a photo was taken; None if unknown, or if no request could name it, which is no help."""
    if offer.lat is None or offer.lon is None:
        return None
    try:
        return PlaceInput(lat=offer.lat, lon=offer.lon, accuracy_m=offer.accuracy_m)
    except ValidationError:
        return None
