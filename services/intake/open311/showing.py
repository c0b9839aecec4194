"""What anybody may see of a request: masked words, a coarse place, no answer and nobody's name. Pure."""

from datetime import datetime
from typing import Final

from services.intake.open311.facts import Facts
from services.intake.open311.rendering import Content, w3c
from services.intake.records import RequestRecord
from shared.contracts.categories import categories_by_code
from shared.contracts.requests import Place, RequestReceived

_DECIMALS: Final = 3
"""Of a published position: some 100 m, in Beyoğlu dozens of doors, for it may be somebody's home."""


def shown(record: RequestRecord, facts: Facts, *, whole: bool, expected: datetime | None = None) -> Content:
    """Return a request as the standard's ``request``.

    Args:
        record: the request.
        facts: where it stands.
        whole: False tells where it stands and since when, and nothing of what it is about.
        expected: when it can be expected to be done, if known.
    """
    event = RequestReceived.model_validate_json(record.event) if whole else None
    place = event.place if event else Place()
    category = categories_by_code().get(facts.service_code or "") if whole else None
    return {
        "service_request_id": record.receipt_number,
        "status": "closed" if facts.closed else "open",
        "status_notes": facts.notes,
        "service_name": category.title if category else None,
        "service_code": category.code if category else None,
        "description": event.description if event else None,
        "agency_responsible": facts.agency if whole else None,
        "service_notice": None,
        "requested_datetime": w3c(record.received_at),
        "updated_datetime": w3c(facts.updated_at),
        "expected_datetime": w3c(expected) if expected else None,
        "address": f"{place.neighbourhood}, Beyoğlu, İstanbul" if place.neighbourhood else None,
        "address_id": None,
        "zipcode": None,
        "lat": _coarse(place.lat),
        "long": _coarse(place.lon),
        # A picture may show a face or a number plate, and nobody has looked at it.
        "media_url": None,
    }


def _coarse(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, _DECIMALS)
