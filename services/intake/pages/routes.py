"""The pages around the form: start, confirmation, privacy notice, accessibility."""

from fastapi import APIRouter, Request, Response

from services.intake.pages.texts import ELEMENTS
from services.intake.receipts.links import Receipts
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.routes import not_found_page
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Medium
from shared.web.pages import Pages


def page_routes(lookup: Lookup, receipts: Receipts, pages: Pages) -> APIRouter:
    """Return the pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def start(request: Request) -> Response:
        return pages.render("start.html", request)

    @router.get("/aydinlatma")
    async def privacy(request: Request) -> Response:
        return pages.render(f"privacy.{pages.lang(request)}.html", request)

    @router.get("/erisilebilirlik")
    async def accessibility(request: Request) -> Response:
        return pages.render(f"accessibility.{pages.lang(request)}.html", request)

    @router.get("/basvuru/alindi/{receipt_number}")
    async def done(request: Request, receipt_number: str, s: str = "") -> Response:
        record = await lookup.find(receipt_number, s)
        if record is None:
            return not_found_page(pages, request)
        event = RequestReceived.model_validate_json(record.event)
        names = ELEMENTS[pages.lang(request)]
        return pages.render(
            "done.html",
            request,
            secret=True,
            receipt=receipts.of(record),
            by_email=Medium.EMAIL in event.applicant.media,
            by_sms=Medium.SMS in event.applicant.media,
            missing=", ".join(names[element] for element in event.elements_missing),
        )

    return router
