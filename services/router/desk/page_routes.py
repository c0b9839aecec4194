"""The triage page: what waits, one request explained, and where a person sends it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.router.desk.acts import Act, Acts
from services.router.desk.asking import read_question
from services.router.desk.calling import PhoneOf, call_of
from services.router.desk.choosing import STAFF, Unreadable, read_choice
from services.router.desk.opening import TextsOf, opened_of
from services.router.desk.parting import CUT, read_parting
from services.router.desk.screen import PLACE, SENT, STAFF_COOKIE, Form, Screen
from services.router.desk.texts import REASONS, TEXTS
from services.router.domain.cases import Case
from services.router.domain.lifecycle import Refusal
from services.router.domain.matters import Knowledge
from shared.web.pages import Pages
from shared.web.sign_in.staff import staff_of

_NEXT: Final = "sonraki"
"""Field with the id of what stood after the request when the form was shown."""
_PURPOSE: Final = "amac"
"""Field with what somebody wants to look for."""
_COOKIE_SECONDS: Final = 180 * 86_400
_MOST_FIELDS: Final = 40
_SEE_OTHER, _CONFLICT, _INVALID = 303, 409, 422


def desk_pages() -> Pages:
    """Return the desk's templates, sentences and static files."""
    return Pages("services.router.desk", texts=TEXTS, languages=("tr",), frame="frame_staff.html")


def page_routes(screen: Screen, acts: Acts, knowledge: Knowledge) -> APIRouter:
    """Return the pages. Where nobody signs in, a person says in the form who they are."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home() -> Response:
        return RedirectResponse(PLACE, status_code=_SEE_OTHER)

    @router.get(PLACE)
    async def whole(request: Request) -> Response:
        return await screen.whole(request)

    @router.get(PLACE + "/{request_id}")
    async def item(request: Request, request_id: UUID) -> Response:
        return await screen.item(request, await screen.case(request_id))

    @router.post(PLACE + "/{request_id}")
    async def send(request: Request, request_id: UUID) -> Response:
        answers = await _answers(request)
        case = await screen.case(request_id)
        choice = read_choice(answers, case, knowledge, REASONS)
        if isinstance(choice, Unreadable):
            return await screen.item(request, case, Form(answers, choice.errors, status=_INVALID))
        outcome = await acts.assign(
            Act(request_id, choice.staff, choice.act),
            body=choice.body,
            code=choice.code,
            reason_code=choice.reason_code,
            reason=choice.reason,
        )
        return await _lead_on(screen, request, request_id, answers, outcome)

    @router.post(PLACE + "/{request_id}/ayir")
    async def split(request: Request, request_id: UUID) -> Response:
        answers = await _answers(request, several=CUT)
        case = await screen.case(request_id)
        marked = read_parting(answers, case, knowledge)
        if isinstance(marked, Unreadable):
            return await screen.item(request, case, Form(answers, marked.errors, status=_INVALID))
        act = Act(request_id, marked.staff, marked.act)
        outcome = await acts.split(act, parts=marked.parts, reason=marked.reason)
        return await _lead_on(screen, request, request_id, answers, outcome)

    @router.post(PLACE + "/{request_id}/sor")
    async def ask(request: Request, request_id: UUID) -> Response:
        answers = await _answers(request)
        asked = read_question(answers, knowledge.questions)
        if isinstance(asked, Unreadable):
            form = Form(answers, asked.errors, status=_INVALID)
            return await screen.item(request, await screen.case(request_id), form)
        outcome = await acts.ask(Act(request_id, asked.staff, asked.act), asked.question)
        return await _lead_on(screen, request, request_id, answers, outcome)

    return router


def call_routes(screen: Screen, phone_of: PhoneOf) -> APIRouter:
    """Return the page with the number to call; ``phone_of`` knows it."""
    router = APIRouter(include_in_schema=False)

    # A form, since a look is recorded, and so that nothing fetches it beforehand.
    @router.post(PLACE + "/{request_id}/numara")
    async def number(request: Request, request_id: UUID) -> Response:
        case = await screen.case(request_id)
        return await screen.item(request, case, call=await call_of(request, case, phone_of))

    return router


def opening_routes(screen: Screen, texts_of: TextsOf) -> APIRouter:
    """Return the page with one thing opened that intake keeps for itself; ``texts_of`` opens it."""
    router = APIRouter(include_in_schema=False)

    @router.post(PLACE + "/{request_id}/ac")
    async def open_one(request: Request, request_id: UUID) -> Response:
        stated = (await _answers(request)).get(_PURPOSE, "")
        case = await screen.case(request_id)
        return await screen.item(request, case, opened=await opened_of(request, case, stated, texts_of))

    return router


async def _lead_on(
    screen: Screen,
    request: Request,
    request_id: UUID,
    answers: Mapping[str, str],
    outcome: Case | Refusal | None,
) -> Response:
    """Lead to the next request after an act, or show why there was none."""
    if isinstance(outcome, Refusal):
        refused = Form(answers, notice=outcome.reason, status=_CONFLICT)
        return await screen.item(request, await screen.case(request_id), refused)
    waiting = {str(c.request.request_id) for c in await screen.waiting()}
    response = _on_to(answers.get(_NEXT) if answers.get(_NEXT) in waiting else None, request_id)
    if staff_of(request) is None:
        staff = quote(answers[STAFF].strip())
        response.set_cookie(STAFF_COOKIE, staff, max_age=_COOKIE_SECONDS, samesite="strict", httponly=True)
    return response


def _on_to(following: str | None, sent: UUID) -> Response:
    """Lead to what stood next, or to what is most pressing now."""
    place = f"{PLACE}/{following}" if following else PLACE
    return RedirectResponse(f"{place}?{SENT}={sent}", status_code=_SEE_OTHER)


async def _answers(request: Request, several: str = "") -> Mapping[str, str]:
    """Return the form's fields; of the field ``several``, which may come often, all values by commas."""
    async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
        answers = {name: value for name, value in form.items() if isinstance(value, str)}
        if several:
            answers[several] = ",".join(str(value) for value in form.getlist(several))
    # Who signed in acts under the own code, whatever the form says.
    staff = staff_of(request)
    return {**answers, STAFF: staff.code} if staff else answers
