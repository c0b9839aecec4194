"""The phone application: a photo, a position and a few words."""

from typing import Final, Self

from pydantic import Field, model_validator

from services.intake.channels.device import DeviceTime, Photos, check_device_time
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised, place_of
from services.intake.channels.parts import FilesRequest, Input, Radius, check_position
from shared.contracts.requests import ChannelFacts, Latitude, Longitude, Place
from shared.contracts.vocabulary import Channel, Kind

EXAMPLES: Final = {
    "a broken swing": {
        "description": "Parktaki salıncağın zinciri kopmuş, çocuklar hâlâ biniyor.",
        "gps": {"lat": 41.0324, "lon": 28.9851, "accuracy_m": 12},
        "device_time": "2026-11-23T14:31:20+03:00",
        "photos": ["foto-1", "foto-2"],
        "applicant": {"phone": "+905320000000"},
    }
}


class Gps(Input):
    """The device's own position."""

    lat: Latitude
    lon: Longitude
    accuracy_m: Radius | None = Field(None, description="Radius in metres")

    @model_validator(mode="after")
    def _near(self) -> Self:
        check_position(self.lat, self.lon)
        return self


class MobileRequest(FilesRequest):
    """A report from the phone application."""

    kind: Kind = Kind.COMPLAINT
    gps: Gps | None = None
    device_time: DeviceTime | None = None
    photos: Photos = ()


def normalise(request: MobileRequest, admission: Admission) -> Normalised:
    """Return the request in the common form; a place that was chosen by hand wins over the position.

    Raises `RefusedError`.
    """
    check_device_time("device_time", request.device_time, admission.received_at)
    particulars = Particulars(
        place=_place(request),
        facts=ChannelFacts(photo_count=len(request.photos), device_time=request.device_time),
        electronic=True,
    )
    return normalised(Channel.MOBILE, request, admission, particulars)


def _place(request: MobileRequest) -> Place:
    if request.gps is None or request.place.lat is not None:
        return place_of(request.place)
    located = request.place.model_copy(update=request.gps.model_dump())
    return place_of(located, by_device=True)
