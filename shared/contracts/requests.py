"""The request as intake hands it to the router, and as the router hands it to a directorate."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Instant, Part, ce_type
from shared.contracts.vocabulary import Channel, Kind, LocatedBy, Medium, Opening, Regime, Source, Stage

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Place(Part):
    """Where it is, as far as the applicant said. No member means "no particular place"."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy_m: Annotated[float, Field(ge=0)] | None = Field(
        None, description="Radius of the position in metres"
    )
    address: str | None = None
    neighbourhood: str | None = Field(None, description="Mahalle, in the spelling of the postal list")
    located_by: LocatedBy | None = Field(None, description="The most exact of what the place is known by")


class ApplicantReach(Part):
    """What other services may know of the applicant: whether and how, never who or where."""

    named: bool = Field(description="The applicant gave a name")
    media: tuple[Medium, ...] = Field(description="Ways to reach the applicant, best first; never empty")
    language: str = Field("tr", description="ISO 639-1 language to answer in")


class ChannelFacts(Part):
    """What only one channel knows."""

    operator: str | None = Field(None, description="call, reception: staff code of who took it down")
    call_back: bool = Field(
        False, description="web, call: the applicant asked for a call; on the web in the stead of an SMS"
    )
    photo_count: Annotated[int, Field(ge=0)] = Field(
        0, description="mobile, vatandas_baskan: photos announced"
    )
    team: str | None = Field(None, description="vatandas_baskan: the field team's code")
    device_time: Instant | None = Field(None, description="mobile, vatandas_baskan: the device's own clock")
    resolved_on_site: bool = Field(False, description="vatandas_baskan: the team already fixed it")
    petition_number: str | None = Field(None, description="reception: number on the paper petition")
    source: Source | None = Field(None, description="reception: how it came, if not to the counter itself")
    foreign_reference: str | None = Field(
        None, description="reception: its number at the source, recorded once for each source"
    )


class AttachedFile(Part):
    """A file that came with a request, by reference: intake keeps it and hands out links that expire."""

    id: UUID
    media_type: str = Field(description="image/jpeg, image/png or application/pdf")
    size: Annotated[int, Field(ge=1)] = Field(description="In bytes")
    sha256: str = Field(description="Of the file as it is kept, in hexadecimal digits")
    width: int | None = Field(None, description="In pixels, of pictures")
    height: int | None = Field(None, description="In pixels, of pictures")
    stage: Stage | None = Field(
        None, description="vatandas_baskan: whether a photo shows the place before or after the team's work"
    )


class RequestReceived(Contract):
    """A request was recorded by intake. Free text is masked; contact data stays in intake's vault."""

    ce_type: ClassVar[str] = ce_type("request.received")

    request_id: UUID
    receipt_number: str
    channel: Channel
    kind: Kind
    regime: Regime
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    text_language: str | None = Field(
        None,
        description="BCP 47 tag of the language that description is written in, as recognised; und-<script> "
        "where only the script is known, absent where nothing tells. Answers are in applicant.language",
    )
    place: Place
    observed_at: Instant | None = Field(
        None, description="When it was seen, where the applicant said so; of a photo's time on a tick alone"
    )
    applicant: ApplicantReach
    facts: ChannelFacts = ChannelFacts()
    danger_reported: bool = Field(False, description="A member of staff marked danger to life at the door")
    part_of: UUID | None = Field(
        None,
        description="Request whose one matter this linked sub-request carries; its receipt stands for all",
    )
    joins: UUID | None = Field(
        None,
        description="Known request nearby that the applicant asked to be added to; the router looks whether "
        "that is still possible",
    )
    attachments: tuple[AttachedFile, ...] = Field((), description="Files that came with it, in their order")
    stated_category: str | None = Field(
        None, description="Category that the door states; the router weighs it, it need not follow it"
    )
    elements_present: tuple[str, ...] = Field(
        (), description="Elements that the law asks of this kind of application and that are there"
    )
    elements_missing: tuple[str, ...] = Field(
        (), description="Elements that the law asks of this kind of application and that are not there yet"
    )
    openable: tuple[Opening, ...] | None = Field(
        None,
        description="For what purposes intake's vault has something that the desk may have opened; none of "
        "it is here. Absent from requests of before 2026-11-28",
    )
    received_at: Instant = Field(description="When the authority had it: the law's clock starts here")
