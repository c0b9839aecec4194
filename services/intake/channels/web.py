"""The municipality's own form on the web."""

from typing import Final

from pydantic import Field

from services.intake.channels.fields import CategoryCode, WebAddress
from services.intake.channels.normalised import Admission, Normalised, Particulars, normalised
from services.intake.channels.parts import FilesRequest
from shared.contracts.vocabulary import Channel

EXAMPLES: Final = {
    "an overflowing container": {
        "description": "Akarsu Yokuşu’nun başındaki çöp konteyneri üç gündür taşıyor.",
        "place": {"neighbourhood": "Cihangir", "address": "Akarsu Yokuşu, 14 numaranın önü"},
        "applicant": {"email": "ayse@example.com"},
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
        None, description="Where a picture of it is; staff alone see the address, nothing is fetched from it"
    )


def normalise(request: WebRequest, admission: Admission) -> Normalised:
    """Return the request in the common form. Raises `RefusedError`."""
    particulars = Particulars(
        electronic=True,
        stated_category=request.stated_category,
        notes={"media_url": request.media_url},
    )
    return normalised(Channel.WEB, request, admission, particulars)
