"""The reception counter's screen: what came on paper is entered and receipted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.acceptance import Acceptance
from services.intake.attachments.limits import MOST_FILES
from services.intake.attachments.parts import uploads_of
from services.intake.form_tokens import new_token
from services.intake.pages.texts import ELEMENTS
from services.intake.receipts.issuing import ReceiptOffice
from services.intake.receipts.printing import qr_svg
from services.intake.receipts.wording import rows
from services.intake.staff.answers import (
    MOST_FIELDS,
    STAFF,
    TOKEN,
    answers_of,
    fresh_answers,
    remember_code,
    sentences,
)
from services.intake.staff.counter_form import (
    FIELDS,
    KINDS,
    ON_PAPER,
    SOURCES,
    asked_by_kind,
    counter_body,
)
from services.intake.staff.saved import SavedRequests
from services.intake.staff.saving import NotSaved, save
from services.intake.staff.scans import KEPT, UPLOAD, Scans, kept_before
from shared.clock import ISTANBUL, Clock
from shared.contracts.vocabulary import Channel
from shared.places import neighbourhoods
from shared.web.pages import Pages
from shared.web.problem_catalogue import standard_problem
from shared.web.sign_in.staff import staff_of

PLACE: Final = "/danisma"
PRINT: Final = "yazdir"
"""Query parameter that opens the print dialog at once, once."""
_SEE_OTHER, _NOT_FOUND = 303, 404
_NOTHING_WRONG: Final = NotSaved(status=200)


def counter_routes(
    acceptance: Acceptance,
    scans: Scans,
    office: ReceiptOffice,
    saved: SavedRequests,
    *,
    pages: Pages,
    clock: Clock,
) -> APIRouter:
    """Return the screen's routes."""
    router = APIRouter(include_in_schema=False)
    screen = _Screen(acceptance, scans, office, saved, pages=pages, clock=clock)
    router.add_api_route(PLACE, screen.show, methods=["GET"])
    router.add_api_route(PLACE, screen.send, methods=["POST"])
    router.add_api_route(PLACE + "/{request_id}", screen.receipt, methods=["GET"])
    return router


class _Screen:
    def __init__(
        self,
        acceptance: Acceptance,
        scans: Scans,
        office: ReceiptOffice,
        saved: SavedRequests,
        *,
        pages: Pages,
        clock: Clock,
    ) -> None:
        self._acceptance = acceptance
        self._scans = scans
        self._office = office
        self._saved = saved
        self._pages = pages
        self._clock = clock

    async def show(self, request: Request) -> Response:
        """Return an empty form."""
        return self._form(request, fresh_answers(request))

    async def send(self, request: Request) -> Response:
        """Save the request and lead to its receipt; or return the form as it was sent, with what is wrong."""
        async with request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES + 1) as form:
            answers = answers_of(form, request)
            taken = await self._scans.take(uploads_of(form, UPLOAD), answers)
        answers[KEPT] = " ".join(taken.ids)
        outcome = taken.not_saved or await save(
            self._acceptance, Channel.RECEPTION, counter_body(answers), answers.get(TOKEN)
        )
        if isinstance(outcome, NotSaved):
            return self._form(request, answers, outcome)
        response = RedirectResponse(f"{PLACE}/{outcome.request_id}?{PRINT}=1", status_code=_SEE_OTHER)
        remember_code(response, answers.get(STAFF, "").strip())
        return response

    async def receipt(self, request: Request, request_id: str) -> Response:
        """Return the receipt, which is what this page prints as."""
        saved = await self._saved.find(request_id)
        if saved is None:
            raise standard_problem(_NOT_FOUND)
        statement = await self._office.statement(saved.record)
        staff = staff_of(request)
        files = await self._scans.shown(saved.record, person=staff.code if staff else None)
        return self._pages.render(
            "staff/receipt.html",
            request,
            secret=True,
            place=PLACE,
            saved=saved,
            receipt=saved.receipt,
            files=files,
            missing=[ELEMENTS["tr"][element] for element in saved.event.elements_missing],
            rows=rows(statement, "tr"),
            host=statement.iss.partition("://")[2],
            qr=qr_svg(saved.receipt.tracking_url),
            key_id=self._office.keys.key_id,
            fingerprint=statement.fingerprint.partition(":")[2],
            menu=_menu(),
        )

    def _form(
        self, request: Request, answers: Mapping[str, str], not_saved: NotSaved = _NOTHING_WRONG
    ) -> Response:
        token = answers.get(TOKEN) if not_saved.keep_token else None
        return self._pages.render(
            "staff/counter.html",
            request,
            status_code=not_saved.status,
            place=PLACE,
            answers=answers,
            token=token or new_token(),
            errors=sentences(not_saved.problems, FIELDS),
            notice=not_saved.notice,
            kinds=KINDS,
            sources=SOURCES,
            on_paper=ON_PAPER,
            scanned=kept_before(answers),
            asked=asked_by_kind(),
            today=_day(self._clock()),
            neighbourhoods=neighbourhoods(),
            menu=_menu(),
        )


def _menu() -> list[dict[str, object]]:
    return [{"label": "Danışma", "href": PLACE, "current": True}]


def _day(now: datetime) -> str:
    return now.astimezone(ISTANBUL).date().isoformat()
