"""From a form's answers to the body of a web request, and from what is wrong with it to the page. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from services.intake.channels import RefusedError
from services.intake.channels.fields import takes_sms
from services.intake.channels.identity import check_identity, check_minimal, stated_elements
from services.intake.channels.parts import ApplicantInput
from services.intake.channels.problems import field_problems
from services.intake.channels.web import WebRequest
from services.intake.pages.form import ABROAD, FIELDS, FILES, OBSERVED, SHOT, Draft, Step
from shared.contracts.vocabulary import Kind
from shared.web.formats import Lang
from shared.web.problems import FieldProblem

# In the order of the pages, which is the order of the error summary.
_FIELDS: Final = {
    "/description": "ne",
    "/attachments": FILES,
    "/place": "mahalle",
    "/place/neighbourhood": "mahalle",
    "/place/address": "adres",
    # What a script filled in is repaired by the field below it.
    "/place/lat": "adres",
    "/place/lon": "adres",
    "/place/accuracy_m": "adres",
    "/applicant/name": "ad",
    "/applicant/address": "ikamet",
    "/applicant/national_id": "kimlik",
    "/applicant/nationality": "uyruk",
    "/applicant/passport": "pasaport",
    "/reach": "ulasim",
    "/applicant/phone": "telefon",
    "/applicant/email": "eposta",
    "/observed_at": SHOT,
}
_WHOLE_FORM: Final = "ne"
_PLACE_IN_LIST: Final = re.compile(r"/\d+$", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,6}(\.\d{1,20})?", re.ASCII)


def body_of(draft: Draft, lang: Lang, joins: UUID | None = None) -> dict[str, Any]:
    """Return the answers as the body of a web request; what was not asked or chosen is left out.

    Args:
        draft: the answers.
        lang: of the page, to answer in.
        joins: the known request that the applicant asks to be added to.
    """
    answers, kind = draft.answers, draft.kind
    applicant = {
        "name": _answer(answers, "ad") if kind.asks_identity else None,
        "address": _answer(answers, "ikamet") if kind.asks_identity else None,
        **identity_of(draft),
        "phone": _answer(answers, "telefon") if answers.get("ulasim") in ("sms", "arama") else None,
        "email": _answer(answers, "eposta") if answers.get("ulasim") == "eposta" else None,
    }
    return {
        **({"attachments": list(draft.files)} if draft.files else {}),
        "description": answers.get("ne", ""),
        "kind": (Kind.COMPLAINT if draft.complains else kind.kind).value,
        "language": lang,
        "place": place_of(answers) if kind.asks_place else {},
        "applicant": {name: text for name, text in applicant.items() if text},
        **({"observed_at": answers[OBSERVED]} if OBSERVED in answers else {}),
        **({"call_back": True} if answers.get("ulasim") == "arama" else {}),
        **({"joins": str(joins)} if joins else {}),
    }


def identity_of(draft: Draft) -> dict[str, str]:
    """Return what the applicant is identified by, as the API takes it; empty where the law asks nothing."""
    answers, kind = draft.answers, draft.kind
    asked = {"national_id": "kimlik"} if kind.asks_number else {}
    if kind.asks_passport and ABROAD in answers:
        asked = {"nationality": "uyruk", "passport": "pasaport"}
    return {member: text for member, name in asked.items() if (text := _answer(answers, name))}


def place_of(answers: Mapping[str, str]) -> dict[str, str | float]:
    """Return the place as the API takes it; empty where the matter has none."""
    if "yersiz" in answers:
        return {}
    place: dict[str, str | float] = {
        "neighbourhood": _answer(answers, "mahalle"),
        "address": _answer(answers, "adres"),
        "lat": _number(answers, "enlem"),
        "lon": _number(answers, "boylam"),
        "accuracy_m": _number(answers, "dogruluk"),
    }
    return {name: value for name, value in place.items() if value != ""}


def request_of(draft: Draft, lang: Lang, joins: UUID | None = None) -> WebRequest:
    """Return the answers as the request that the door takes; its arguments are those of `body_of`.

    Raises:
        ValidationError: an answer breaks a rule; `problems_of` says which in the words of the page.
    """
    return WebRequest.model_validate_json(json.dumps(body_of(draft, lang, joins)))


def problems_of(draft: Draft, step: Step, lang: Lang) -> list[FieldProblem]:
    """Return what keeps the answers of one page from standing: by the form, by the API's model, by law."""
    return [problem for problem in _all_problems(draft, lang) if step_of(problem) is step]


