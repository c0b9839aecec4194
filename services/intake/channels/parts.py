"""What the request models of all channels are made of."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.intake.attachments.limits import MOST_FILES
from services.intake.channels.fields import (
    Address,
    Description,
    MailAddress,
    Name,
    NationalId,
    Nationality,
    Neighbourhood,
    Passport,
    Phone,
)
from shared.contracts.requests import Latitude, Longitude
from shared.contracts.vocabulary import Kind
from shared.web.field_messages import FieldError

# The province of Istanbul with a little sea around it. What lies in it but outside of Beyoğlu is taken and
# forwarded (law 3071 art. 5); what lies outside is a mistake more often than a request.
_SOUTH, _NORTH, _WEST, _EAST = 40.78, 41.62, 27.95, 29.97

Radius = Annotated[float, Field(ge=0, le=100_000)]
"""Of a position, in metres."""


def check_position(lat: float, lon: float) -> None:
    """Refuse a position (WGS 84) outside of Istanbul.

    Raises:
        FieldError: it lies outside.
    """
    if not (_SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST):
        raise FieldError(
            "Konum İstanbul dışında. Haritada yeri seçin ya da adresi yazın.",
            "The position is outside of Istanbul. Choose the place on the map or write the address.",
            "place_outside",
        )


class Input(BaseModel):
    """A part of a request body: unknown fields and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PlaceInput(Input):
    """Where it is, as far as the applicant knows. Every member may stay away."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy_m: Radius | None = Field(
        None, description="Radius in metres where a device found the position; absent where a person chose it"
    )
    address: Address | None = Field(None, description="Street, door number or a description")
    neighbourhood: Neighbourhood | None = Field(None, description="Mahalle, in any usual spelling")

    @model_validator(mode="after")
    def _whole_and_near(self) -> Self:
        if self.lat is not None and self.lon is not None:
            check_position(self.lat, self.lon)
        elif (self.lat, self.lon, self.accuracy_m) != (None, None, None):
            raise FieldError(
                "Enlem ve boylamı birlikte gönderin.", "Send lat and lon together.", "place_incomplete"
            )
        return self


class ApplicantInput(Input):
    """Who asks and how to answer. Nobody has to say, unless the law wants it for the kind of application."""

    name: Name | None = None
    phone: Phone | None = None
    email: MailAddress | None = None
    address: Address | None = Field(None, description="Home or work address (law 3071 art. 4)")
    national_id: NationalId | None = Field(
        None,
        description="T.C. kimlik no, only where the law asks: electronic information requests (law 4982) "
        "and data-subject requests (law 6698); kept in the vault",
    )
    passport: Passport | None = Field(
        None, description="Instead of it, of a foreigner in a data-subject request; with nationality"
    )
    nationality: Nationality | None = Field(None, description="ISO 3166-1 alpha-2, with passport")


class ChannelRequest(Input):
    """What every channel takes."""

    description: Description
    place: PlaceInput = PlaceInput()
    applicant: ApplicantInput = ApplicantInput()
    kind: Kind = Kind.REQUEST
    language: Literal["tr", "en"] = Field("tr", description="Language to answer in")
    observed_at: AwareDatetime | None = Field(
        None,
        description="When it was seen, with its time zone; of a photo's time only if the applicant agrees",
    )

    @property
    def files(self) -> tuple[UUID, ...]:
        """The files that were sent before and belong to it; none where a channel takes none."""
        return ()

    @property
    def origin(self) -> str | None:
        """What the application is called where it came from, in which it is recorded once; None here."""
        return None


def _each_once(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if len(set(ids)) < len(ids):
        raise FieldError("Her dosyayı bir kez yazın.", "Name each file once.", "attachments_repeated")
    return ids


class FilesRequest(ChannelRequest):
    """What the channels take that files can come through."""

    attachments: Annotated[tuple[UUID, ...], Field(max_length=MOST_FILES), AfterValidator(_each_once)] = (
        Field((), description="Ids of files sent before by the same client, each for one request")
    )

    @property
    def files(self) -> tuple[UUID, ...]:
        """The files that were sent before and belong to it."""
        return self.attachments
