"""The call centre: an operator writes down what a caller says."""

from typing import Final
from uuid import UUID

from pydantic import Field

from services.intake.channels.fields import Code, Note, Phone
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import ChannelRequest
from services.intake.vault.handing_over import NOTE
from shared.contracts.requests import ChannelFacts
from shared.contracts.vocabulary import Channel

EXAMPLES: Final = {
    "a cable on the ground": {
        "description": "Elektrik direğinden kopan kablo kaldırımda duruyor.",
        "place": {"neighbourhood": "Kulaksız", "address": "Okmeydanı Caddesi, fırının karşısı"},
        "operator": "cm-014",
        "caller_number": "0532 000 00 00",
        "call_back": True,
        "hand_over_note": "Arayan yarım saat daha orada bekliyor.",
        "danger": True,
    }
}


class CallRequest(ChannelRequest):
    """A request taken down on the phone."""

    operator: Code = Field(description="Staff code of the operator")
    caller_number: Phone | None = Field(None, description="Number the call came from; absent if withheld")
    call_back: bool = Field(False, description="The caller asked to be called back")
    hand_over_note: Note | None = Field(
        None, description="For the colleague who goes on with it: shown to the next operator who signed in"
    )
    danger: bool = Field(False, description="The operator heard of danger to life")
    joins: UUID | None = Field(
        None,
        description="Id of a known open request that the caller asks to be added to; the router looks "
        "whether that is possible",
    )


def normalise(request: CallRequest, admission: Admission) -> Normalised:
    """Return the request in the common form. Raises `RefusedError`."""
    particulars = Particulars(
        phone=request.caller_number,
        facts=ChannelFacts(operator=request.operator, call_back=request.call_back),
        danger=request.danger,
        joins=request.joins,
        notes={"caller_number": request.caller_number, NOTE: request.hand_over_note},
    )
    return normalised(Channel.CALL, request, admission, particulars)