def step_of(problem: FieldProblem) -> Step:
    """Return the page on which a problem is repaired."""
    name = _field_of(problem)
    return next(step for step, fields in FIELDS.items() if name in fields)


def errors_by_field(problems: Iterable[FieldProblem], lang: Lang) -> dict[str, str]:
    """Return one sentence for each field of the form at fault, in the order of the pages."""
    sentences: dict[str, str] = {}
    for problem in problems:
        sentence = problem.message_tr if lang == "tr" else problem.message_en
        sentences.setdefault(_field_of(problem), sentence)
    order = list(_FIELDS.values())
    return dict(sorted(sentences.items(), key=lambda item: order.index(item[0])))


def _all_problems(draft: Draft, lang: Lang) -> Iterator[FieldProblem]:
    yield from _unanswered(draft)
    wrong_phone = _NO_PHONE_TO_CALL if draft.answers.get("ulasim") == "arama" else _NO_PHONE
    try:
        request = request_of(draft, lang)
    except ValidationError as error:
        for problem in field_problems(error):
            yield wrong_phone if problem.field == wrong_phone.field else problem
    else:
        phone = request.applicant.phone
        if phone and not request.call_back and not takes_sms(phone):
            yield _NO_SMS_THERE
    yield from _unlawful(draft, lang)


def _unanswered(draft: Draft) -> Iterator[FieldProblem]:
    """Yield what the form asks beyond the API: a word on place and contact, if only "none"."""
    answers = draft.answers
    said = any(_answer(answers, name) for name in ("mahalle", "adres", "yersiz", "enlem"))
    if draft.kind.asks_place and not said:
        yield _NO_PLACE
    match answers.get("ulasim"):
        case "sms" if not _answer(answers, "telefon"):
            yield _NO_PHONE
        case "arama" if not _answer(answers, "telefon"):
            yield _NO_PHONE_TO_CALL
        case "eposta" if not _answer(answers, "eposta"):
            yield _NO_MAIL
        case "sms" | "arama" | "eposta" | "yok":
            return
        case _:
            yield _NO_REACH


def _unlawful(draft: Draft, lang: Lang) -> Iterator[FieldProblem]:
    kind = draft.kind.kind
    try:
        applicant = ApplicantInput.model_validate(body_of(draft, lang)["applicant"])
        check_minimal(applicant, kind, electronic=True)
        check_identity(kind, stated_elements(applicant))
    except ValidationError:
        # The whole request breaks the same rule, and says so.
        return
    except RefusedError as refused:
        yield from refused.problems


def _field_of(problem: FieldProblem) -> str:
    return _FIELDS.get(_PLACE_IN_LIST.sub("", problem.field), _WHOLE_FORM)


def _answer(answers: Mapping[str, str], name: str) -> str:
    return answers.get(name, "").strip()


def _number(answers: Mapping[str, str], name: str) -> str | float:
    text = _answer(answers, name)
    # What is no number stays text, so that the model refuses it in its own words.
    return float(text) if _NUMBER.fullmatch(text) else text


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
_NO_PHONE_TO_CALL: Final = FieldProblem(
    "/applicant/phone",
    "Telefonunuzu 10 haneli yazın, örneğin 212 000 00 00 ya da 5xx 000 00 00",
    "Write your phone number with its 10 digits, for example 212 000 00 00 or 5xx 000 00 00",
    "phone",
)
_NO_SMS_THERE: Final = FieldProblem(
    "/applicant/phone",
    "Bu numaraya SMS gitmez. Cep telefonunuzu yazın ya da ‘Telefonla arayın’ı seçin",
    "No text message reaches this number. Write your mobile number or choose ‘Call me’",
    "phone_without_sms",
)
_NO_MAIL: Final = FieldProblem(
    "/applicant/email",
    "E-posta adresinizi yazın, örneğin ad@ornek.com",
    "Write your e-mail address, for example name@example.com",
    "email",
)
