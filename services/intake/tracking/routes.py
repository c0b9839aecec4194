"""The tracking page, and the form that leads to it."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.page import TrackingPage
from shared.web.formats import Lang
from shared.web.pages import Pages

_SEE_OTHER, _NOT_FOUND = 303, 404
_MOST_FIELDS: Final = 10


def tracking_routes(tracking: TrackingPage, lookup: Lookup, receipts: Receipts, *, pages: Pages) -> APIRouter:
    """Return the pages for whoever holds a receipt."""
    router = APIRouter(include_in_schema=False)

    @router.get("/izle")
    async def ask(request: Request) -> Response:
        return pages.render("lookup.html", request, wrong=False)

    @router.post("/izle")
    async def look_up(request: Request) -> Response:
        async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
            number, code = str(form.get("no", "")), str(form.get("kod", ""))
        record = await lookup.find(number, code)
        if record is None:
            return not_found_page(pages, request)
        receipt = receipts.of(record)
        return RedirectResponse(f"/t/{receipt.number}?s={receipt.code}", status_code=_SEE_OTHER)

    @router.get("/t/{receipt_number}")
    async def track(request: Request, receipt_number: str, s: str = "") -> Response:
        record = await lookup.find(receipt_number, s)
        if record is None:
            return not_found_page(pages, request)
        return await tracking.show(request, record, await tracking.story(record))

    return router


def see(receipts: Receipts, record: RequestRecord, lang: Lang) -> Response:
    """Return the way back to the tracking page, after something was done on it."""
    receipt = receipts.of(record)
    return RedirectResponse(f"/t/{receipt.number}?s={receipt.code}&lang={lang}", status_code=_SEE_OTHER)


def not_found_page(pages: Pages, request: Request) -> Response:
    """Return the one answer to a wrong number and to a wrong code."""
    return pages.render("lookup.html", request, status_code=_NOT_FOUND, wrong=True)
