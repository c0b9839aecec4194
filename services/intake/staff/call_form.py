"""The call screen's form as data: how its answers become the body of a call, and of a first look. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.staff.answers import STAFF, answer, given, number

PHONE: Final = "telefon"
TEXT: Final = "ne"
JOINS: Final = "ekle"
"""The box by which the caller is added to the request that stands on it."""

# In the order of the page, which is the order of the error summary.
FIELDS: Final[Mapping[str, str]] = {
    "/description": TEXT,
    "/operator": STAFF,
    "/caller_number": PHONE,
    "/place/neighbourhood": "mahalle",
    "/place/address": "adres",
    "/place": "adres",
    "/applicant/name": "ad",
    "/hand_over_note": "devir",
}


def call_body(answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers as the body of a call; what was left empty is left out."""
    return {
        "description": answers.get(TEXT, ""),
        "operator": answers.get(STAFF, "").strip(),
        **given(
            place=place_body(answers),
            applicant=given(name=answer(answers, "ad")),
            caller_number=answer(answers, PHONE),
            call_back="geri" in answers,
            hand_over_note=answer(answers, "devir"),
            danger="tehlike" in answers,
            joins=answer(answers, JOINS),
        ),
    }


def place_body(answers: Mapping[str, str]) -> dict[str, object]:
    """Return where it is, as far as the answers say."""
    return given(
        neighbourhood=answer(answers, "mahalle"),
        address=answer(answers, "adres"),
        lat=number(answers, "enlem"),
        lon=number(answers, "boylam"),
    )
