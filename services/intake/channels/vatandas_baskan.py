"""Field teams of the "Vatandaş Başkan" programme, who report what they see and often fix it at once."""

from typing import Final

from pydantic import Field

from services.intake.channels.device import DeviceTime, Photos, check_device_time
from services.intake.channels.fields import Code
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import FilesRequest
from shared.contracts.requests import ChannelFacts
from shared.contracts.vocabulary import Channel

EXAMPLES: Final = {
    "fixed on the spot": {
        "description": "Kaldırım taşları yerinden oynamış, takılıp düşülüyor. Taşları yerine koyduk.",
        "place": {"neighbourhood": "Piyalepaşa", "lat": 41.0495, "lon": 28.9603},
        "team": "saha-07",
        "device_time": "2026-11-23T10:05:00+03:00",
        "resolved_on_site": True,
        "photos": ["once", "sonra"],
    }
}


class VatandasBaskanRequest(FilesRequest):
    """A report of a field team."""

    team: Code = Field(description="Code of the field team")
    device_time: DeviceTime | None = None
    resolved_on_site: bool = Field(False, description="The team already fixed it")
    photos: Photos = ()
    danger: bool = Field(False, description="The team saw danger to life")


def normalise(request: VatandasBaskanRequest, admission: Admission) -> Normalised:
    """Return the request in the common form. Raises `RefusedError`."""
    check_device_time(request.device_time, admission.received_at)
    particulars = Particulars(
        facts=ChannelFacts(
            team=request.team,
            device_time=request.device_time,
            resolved_on_site=request.resolved_on_site,
            photo_count=len(request.photos),
        ),
        danger=request.danger,
    )
    return normalised(Channel.VATANDAS_BASKAN, request, admission, particulars)
