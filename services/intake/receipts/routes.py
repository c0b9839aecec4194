"""The receipt for whoever holds number and code, and the keys by which anybody can check it."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.intake.receipts.issuing import ReceiptOffice
from services.intake.receipts.links import Receipts
from services.intake.receipts.printing import Paper, qr_svg
from services.intake.receipts.signing import KEYS_PATH
from services.intake.receipts.wording import rows
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.routes import not_found_page
from shared.web.pages import Pages

_PUBLIC_HEADERS: Final = {
    # Unlike everything else here, these may be kept and read by anybody from anywhere.
    "Cache-Control": "public, max-age=3600",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def receipt_routes(office: ReceiptOffice, lookup: Lookup, receipts: Receipts, *, pages: Pages) -> APIRouter:
    """Return the receipt as page, PDF and signed statement, and the published keys."""
    router = APIRouter(include_in_schema=False)

    @router.get("/t/{receipt_number}/receipt")
    async def page(request: Request, receipt_number: str, s: str = "") -> Response:
        record = await lookup.find(receipt_number, s)
        if record is None:
            return not_found_page(pages, request)
        receipt, statement = receipts.of(record), await office.statement(record)
        return pages.render(
            "receipt.html",
            request,
            secret=True,
            receipt=receipt,
            rows=rows(statement, pages.lang(request)),
            host=statement.iss.partition("://")[2],
            qr=qr_svg(receipt.tracking_url),
            key_id=office.keys.key_id,
            fingerprint=statement.fingerprint.partition(":")[2],
        )

    @router.get("/t/{receipt_number}/receipt.pdf")
    async def pdf(request: Request, receipt_number: str, s: str = "", paper: Paper = Paper.A5) -> Response:
        record = await lookup.find(receipt_number, s)
        if record is None:
            return not_found_page(pages, request)
        content = await office.pdf(record, paper)
        return _file(content, "application/pdf", f"{record.receipt_number}-{paper}.pdf")

    @router.get("/t/{receipt_number}/receipt.jws")
    async def statement(request: Request, receipt_number: str, s: str = "") -> Response:
        record = await lookup.find(receipt_number, s)
        if record is None:
            return not_found_page(pages, request)
        token = await office.token(record)
        return _file(token.encode(), "application/jose", f"{record.receipt_number}.jws")

    @router.get(KEYS_PATH)
    async def keys() -> Response:
        return JSONResponse(
            office.keys.jwks(), headers=_PUBLIC_HEADERS, media_type="application/jwk-set+json"
        )

    return router


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=disposition)
