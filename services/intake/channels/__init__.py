"""The five doors. Each has its own request model and one pure normaliser to the event all share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.intake.channels import call, mobile, reception, vatandas_baskan, web
from services.intake.channels.normalised import Admission, Normalised
from services.intake.channels.parts import ChannelRequest
from services.intake.channels.refusal import RefusedError
from shared.contracts.vocabulary import Channel

__all__ = ["DOORS", "Admission", "ChannelRequest", "Door", "Normalised", "RefusedError"]


@dataclass(frozen=True, slots=True)
class Door:
    """One channel: what it takes, and how that becomes the common event."""

    model: type[ChannelRequest]
    normalise: Callable[[Any, Admission], Normalised]
    examples: Mapping[str, Mapping[str, Any]]


DOORS: Final[Mapping[Channel, Door]] = {
    Channel.WEB: Door(web.WebRequest, web.normalise, web.EXAMPLES),
    Channel.CALL: Door(call.CallRequest, call.normalise, call.EXAMPLES),
    Channel.MOBILE: Door(mobile.MobileRequest, mobile.normalise, mobile.EXAMPLES),
    Channel.VATANDAS_BASKAN: Door(
        vatandas_baskan.VatandasBaskanRequest, vatandas_baskan.normalise, vatandas_baskan.EXAMPLES
    ),
    Channel.RECEPTION: Door(reception.ReceptionRequest, reception.normalise, reception.EXAMPLES),
}
