"""``POST /v1/{channel}/attachments``: a file comes before its request, and gets an id to be named by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from services.intake.attachments.cabinet import Cabinet, Kept, Variant
from services.intake.attachments.links import Links
from services.intake.attachments.offers import offered_place
from services.intake.attachments.openapi import operation
from services.intake.attachments.parts import FILE_PART, is_multipart, single_file
from services.intake.attachments.pictures import Offer
from services.intake.attachments.records import Owner
from services.intake.attachments.refusals import FileRefusedError
from services.intake.attachments.taking import refusal, take
from services.intake.channels import DOORS
from services.intake.channels.parts import FilesRequest
from services.intake.channels.problems import KEY_PROBLEMS, problem_of
from services.intake.clients import Doorkeeper
from services.intake.idempotency import HEADER, REPLAYED_HEADER, read_key
from shared.contracts.vocabulary import Channel
from shared.telemetry.tracing import span

_KEY_ERRORS: Final = tuple(KEY_PROBLEMS)


def attachment_routes(
    channels: Sequence[Channel], cabinet: Cabinet, links: Links, doorkeeper: Doorkeeper, *, public_url: str
) -> APIRouter:
    """Return the routes of the mounted channels that take files."""
    router = APIRouter(prefix="/v1", tags=["attachments"])
    for channel in channels:
        if issubclass(DOORS[channel].model, FilesRequest):
            _mount(router, channel, cabinet, links, doorkeeper, public_url=public_url)
    return router


def _mount(
    router: APIRouter,
    channel: Channel,
    cabinet: Cabinet,
    links: Links,
    doorkeeper: Doorkeeper,
    *,
    public_url: str,
) -> None:
    @router.post(
        f"/{channel}/attachments",
        status_code=201,
        name=f"post_{channel}_attachment",
        response_class=Response,
        **operation(channel),
    )
    async def post(request: Request) -> Response:
        owner = Owner(channel, doorkeeper.admit(request.headers, channel))
        field = f"/{FILE_PART}" if is_multipart(request) else ""
        with span(f"keep file of {channel}", parent=request.headers.get("traceparent")):
            try:
                key = read_key(request.headers.get(HEADER))
                async with single_file(request) as file:
                    kept = await take(cabinet, owner, key, file, field=field)
            except FileRefusedError as refused:
                raise refusal(owner, refused, field) from None
            except _KEY_ERRORS as error:
                raise problem_of(error, channel) from None
        headers = {REPLAYED_HEADER: "true"} if kept.replayed else {}
        body = _body(kept, links, public_url)
        return Response(to_json(body), 201, headers, media_type="application/json")


def _body(kept: Kept, links: Links, public_url: str) -> dict[str, Any]:
    reference = kept.attachment.reference
    body: dict[str, Any] = {
        "attachment_id": str(reference.id),
        **reference.model_dump(mode="json", exclude={"id"}, exclude_none=True),
        "offered": _offered(kept.offer),
        "url": public_url + links.path(reference.id, Variant.CONTENT),
    }
    if kept.attachment.has_thumbnail:
        body["thumbnail_url"] = public_url + links.path(reference.id, Variant.THUMBNAIL)
    return body


def _offered(offer: Offer) -> dict[str, Any]:
    """Return what may be asked of the applicant."""
    offered: dict[str, Any] = {}
    if place := offered_place(offer):
        offered["place"] = place.model_dump(exclude_none=True)
    if offer.taken_at is not None:
        offered["taken_at"] = datetime.isoformat(offer.taken_at)
    return offered
