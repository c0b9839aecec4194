"""The counter: staff enter a paper petition, or what a visitor says."""

from typing import Final, Literal

from pydantic import Field

from services.intake.channels.fields import Code
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import ChannelRequest
from shared.contracts.requests import ChannelFacts
from shared.contracts.vocabulary import Channel, Kind

EXAMPLES: Final = {
    "a signed petition": {
        "description": "Sokağımızdaki park yasağının kaldırılmasını diliyorum.",
        "place": {"neighbourhood": "Kuloğlu"},
        "applicant": {"name": "Mehmet Örnek", "address": "Ağa Hamamı Sokak 7, Beyoğlu"},
        "petition_number": "2026/4711",
        "signed": True,
        "elements": ["ad", "adres"],
    }
}


class ReceptionRequest(ChannelRequest):
    """A request handed in at the counter."""

    kind: Kind = Kind.PETITION
    petition_number: Code | None = Field(None, description="Number on the paper petition")
    signed: bool = Field(False, description="The paper carries a signature")
    elements: tuple[Literal["ad", "adres"], ...] = Field(
        (), max_length=2, description="Name and address that the paper shows but that are not entered here"
    )
    danger: bool = Field(False, description="The visitor tells of danger to life")


def normalise(request: ReceptionRequest, admission: Admission) -> Normalised:
    """Return the request in the common form, with what the petition lacks of law 3071 art. 4.

    Raises `RefusedError`.
    """
    particulars = Particulars(
        facts=ChannelFacts(petition_number=request.petition_number),
        danger=request.danger,
        elements=frozenset(request.elements) | ({"imza"} if request.signed else frozenset()),
    )
    return normalised(Channel.RECEPTION, request, admission, particulars)
