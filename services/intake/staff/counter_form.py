"""The counter's form as data: kinds, the law's elements, how answers become the body of a request. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.channels.elements import asked_of
from services.intake.staff.answers import STAFF, answer, given
from services.intake.staff.call_form import place_body
from services.intake.staff.scans import UPLOAD, kept_before
from shared.contracts.vocabulary import Kind, Source
from shared.web.arrival_words import way_at_the_beginning

KINDS: Final[Mapping[Kind, str]] = {
    Kind.PETITION: "Dilekçe",
    Kind.REQUEST: "İstek",
    Kind.COMPLAINT: "Şikâyet",
    Kind.INFORMATION: "Bilgi edinme",
    Kind.DATA_SUBJECT: "Kişisel veri",
}
SOURCES: Final[Mapping[Source, str]] = {
    source: way_at_the_beginning(source, "tr")
    for source in (
        Source.POST,
        Source.EMAIL,
        Source.KEP,
        Source.CIMER,
        Source.ACIK_KAPI,
        Source.SOCIAL_MEDIA,
    )
}
"""What came otherwise than by hand, what is most frequent first."""
ON_PAPER: Final[Mapping[str, str]] = {
    "ad": "Ad ve soyad",
    "imza": "İmza",
    "adres": "Adres",
    "kimlik_no": "Kimlik numarası",
}
"""What a clerk ticks as seen, by the names events give the law's elements."""

# In the order of the page, which is the order of the error summary.
FIELDS: Final[Mapping[str, str]] = {
    "/description": "ne",
    "/operator": STAFF,
    "/kind": "tur",
    "/petition_number": "sayi",
    "/place/neighbourhood": "mahalle",
    "/place/address": "adres",
    "/applicant/name": "ad",
    "/applicant/address": "ikamet",
    "/applicant/phone": "telefon",
    "/applicant/email": "eposta",
    "/source": "kaynak",
    "/foreign_reference": "kaynakno",
    "/received_on": "tarih",
    "/attachments": UPLOAD,
}


def asked_by_kind() -> dict[str, str]:
    """Return which elements the law asks of a paper of each kind, as words for the page's script."""
    return {kind.value: " ".join(asked_of(kind, electronic=False)) for kind in KINDS}


def counter_body(answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers as the body of a request at the counter; what was left empty is left out.

    But the staff code: the model does without one, the screen does not.
    """
    seen = [element for element in ON_PAPER if f"var-{element}" in answers]
    return {
        "description": answers.get("ne", ""),
        "kind": answers.get("tur", Kind.PETITION.value),
        "operator": answers.get(STAFF, "").strip(),
        **given(
            place=place_body(answers),
            applicant=given(
                name=answer(answers, "ad"),
                address=answer(answers, "ikamet"),
                phone=answer(answers, "telefon"),
                email=answer(answers, "eposta"),
            ),
            petition_number=answer(answers, "sayi"),
            signed="imza" in seen,
            elements=[element for element in seen if element != "imza"],
            danger="tehlike" in answers,
            source=answer(answers, "kaynak"),
            foreign_reference=answer(answers, "kaynakno"),
            received_on=answer(answers, "tarih"),
            attachments=kept_before(answers),
        ),
    }
