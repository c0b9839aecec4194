"""The counter: staff enter a paper petition, what a visitor says, or what came by another way."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from pydantic import Field

from services.intake.channels.fields import Code
from services.intake.channels.inbound import BY_WIRE, ForeignReference, check_reference, reached_at
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import FilesRequest
from shared.contracts.requests import ChannelFacts
from shared.contracts.vocabulary import Channel, Kind, Source

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "a signed petition": {
        "description": "Sokağımızdaki park yasağının kaldırılmasını diliyorum.",
        "place": {"neighbourhood": "Kuloğlu"},
        "applicant": {"name": "Mehmet Örnek", "address": "Ağa Hamamı Sokak 7, Beyoğlu"},
        "petition_number": "2026/4711",
        "signed": True,
        "elements": ["ad", "adres"],
    },
    "an application from CİMER": {
        "description": "Tarlabaşı’ndaki boş binanın çatısı yıkılmak üzere.",
        "applicant": {"name": "Zeynep Örnek", "email": "zeynep@example.com"},
        "source": "cimer",
        "foreign_reference": "2604711234",
    },
}


class ReceptionRequest(FilesRequest):
    """A request handed in at the counter, or brought there by post, mail or another authority's system."""

    kind: Kind = Kind.PETITION
    petition_number: Code | None = Field(None, description="Number on the paper petition")
    signed: bool = Field(False, description="The paper carries a signature")
    elements: tuple[Literal["ad", "adres", "kimlik_no"], ...] = Field(
        (), max_length=3, description="What the paper shows but is not entered here"
    )
    operator: Code | None = Field(None, description="Staff code of who entered it")
    danger: bool = Field(False, description="The visitor tells of danger to life")
    source: Source | None = Field(None, description="How it came; absent if to the counter itself")
    foreign_reference: ForeignReference | None = Field(
        None,
        description="Its number at the source, never a person's name or account. "
        "One number of one source is recorded once, whatever the Idempotency-Key",
    )
    received_on: date | None = Field(
        None,
        description="Day on which the authority had it, if before today: the law's clock starts there",
    )

    @property
    def origin(self) -> str | None:
        """Source and number there, if it came with one."""
        if self.source is None or self.foreign_reference is None:
            return None
        return f"{self.source}/{self.foreign_reference}"


def normalise(request: ReceptionRequest, admission: Admission) -> Normalised:
    """Return the request in the common form, with what it lacks of the law's elements.

    Raises `RefusedError`.
    """
    check_reference(request.source, request.foreign_reference)
    particulars = Particulars(
        facts=ChannelFacts(
            operator=request.operator,
            petition_number=request.petition_number,
            source=request.source,
            foreign_reference=request.foreign_reference,
        ),
        danger=request.danger,
        elements=frozenset(request.elements) | ({"imza"} if request.signed else frozenset()),
        electronic=request.source in BY_WIRE,
        as_it_came=request.source is not None,
        received_at=reached_at(request.received_on, admission.received_at),
    )
    return normalised(Channel.RECEPTION, request, admission, particulars)
