"""From what a client posts to a request at our web door, and which of two equal ones is a retry. Pure.

Such clients are other people's apps and sites in which applicants write themselves, as on our own form; what
the channel ``mobile`` adds (a measured position with its accuracy, a device's clock) the standard cannot
carry. So it is the channel ``web``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

from pydantic_core import to_json

from services.intake.channels.web import WebRequest
from services.intake.open311.catalogue import ADDRESS, attributes_of, kind_of
from services.intake.open311.errors import BAD, Fault, Open311Error, both
from services.intake.open311.sent import Sent
from shared.contracts.categories import Category

_WINDOW: Final = timedelta(minutes=10)
_SECRET: Final = "api_key"  # noqa: S105 - the name of the field


def web_request(sent: Sent, category: Category) -> WebRequest:
    """Return the request.

    Args:
        sent: what was posted.
        category: the service it names. Its title stands for a description that was left out.

    Raises:
        Open311Error: 400, a location or a required attribute is missing, or a coordinate is no number.
        ValidationError: a value cannot be taken.
    """
    faults: list[Fault] = []
    place = _place(sent, faults)
    answers = {code: ", ".join(values) for code, values in sent.attributes.items()}
    faults += [
        _fault(f"attribute[{asked.code}] eksik: {asked.description}", f"attribute[{asked.code}] is missing")
        for asked in attributes_of(category)
        if asked.required and asked.code not in answers
    ]
    if faults:
        raise Open311Error(BAD, faults)
    applicant = {
        "name": " ".join(filter(None, (sent.get("first_name"), sent.get("last_name")))),
        "phone": sent.get("phone"),
        "email": sent.get("email"),
        "address": answers.pop(ADDRESS, None),
    }
    body = {
        "description": _description(sent, category, answers),
        "place": place,
        "applicant": _stated(applicant),
        "kind": kind_of(category),
        "stated_category": category.code,
        "media_url": sent.get("media_url"),
    }
    return WebRequest.model_validate(_stated(body))


def retry_keys(sent: Sent, digests: Sequence[str], now: datetime) -> tuple[str, str]:
    """Return the idempotency keys of what was sent without one: of now, and of a retry that began before.

    The standard knows no such key, and its clients send again when an answer does not come. What is equal in
    every field and file, the device and the account included, is taken for the same request for 10 to 20
    minutes: time for all retries of one sending, too short for a second report in the same words to be about
    something new. Whoever means two sends an ``Idempotency-Key``.
    """
    fields = {name: value for name, value in sent.fields.items() if name != _SECRET}
    content = to_json([sorted(fields.items()), sorted(sent.attributes.items()), sorted(digests)])
    digest = hashlib.sha256(content).hexdigest()
    window = int(now.timestamp() // _WINDOW.total_seconds())
    return f"open311-{window}-{digest}", f"open311-{window - 1}-{digest}"


def _place(sent: Sent, faults: list[Fault]) -> Mapping[str, object]:
    lat, lon = _degrees(sent, "lat", faults), _degrees(sent, "long", faults)
    address_id = sent.get("address_id")
    address = ", ".join(
        filter(None, (sent.get("address_string"), f"adres no {address_id}" if address_id else None))
    )
    if not (address or sent.get("lat") or sent.get("long")):
        faults.append(
            _fault(
                "Yer eksik: lat ile long, address_string ya da address_id gönderin.",
                "The location is missing: send lat and long, address_string or address_id.",
            )
        )
    return _stated({"lat": lat, "lon": lon, "address": address})


def _degrees(sent: Sent, name: str, faults: list[Fault]) -> float | None:
    if (typed := sent.get(name)) is None:
        return None
    try:
        degrees = float(typed.replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if isfinite(degrees):
        return degrees
    faults.append(
        _fault(f"{name} sayı olmalı, örnek: 41.0335", f"{name} must be a number, for example 41.0335")
    )
    return None


def _description(sent: Sent, category: Category, answers: Mapping[str, str]) -> str:
    """Return the description with the answers below it; nowhere else has a place for them."""
    asked = {attribute.code: attribute for attribute in attributes_of(category)}
    lines = []
    for code, values in sent.attributes.items():
        if code not in answers:
            continue
        attribute = asked.get(code)
        names = (attribute.values or {}) if attribute else {}
        label = attribute.description if attribute else code
        lines.append(f"{label}: {', '.join(names.get(value, value) for value in values)}")
    text = sent.get("description") or category.title
    return "\n".join([text, "", *lines]) if lines else text


def _stated(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", {})}


def _fault(tr: str, en: str) -> Fault:
    return Fault(BAD, both(tr, en))
