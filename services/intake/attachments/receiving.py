"""A file as the body of an HTTP request: kept under its idempotency key, and what its sender gets to know."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response
from pydantic_core import to_json

from services.intake.attachments.cabinet import Cabinet, Kept, Variant
from services.intake.attachments.links import Links
from services.intake.attachments.parts import FILE_PART, is_multipart, single_file
from services.intake.attachments.records import Owner
from services.intake.attachments.refusals import FileRefusedError
from services.intake.attachments.taking import refusal, take
from services.intake.channels.problems import KEY_PROBLEMS, problem_of
from services.intake.idempotency import HEADER, REPLAYED_HEADER, read_key

_KEY_ERRORS: Final = tuple(KEY_PROBLEMS)


async def receive(
    request: Request, cabinet: Cabinet, owner: Owner, *, within: str = "", request_id: UUID | None = None
) -> Kept:
    """Return the one file of a body once it is durable.

    Args:
        request: what came.
        cabinet: where files are kept.
        owner: who sends it.
        within: what the idempotency key counts within, beside the owner.
        request_id: the accepted request that it is sent for, if there is one.

    Raises:
        Problem: it is not taken, or the idempotency key is not good; nothing of it is kept.
        UnavailableError: database or scanner is away; it may be sent again under the same key.
    """
    field = f"/{FILE_PART}" if is_multipart(request) else ""
    try:
        key = within + read_key(request.headers.get(HEADER))
        async with single_file(request) as file:
            return await take(cabinet, owner, key, file, field=field, request_id=request_id)
    except FileRefusedError as refused:
        raise refusal(owner, refused, field) from None
    except _KEY_ERRORS as error:
        raise problem_of(error, owner.channel) from None


def described(kept: Kept, links: Links, public_url: str) -> dict[str, Any]:
    """Return what its sender gets to know of a file."""
    reference = kept.attachment.reference
    body: dict[str, Any] = {
        "attachment_id": str(reference.id),
        **reference.model_dump(mode="json", exclude={"id"}, exclude_none=True),
        "url": public_url + links.path(reference.id, Variant.CONTENT),
    }
    if kept.attachment.has_thumbnail:
        body["thumbnail_url"] = public_url + links.path(reference.id, Variant.THUMBNAIL)
    return body


def created(kept: Kept, body: dict[str, Any]) -> Response:
    """Return the answer to a file that is kept."""
    headers = {REPLAYED_HEADER: "true"} if kept.replayed else {}
    return Response(to_json(body), 201, headers, media_type="application/json")
