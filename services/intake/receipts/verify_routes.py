"""The page on which anybody checks a receipt: by its file, or by its number and code."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from services.intake.receipts.checking import LARGEST, Finding, check
from services.intake.receipts.issuing import ReceiptOffice
from services.intake.receipts.wording import rows
from services.intake.tracking.lookup import Lookup
from shared.web.pages import Pages

_MOST_FIELDS: Final = 10
_NOT_FOUND, _TOO_LARGE, _INVALID = 404, 413, 422


def verify_routes(office: ReceiptOffice, lookup: Lookup, *, pages: Pages) -> APIRouter:
    """Return the page. It keeps nothing of what is sent, and a file costs no look into the database."""
    router = APIRouter(include_in_schema=False)

    @router.get("/dogrula")
    async def printed_address() -> Response:
        return RedirectResponse("/verify")

    @router.get("/verify")
    async def ask(request: Request) -> Response:
        return _page(request)

    @router.post("/verify")
    async def verify(request: Request) -> Response:
        async with request.form(max_fields=_MOST_FIELDS, max_files=1) as form:
            upload, number, code = form.get("belge"), str(form.get("no", "")), str(form.get("kod", ""))
            content = await upload.read(LARGEST + 1) if isinstance(upload, UploadFile) else b""
        if len(content) > LARGEST:
            return _page(request, status=_TOO_LARGE, errors={"belge": "verify_too_large"})
        if content:
            found = await asyncio.to_thread(check, content, office.keys.published)
            return _page(request, finding=found)
        if not number.strip():
            return _page(request, status=_INVALID, errors={"belge": "verify_nothing"})
        record = await lookup.find(number, code)
        if record is None:
            return _page(request, status=_NOT_FOUND, errors={"no": "track_wrong"})
        return _page(request, finding=Finding(None, await office.statement(record)))

    def _page(
        request: Request,
        *,
        status: int = 200,
        finding: Finding | None = None,
        errors: dict[str, str] | None = None,
    ) -> Response:
        lang = pages.lang(request)
        signed = finding.statement if finding else None
        return pages.render(
            "verify.html",
            request,
            status_code=status,
            finding=finding,
            number=signed.number if signed else "",
            rows=rows(signed, lang) if signed else [],
            errors={field: pages.text(lang, key) for field, key in (errors or {}).items()},
            largest_kb=LARGEST // 1024,
        )

    return router
