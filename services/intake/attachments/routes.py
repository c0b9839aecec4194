"""``POST /v1/{channel}/attachments``: a file comes before its request, and gets an id to be named by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.links import Links
from services.intake.attachments.offers import offered_place
from services.intake.attachments.openapi import operation
from services.intake.attachments.pictures import Offer
from services.intake.attachments.receiving import created, described, receive
from services.intake.attachments.records import Owner
from services.intake.channels import DOORS
from services.intake.channels.parts import FilesRequest
from services.intake.clients import Doorkeeper
from shared.contracts.vocabulary import Channel
from shared.telemetry.tracing import span


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
        with span(f"keep file of {channel}", parent=request.headers.get("traceparent")):
            kept = await receive(request, cabinet, owner)
        return created(kept, {**described(kept, links, public_url), "offered": _offered(kept.offer)})


def _offered(offer: Offer) -> dict[str, Any]:
    """Return what may be asked of the applicant."""
    offered: dict[str, Any] = {}
    if place := offered_place(offer):
        offered["place"] = place.model_dump(exclude_none=True)
    if offer.taken_at is not None:
        offered["taken_at"] = datetime.isoformat(offer.taken_at)
    return offered
