"""The web form as data: what a kind of application asks, and how answers become the API's body. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.contracts.vocabulary import Kind
from shared.web.formats import Lang
from shared.web.problems import FieldProblem

TOKEN: Final = "form"  # noqa: S105 - the name of a field
"""Name of the hidden field with the one-time token, which is the idempotency key."""


@dataclass(frozen=True, slots=True)
class FormKind:
    """A door of the start page.

    Attributes:
        kind: what is handed in.
        asks_place: whether it is about a place.
        asks_identity: whether the law wants name and address.
    """

    kind: Kind
    asks_place: bool = True
    asks_identity: bool = True


FORM_KINDS: Final[Mapping[str, FormKind]] = {
    "istek": FormKind(Kind.REQUEST, asks_identity=False),
    "dilekce": FormKind(Kind.PETITION),
    "bilgi": FormKind(Kind.INFORMATION, asks_place=False),
    "kisisel-veri": FormKind(Kind.DATA_SUBJECT, asks_place=False),
}
DEFAULT_KIND: Final = "istek"

# In the order of the page, which is the order of the error summary.
_FIELDS: Final = {
    "/description": "ne",
    "/place": "mahalle",
    "/place/neighbourhood": "mahalle",
    "/place/address": "adres",
    "/applicant/name": "ad",
    "/applicant/address": "ikamet",
    "/reach": "ulasim",
    "/applicant/phone": "telefon",
    "/applicant/email": "eposta",
}
_WHOLE_PAGE: Final = "ne"


def form_kind(slug: str) -> tuple[str, FormKind]:
    """Return the slug and kind of a form; an unknown slug is a plain request."""
    known = slug if slug in FORM_KINDS else DEFAULT_KIND
    return known, FORM_KINDS[known]


def body_of(answers: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """Return the answers as the body of a web request; what was not asked or chosen is left out."""
    _, kind = form_kind(answers.get("tur", ""))
    place = {"neighbourhood": _answer(answers, "mahalle"), "address": _answer(answers, "adres")}
    applicant = {
        "name": _answer(answers, "ad") if kind.asks_identity else None,
        "address": _answer(answers, "ikamet") if kind.asks_identity else None,
        "phone": _answer(answers, "telefon") if answers.get("ulasim") == "sms" else None,
        "email": _answer(answers, "eposta") if answers.get("ulasim") == "eposta" else None,
    }
    nowhere = "yersiz" in answers or not kind.asks_place
    return {
        "description": answers.get("ne", ""),
        "kind": kind.kind.value,
        "language": lang,
        "place": {} if nowhere else {name: text for name, text in place.items() if text},
        "applicant": {name: text for name, text in applicant.items() if text},
    }


def unanswered(answers: Mapping[str, str]) -> list[FieldProblem]:
    """Return what the form asks beyond the API: a word on place and contact, if only "none"."""
    _, kind = form_kind(answers.get("tur", ""))
    problems = []
    if kind.asks_place and not any(_answer(answers, name) for name in ("mahalle", "adres", "yersiz")):
        problems.append(_NO_PLACE)
    match answers.get("ulasim"):
        case "sms" if not _answer(answers, "telefon"):
            problems.append(_NO_PHONE)
        case "eposta" if not _answer(answers, "eposta"):
            problems.append(_NO_MAIL)
        case "sms" | "eposta" | "yok":
            pass
        case _:
            problems.append(_NO_REACH)
    return problems


def errors_by_field(problems: Iterable[FieldProblem], lang: Lang) -> dict[str, str]:
    """Return one sentence for each field of the page at fault, in the page's order."""
    sentences: dict[str, str] = {}
    for problem in problems:
        field = _FIELDS.get(problem.field, _WHOLE_PAGE)
        sentences.setdefault(field, problem.message_tr if lang == "tr" else problem.message_en)
    order = list(_FIELDS.values())
    return dict(sorted(sentences.items(), key=lambda item: order.index(item[0])))


def _answer(answers: Mapping[str, str], name: str) -> str:
    return answers.get(name, "").strip()


_NO_PLACE: Final = FieldProblem(
    "/place",
    "Yer seçin ya da ‘Belli bir yeri yok’u işaretleyin",
    "Choose a place or tick ‘It has no particular place’",
    "place_unanswered",
)
_NO_REACH: Final = FieldProblem(
    "/reach",
    "Size nasıl ulaşacağımızı seçin",
    "Choose how we can reach you",
    "reach_unanswered",
)
_NO_PHONE: Final = FieldProblem(
    "/applicant/phone",
    "Cep telefonunuzu 10 haneli yazın, örneğin 5xx 000 00 00",
    "Write your mobile number with its 10 digits, for example 5xx 000 00 00",
    "phone",
)
_NO_MAIL: Final = FieldProblem(
    "/applicant/email",
    "E-posta adresinizi yazın, örneğin ad@ornek.com",
    "Write your e-mail address, for example name@example.com",
    "email",
)
