"""From a channel's request to the one event all channels share: pure, given the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.channels.device import check_device_time
from services.intake.channels.elements import elements_of
from services.intake.channels.fields import DESCRIPTION_LIMIT, takes_sms
from services.intake.channels.identity import check_identity, check_minimal, stated_elements
from services.intake.channels.parts import ChannelRequest, PlaceInput
from services.intake.vault.openings import openable
from shared.contracts.requests import ApplicantReach, AttachedFile, ChannelFacts, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, LocatedBy, Medium, Regime
from shared.text.languages import known_languages
from shared.text.masking import mask_personal

_REGIMES = {
    # Calls and reports carry no signature and are no petitions in the sense of law 3071 art. 4; the
    # municipality answers them within the petition's period all the same.
    Kind.REQUEST: Regime.PETITION_3071,
    Kind.COMPLAINT: Regime.PETITION_3071,
    Kind.PETITION: Regime.PETITION_3071,
    Kind.INFORMATION: Regime.INFORMATION_4982,
    Kind.DATA_SUBJECT: Regime.DATA_SUBJECT_6698,
}


@dataclass(frozen=True, slots=True)
class Admission:
    """What the door gives to a request: id, number and instant, and the files it has for itself."""

    request_id: UUID
    receipt_number: str
    received_at: datetime
    attachments: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Normalised:
    """A request in the form all channels share.

    Attributes:
        event: what the rest of the system gets to know.
        confidential: what stays in the vault, by name: contact data, and texts as they were before masking.
    """

    event: RequestReceived
    confidential: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What one channel adds to the common members.

    Attributes:
        phone: the applicant's number if the channel knows it better than the applicant's own statement.
        takes_sms: False if the applicant asked for no SMS, though there is a number.
        place: a place that takes the stated one's stead.
        facts: what only this channel knows.
        danger: staff saw danger to life.
        elements: the law's elements that staff saw on paper, by name.
        electronic: it came by wire, for which the law may ask other elements.
        as_it_came: the authority has it already, so that it is recorded whatever it lacks.
        received_at: when the authority had it, if that was before the door did.
        stated_category: code of what the door says it is about.
        joins: the known request that the applicant asks to be added to.
        notes: texts for staff only, by name.
    """

    phone: str | None = None
    takes_sms: bool = True
    place: Place | None = None
    facts: ChannelFacts = field(default_factory=ChannelFacts)
    danger: bool = False
    elements: frozenset[str] = frozenset()
    electronic: bool = False
    as_it_came: bool = False
    received_at: datetime | None = None
    stated_category: str | None = None
    joins: UUID | None = None
    notes: Mapping[str, str | None] = field(default_factory=dict)


def normalised(
    channel: Channel, request: ChannelRequest, admission: Admission, particulars: Particulars
) -> Normalised:
    """Return the request as the one event and what stays at home.

    Raises:
        RefusedError: this kind of application needs name and address by law, or no identity number; or it
            was seen in the future.
    """
    applicant = request.applicant
    phone = applicant.phone or particulars.phone
    check_device_time("observed_at", request.observed_at, admission.received_at)
    seen = particulars.elements | stated_elements(applicant)
    check_minimal(applicant, request.kind, electronic=particulars.electronic)
    if not particulars.as_it_came:
        check_identity(request.kind, seen)
    elements = elements_of(request.kind, seen, electronic=particulars.electronic)
    masked = mask_personal(request.description)
    # A mask may be longer than what it hides; the whole text is in the vault then.
    description = masked[:DESCRIPTION_LIMIT]
    place = particulars.place or place_of(request.place)
    stated = {
        "name": applicant.name,
        "phone": phone,
        "email": applicant.email,
        "address": applicant.address,
        "national_id": applicant.national_id,
        "passport": applicant.passport,
        "nationality": applicant.nationality,
        "description": request.description if masked != request.description else None,
        "place_address": request.place.address if place.address != request.place.address else None,
        **particulars.notes,
    }
    confidential = {name: text for name, text in stated.items() if text}
    event = RequestReceived(
        request_id=admission.request_id,
        receipt_number=admission.receipt_number,
        channel=channel,
        kind=request.kind,
        regime=_REGIMES[request.kind],
        description=description,
        text_language=known_languages().tag_of(description),
        place=place,
        observed_at=request.observed_at,
        applicant=ApplicantReach(
            named=applicant.name is not None,
            media=_media(applicant.email, phone if particulars.takes_sms else None),
            language=request.language,
        ),
        facts=particulars.facts,
        danger_reported=particulars.danger,
        attachments=admission.attachments,
        stated_category=particulars.stated_category,
        joins=particulars.joins,
        elements_present=elements.present,
        elements_missing=elements.missing,
        openable=openable(confidential),
        received_at=particulars.received_at or admission.received_at,
    )
    return Normalised(event, confidential)


def place_of(place: PlaceInput, *, by_device: bool = False) -> Place:
    """Return the stated place with personal data masked.

    Args:
        place: what was stated.
        by_device: the position is the device's even if it says no accuracy; nobody chose it.
    """
    address = mask_personal(place.address) if place.address else None
    return Place(
        lat=place.lat,
        lon=place.lon,
        accuracy_m=place.accuracy_m,
        address=address,
        neighbourhood=place.neighbourhood,
        located_by=_located_by(place, by_device=by_device or place.accuracy_m is not None),
    )


def _located_by(place: PlaceInput, *, by_device: bool) -> LocatedBy | None:
    if place.lat is not None:
        return LocatedBy.GPS if by_device else LocatedBy.POINT
    if place.address:
        return LocatedBy.ADDRESS
    return LocatedBy.NEIGHBOURHOOD if place.neighbourhood else None


def _media(email: str | None, phone: str | None) -> tuple[Medium, ...]:
    media = [Medium.EMAIL] if email else []
    if phone and takes_sms(phone):
        media.append(Medium.SMS)
    return (*media, Medium.TRACKING_PAGE)
