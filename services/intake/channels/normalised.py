"""From a channel's request to the one event all channels share: pure, given the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.channels.fields import DESCRIPTION_LIMIT, takes_sms
from services.intake.channels.parts import ChannelRequest, PlaceInput
from shared.contracts.requests import ApplicantReach, ChannelFacts, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime
from shared.text.masking import mask_personal
from shared.web.problems import FieldProblem

_REGIMES = {
    # Calls and reports carry no signature and are no petitions in the sense of law 3071 art. 4; the
    # municipality answers them within the petition's period all the same.
    Kind.REQUEST: Regime.PETITION_3071,
    Kind.COMPLAINT: Regime.PETITION_3071,
    Kind.PETITION: Regime.PETITION_3071,
    Kind.INFORMATION: Regime.INFORMATION_4982,
    Kind.DATA_SUBJECT: Regime.DATA_SUBJECT_6698,
}
_NEVER_ANONYMOUS = frozenset({Kind.INFORMATION, Kind.DATA_SUBJECT})
"""Law 4982 art. 6 and the communiqué to law 6698 (RG 10.3.2018/30356) art. 5 want name and address."""


class RefusedError(Exception):
    """The request is well-formed but cannot be taken, for the stated reasons."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(", ".join(p.code for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Admission:
    """What the door gives to a request."""

    request_id: UUID
    receipt_number: str
    received_at: datetime


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
        place: a place that takes the stated one's stead.
        facts: what only this channel knows.
        danger: staff saw danger to life.
        elements: the petition's elements (``ad``, ``imza``, ``adres``) that staff saw on paper.
        notes: texts for staff only, by name.
    """

    phone: str | None = None
    place: Place | None = None
    facts: ChannelFacts = field(default_factory=ChannelFacts)
    danger: bool = False
    elements: frozenset[str] = frozenset()
    notes: Mapping[str, str | None] = field(default_factory=dict)


def normalised(
    channel: Channel, request: ChannelRequest, admission: Admission, particulars: Particulars
) -> Normalised:
    """Return the request as the one event and what stays at home.

    Raises:
        RefusedError: the law does not allow this kind of application without name and address.
    """
    applicant = request.applicant
    phone = applicant.phone or particulars.phone
    present = particulars.elements | _stated_elements(request)
    if request.kind in _NEVER_ANONYMOUS:
        _require_identity(present)
    masked = mask_personal(request.description)
    place = particulars.place or place_of(request.place)
    event = RequestReceived(
        request_id=admission.request_id,
        receipt_number=admission.receipt_number,
        channel=channel,
        kind=request.kind,
        regime=_REGIMES[request.kind],
        # A mask may be longer than what it hides; the whole text is in the vault then.
        description=masked[:DESCRIPTION_LIMIT],
        place=place,
        applicant=ApplicantReach(
            named=applicant.name is not None,
            media=_media(applicant.email, phone),
            language=request.language,
        ),
        facts=particulars.facts,
        danger_reported=particulars.danger,
        elements_missing=_missing(request.kind, present),
        received_at=admission.received_at,
    )
    confidential = {
        "name": applicant.name,
        "phone": phone,
        "email": applicant.email,
        "address": applicant.address,
        "description": request.description if masked != request.description else None,
        "place_address": request.place.address if place.address != request.place.address else None,
        **particulars.notes,
    }
    return Normalised(event, {name: text for name, text in confidential.items() if text})


def place_of(place: PlaceInput, *, accuracy_m: float | None = None) -> Place:
    """Return the stated place with personal data masked."""
    address = mask_personal(place.address) if place.address else None
    return Place(
        lat=place.lat,
        lon=place.lon,
        accuracy_m=accuracy_m,
        address=address,
        neighbourhood=place.neighbourhood,
    )


def _media(email: str | None, phone: str | None) -> tuple[Medium, ...]:
    media = [Medium.EMAIL] if email else []
    if phone and takes_sms(phone):
        media.append(Medium.SMS)
    return (*media, Medium.TRACKING_PAGE)


def _stated_elements(request: ChannelRequest) -> frozenset[str]:
    stated = {"ad": request.applicant.name, "adres": request.applicant.address}
    return frozenset(element for element, text in stated.items() if text)


def _missing(kind: Kind, present: frozenset[str]) -> tuple[str, ...]:
    """Return what a petition still lacks of law 3071 art. 4; nothing else needs these elements."""
    if kind is not Kind.PETITION:
        return ()
    return tuple(element for element in ("ad", "imza", "adres") if element not in present)


def _require_identity(present: frozenset[str]) -> None:
    problems = [problem for element, problem in _IDENTITY.items() if element not in present]
    if problems:
        raise RefusedError(*problems)


_IDENTITY = {
    "ad": FieldProblem(
        "/applicant/name",
        "Adınızı ve soyadınızı yazın; bu başvuru türü için kanun istiyor.",
        "Write your name and surname; the law wants them for this kind of application.",
        "name_required",
    ),
    "adres": FieldProblem(
        "/applicant/address",
        "Ev ya da iş adresinizi yazın; bu başvuru türü için kanun istiyor.",
        "Write your home or work address; the law wants it for this kind of application.",
        "address_required",
    ),
}
