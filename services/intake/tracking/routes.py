"""The tracking page, and the form that leads to it."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.receipts.links import Receipts
from services.intake.store import IntakeStore
from services.intake.tracking.dates import Clocks, Dates
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.story import tell
from shared.clock import Clock
from shared.web.chip import Chip, ClockState, chip
from shared.web.formats import Lang
from shared.web.pages import Pages

_SEE_OTHER, _NOT_FOUND = 303, 404
_MOST_FIELDS: Final = 10


def tracking_routes(
    store: IntakeStore, lookup: Lookup, receipts: Receipts, *, clocks: Clocks, pages: Pages, clock: Clock
) -> APIRouter:
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
        timeline = await store.timeline(record.request_id)
        dates = await clocks.dates(record.request_id) if timeline else None
        now = clock()
        return pages.render(
            "tracking.html",
            request,
            secret=True,
            record=record,
            story=tell(record, timeline),
            dates=dates,
            chip=_chip(dates, now, pages.lang(request)) if dates else None,
            now=now,
        )

    return router


def not_found_page(pages: Pages, request: Request) -> Response:
    """Return the one answer to a wrong number and to a wrong code."""
    return pages.render("lookup.html", request, status_code=_NOT_FOUND, wrong=True)


def _chip(dates: Dates, now: datetime, lang: Lang) -> Chip:
    if dates.stopped_at is not None:
        return chip(dates.stopped_at, dates.target, ClockState.STOPPED, lang=lang)
    return chip(now, dates.target, ClockState.RUNNING, lang=lang)
