"""What the forms of both screens have in common: who fills them in, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.intake.form_tokens import new_token
from shared.web.problems import FieldProblem
from shared.web.sign_in.staff import staff_of

TOKEN: Final = "form"  # noqa: S105 - the name of a field
"""Hidden field with the one-time token, which is the idempotency key: what is sent twice is saved once."""
STAFF: Final = "gorevli"
MOST_FIELDS: Final = 40
STAFF_COOKIE: Final = "istek_staff"

_COOKIE_SECONDS: Final = 180 * 86_400
# What the door says to applicants, said to the colleague who types for them; by field or by kind of fault.
_FOR_STAFF: Final[Mapping[str, str]] = {
    "empty": "Ne olduğunu yazın",
    "string_pattern_mismatch": "Yalnız harf, rakam ve . / - yazın, örneğin 2026/4711",
    "/operator": "Görevli kodunuzu yazın, örneğin E.D.",
    "name_required": "Başvuranın adını yazın ya da kâğıtta olduğunu işaretleyin; kanun istiyor",
    "address_required": "Başvuranın adresini yazın ya da kâğıtta olduğunu işaretleyin; kanun istiyor",
    "phone": "Numarayı 10 haneli yazın, örneğin 212 000 00 00 ya da 5xx 000 00 00",
    "email": "E-posta adresini ad@ornek.com biçiminde yazın",
}


async def read_answers(request: Request) -> dict[str, str]:
    """Return the answers of a form without files."""
    async with request.form(max_fields=MOST_FIELDS, max_files=0) as form:
        return answers_of(form, request)


def answers_of(form: FormData, request: Request) -> dict[str, str]:
    """Return the answers; who signed in acts under the own code, whatever the form says."""
    answers = {name: value for name, value in form.items() if isinstance(value, str)}
    staff = staff_of(request)
    return answers | {STAFF: staff.code} if staff else answers


def fresh_answers(request: Request) -> dict[str, str]:
    """Return an empty form's answers: a token of its own, and who filled in the last one."""
    staff = staff_of(request)
    code = staff.code if staff else unquote(request.cookies.get(STAFF_COOKIE, ""))
    return {TOKEN: new_token(), STAFF: code}


def remember_code(response: Response, code: str) -> None:
    """Let the next form know who fills it in, where nobody signs in."""
    response.set_cookie(STAFF_COOKIE, quote(code), max_age=_COOKIE_SECONDS, samesite="strict", httponly=True)


def answer(answers: Mapping[str, str], name: str) -> str | None:
    """Return what was typed into a field, or None."""
    return answers.get(name, "").strip() or None


def number(answers: Mapping[str, str], name: str) -> float | str | None:
    """Return an answer as a number; what is none stays text, so that the model refuses it."""
    text = answer(answers, name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def given(**members: object) -> dict[str, object]:
    """Return the members of a body that have a value."""
    return {name: value for name, value in members.items() if value}


def sentences(problems: Iterable[FieldProblem], fields: Mapping[str, str]) -> dict[str, str]:
    """Return one sentence for each field of the page at fault, in the page's order.

    Args:
        problems: what is wrong with the body.
        fields: id of the field for each JSON pointer, in the page's order; the first takes what has none.
    """
    order = list(dict.fromkeys(fields.values()))
    found: dict[str, str] = {}
    for problem in problems:
        words = _FOR_STAFF.get(problem.field) or _FOR_STAFF.get(problem.code) or problem.message_tr
        found.setdefault(fields.get(_known(problem.field, fields), order[0]), words)
    return dict(sorted(found.items(), key=lambda item: order.index(item[0])))


def _known(pointer: str, fields: Mapping[str, str]) -> str:
    """Return the pointer, or what it lies in if the page has one field for all of that."""
    while pointer and pointer not in fields:
        pointer = pointer.rpartition("/")[0]
    return pointer
