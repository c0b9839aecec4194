"""The municipality's own form on the web."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from services.intake.channels.fields import CategoryCode, WebAddress
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import FilesRequest
from services.intake.channels.refusal import RefusedError
from shared.contracts.requests import ChannelFacts
from shared.contracts.vocabulary import Channel
from shared.web.problems import FieldProblem

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "an overflowing container": {
        "description": "Akarsu Yokuşu’nun başındaki çöp konteyneri üç gündür taşıyor.",
        "place": {"neighbourhood": "Cihangir", "address": "Akarsu Yokuşu, 14 numaranın önü"},
        "applicant": {"email": "ayse@example.com"},
    },
    "answered by a call": {
        "description": "Sokak lambası yanmıyor.",
        "place": {"neighbourhood": "Kulaksız"},
        "applicant": {"phone": "0532 000 00 00"},
        "call_back": True,
    },
    "an information request": {
        "description": "2025 yılında ilçede kaç park yenilendi?",
        "kind": "information",
        "applicant": {
            "name": "Ayşe Örnek",
            "address": "Kuloğlu Mahallesi, Ağa Hamamı Sokak 7, Beyoğlu",
            "email": "ayse@example.com",
        },
    },
}


class WebRequest(FilesRequest):
    """A request written by the applicant."""

    stated_category: CategoryCode | None = Field(
        None, description="Code of what the applicant says it is about; the router weighs it"
    )
    media_url: WebAddress | None = Field(
        None,
        description="Where a picture of it is; staff at the desk alone have the address opened, as text, and "
        "nothing is fetched from it",
    )
    joins: UUID | None = Field(
        None,
        description="Id of a known open request that the applicant asks to be added to; the router looks "
        "whether that is possible",
    )
    call_back: bool = Field(
        False, description="Answer by a call instead of writing an SMS; needs the applicant's phone"
    )


def normalise(request: WebRequest, admission: Admission) -> Normalised:
    """Return the request in the common form. Raises `RefusedError`."""
    if request.call_back and not request.applicant.phone:
        raise RefusedError(_NOTHING_TO_CALL)
    particulars = Particulars(
        electronic=True,
        takes_sms=not request.call_back,
        facts=ChannelFacts(call_back=request.call_back),
        stated_category=request.stated_category,
        joins=request.joins,
        notes={"media_url": request.media_url},
    )
    return normalised(Channel.WEB, request, admission, particulars)


_NOTHING_TO_CALL: Final = FieldProblem(
    "/applicant/phone",
    "Sizi arayabilmemiz için telefon numaranızı yazın.",
    "Write your phone number so that we can call you.",
    "phone_required",
)
