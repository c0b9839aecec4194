"""The operator's screen: a form made for the keyboard, and beside it what the operator should know."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.acceptance import Acceptance
from services.intake.form_tokens import new_token
from services.intake.staff.answers import (
    STAFF,
    TOKEN,
    fresh_answers,
    read_answers,
    remember_code,
    sentences,
)
from services.intake.staff.call_form import FIELDS, call_body
from services.intake.staff.call_list_routes import menu
from services.intake.staff.call_looks import CallLooks, Looked
from services.intake.staff.saved import SavedRequests
from services.intake.staff.saving import NotSaved, save
from shared.contracts.vocabulary import Channel
from shared.places import BEYOGLU_BOX, neighbourhoods
from shared.web.pages import Pages
from shared.web.sign_in.staff import staff_of

PLACE: Final = "/cagri"
SAVED: Final = "kaydedilen"
"""Query parameter with the id of the request that was saved just before."""
_SEE_OTHER: Final = 303
_NOTHING_WRONG: Final = NotSaved(status=200)


def call_routes(acceptance: Acceptance, looks: CallLooks, saved: SavedRequests, pages: Pages) -> APIRouter:
    """Return the screen's routes."""
    router = APIRouter(include_in_schema=False)
    screen = _Screen(acceptance, looks, saved, pages)
    router.add_api_route(PLACE, screen.show, methods=["GET"])
    router.add_api_route(PLACE, screen.send, methods=["POST"])
    router.add_api_route(PLACE + "/bak", screen.look, methods=["POST"])
    return router


class _Screen:
    def __init__(self, acceptance: Acceptance, looks: CallLooks, saved: SavedRequests, pages: Pages) -> None:
        self._acceptance = acceptance
        self._looks = looks
        self._saved = saved
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Return an empty form, and above it the number of the call before."""
        return await self._page(request, fresh_answers(request), Looked())

    async def look(self, request: Request, parca: Literal["arayan", "konu", ""] = "") -> Response:
        """Return the form as it is with what was looked for: by ``parca`` the caller, the matter, or both.

        By POST, because addresses of pages end in logs and a phone number must not.
        """
        answers = await read_answers(request)
        looked = Looked()
        if parca != "konu":
            looked = await self._looks.caller(answers, signed_in=staff_of(request) is not None)
        if parca != "arayan":
            matter = await self._looks.matter(answers)
            looked = replace(looked, first_look=matter.first_look, away=matter.away)
        return await self._page(request, answers, looked)

    async def send(self, request: Request) -> Response:
        """Save the call and lead to the next one; or return the form as it was sent, with what is wrong."""
        answers = await read_answers(request)
        outcome = await save(self._acceptance, Channel.CALL, call_body(answers), answers.get(TOKEN))
        if isinstance(outcome, NotSaved):
            looked = await self._looks.matter(answers)
            return await self._page(request, answers, looked, outcome)
        response = RedirectResponse(f"{PLACE}?{SAVED}={outcome.request_id}", status_code=_SEE_OTHER)
        remember_code(response, answers[STAFF].strip())
        return response

    async def _page(
        self,
        request: Request,
        answers: Mapping[str, str],
        looked: Looked,
        not_saved: NotSaved = _NOTHING_WRONG,
    ) -> Response:
        token = answers.get(TOKEN) if not_saved.keep_token else None
        return self._pages.render(
            "staff/call.html",
            request,
            status_code=not_saved.status,
            place=PLACE,
            answers=answers,
            token=token or new_token(),
            looked=looked,
            errors=sentences(not_saved.problems, FIELDS),
            notice=not_saved.notice,
            saved=await self._saved.find(request.query_params.get(SAVED, "")),
            neighbourhoods=neighbourhoods(),
            box=",".join(map(str, BEYOGLU_BOX)),
            menu=menu(PLACE),
        )
