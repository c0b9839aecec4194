"""``GET /dosya/…``: a file for whoever holds a link that is still good, served so that it can do nothing."""

from typing import Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Response

from services.intake.attachments.cabinet import Cabinet, Variant, secret_name
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.links import EXPIRY, PREFIX, SIGNATURE, Links
from services.intake.attachments.records import Attachment
from services.intake.store import IntakeStore
from services.intake.vault import ErasedError, Vault
from services.intake.vault.keyring import DamagedError, UnknownKeyError
from shared.web.problems import Problem

_ENDINGS: Final = {FileKind.JPEG.value: "jpg", FileKind.PNG.value: "png", FileKind.PDF.value: "pdf"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    # The desk shows small pictures on pages of its own host; who has a link needs nothing else anyway.
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_log = structlog.get_logger(__name__)


def download_routes(cabinet: Cabinet, links: Links, requests: IntakeStore, vault: Vault) -> APIRouter:
    """Return the route that the links lead to."""
    router = APIRouter(prefix=PREFIX, tags=["attachments"])

    async def secret_of(attachment: Attachment) -> str | None:
        if not attachment.settled or attachment.request_id is None:
            return None
        record = await requests.request(attachment.request_id)
        if record is None:
            return None
        return await vault.secret(record.request_id, secret_name(attachment.id))

    @router.get("/{attachment_id}/{variant}", response_class=Response, summary="Fetch a file by its link")
    async def fetch(
        attachment_id: UUID,
        variant: Variant,
        expiry: int = Query(0, alias=EXPIRY),
        signature: str = Query("", alias=SIGNATURE),
    ) -> Response:
        if not links.is_good(attachment_id, variant, expiry, signature):
            raise _expired()
        attachment = await cabinet.find(attachment_id)
        if attachment is None:
            raise _gone()
        try:
            content = await cabinet.read(attachment, variant, await secret_of(attachment))
        except ErasedError:
            raise _gone() from None
        except (DamagedError, UnknownKeyError) as error:
            _log.error("attachment_unreadable", attachment=str(attachment_id), reason=type(error).__name__)
            raise _gone() from None
        if content is None:
            raise _gone()
        return _answer(attachment, variant, content)

    return router


def _answer(attachment: Attachment, variant: Variant, content: bytes) -> Response:
    thumbnail = variant is Variant.THUMBNAIL
    kind = FileKind.JPEG.value if thumbnail else attachment.reference.media_type
    # What a sender called the file is not known here, and nobody's name for it ends in a header.
    name = f"dosya-{str(attachment.id)[:8]}.{_ENDINGS[kind]}"
    disposition = f'{"inline" if thumbnail else "attachment"}; filename="{name}"'
    return Response(content, media_type=kind, headers={**_HEADERS, "Content-Disposition": disposition})


def _expired() -> Problem:
    return Problem(
        403,
        "link-expired",
        "Bu bağlantının süresi doldu",
        "This link has expired",
        detail_tr="Sayfayı yeniden açın; dosyanın yeni bağlantısı oradadır.",
        detail_en="Open the page again; the file has a new link there.",
    )


def _gone() -> Problem:
    return Problem(
        404,
        "file-gone",
        "Bu dosya artık yok",
        "This file is no longer there",
        detail_tr="Kullanılmayan dosyaları bir gün, başvuru dosyalarını yasal süreleri sonunda siliyoruz.",
        detail_en="Unused files are removed after a day, those of requests when the law's period ends.",
    )
