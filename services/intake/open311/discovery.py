"""The discovery document: where the endpoint is and how to get a key to it. Pure."""

from dataclasses import dataclass
from typing import Literal

from services.intake.open311.rendering import Content, Format
from shared.contracts.categories import category_register

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What an installation says about itself.

    Attributes:
        url: address of the API, without a slash at its end.
        contact: how to reach those who run it.
        type: whether reports are acted upon.
    """

    url: str
    contact: str
    type: Literal["production", "test"]


def discovery(endpoint: Endpoint) -> Content:
    """Return the document. What changes it, and so its changeset, is the list of services."""
    changeset = f"{category_register().version} 00:00"
    return {
        "changeset": changeset,
        "contact": endpoint.contact,
        "key_service": endpoint.contact,
        "endpoints": [
            {
                "specification": _SPECIFICATION,
                "url": endpoint.url,
                "changeset": changeset,
                "type": endpoint.type,
                "formats": [form.media_type.partition(";")[0] for form in Format],
            }
        ],
    }
