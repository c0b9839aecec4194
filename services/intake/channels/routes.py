"""``POST /v1/{channel}/requests``: the body is read, validated and serialised once, here."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from services.intake.acceptance import Acceptance
from services.intake.attachments.parts import is_multipart
from services.intake.attachments.photos import PhotoReader
from services.intake.attachments.records import Owner
from services.intake.channels import DOORS, RefusedError
from services.intake.channels.openapi import PHOTOS, operation
from services.intake.channels.problems import KEY_PROBLEMS, problem_of, unknown_channel
from services.intake.clients import Doorkeeper
from services.intake.idempotency import HEADER, REPLAYED_HEADER, read_key
from services.intake.receipts.links import Receipt, Receipts
from shared.contracts.vocabulary import Channel
from shared.telemetry.tracing import span
from shared.web.problem_catalogue import standard_problem
from shared.web.problem_openapi import ANY_REFUSAL

_Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
_REFUSALS: Final[tuple[type[Exception], ...]] = (ValidationError, RefusedError, *KEY_PROBLEMS)


class _Direct(APIRoute):
    """A route whose endpoint reads the request itself: nothing is looked for to hand to it, and nothing held.

    What the endpoint raises is told by the application's own handlers, as everywhere.
    """

    def __init__(self, path: str, endpoint: _Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(path, endpoint, **options)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = answer


def channel_routes(
    channels: Sequence[Channel],
    acceptance: Acceptance,
    receipts: Receipts,
    doorkeeper: Doorkeeper,
    *,
    photos: PhotoReader,
) -> APIRouter:
    """Return the routes of the mounted channels, to stand in the application itself."""
    router = APIRouter(prefix="/v1", tags=["requests"], responses=ANY_REFUSAL, route_class=_Direct)
    for channel in channels:
        _mount(router, channel, acceptance, receipts, doorkeeper, photos=photos)

    @router.post("/{channel}/requests", include_in_schema=False)
    async def elsewhere(_request: Request) -> Response:
        raise unknown_channel(channels)

    return router


def _mount(
    router: APIRouter,
    channel: Channel,
    acceptance: Acceptance,
    receipts: Receipts,
    doorkeeper: Doorkeeper,
    *,
    photos: PhotoReader,
) -> None:
    door = DOORS[channel]

    @router.post(
        f"/{channel}/requests",
        status_code=201,
        name=f"post_{channel}_request",
        response_class=Response,
        **operation(channel, door),
    )
    async def post(request: Request) -> Response:
        client = doorkeeper.admit(request.headers, channel)
        together = channel in PHOTOS and is_multipart(request)
        if not (together or is_json(request)):
            raise standard_problem(415)
        with span(f"accept {channel}", parent=request.headers.get("traceparent")):
            try:
                key = read_key(request.headers.get(HEADER))
                if together:
                    body = await photos.read(door.model, request, Owner(channel, client), key)
                else:
                    body = door.model.model_validate_json(await request.body())
                accepted = await acceptance.accept(channel, body, client=client, key=key)
            except _REFUSALS as error:
                raise problem_of(error, channel) from None
        return _created(receipts.of(accepted.record), replayed=accepted.replayed)


def receipt_body(receipt: Receipt) -> dict[str, str]:
    """Return a receipt as callers get it."""
    return {
        "request_id": str(receipt.request_id),
        "receipt_number": receipt.number,
        "tracking_url": receipt.tracking_url,
        "tracking_code": receipt.code,
        "receipt_url": receipt.page_url,
        "receipt_pdf_url": receipt.pdf_url,
        "received_at": receipt.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _created(receipt: Receipt, *, replayed: bool) -> Response:
    headers = {"Location": receipt.tracking_url}
    if replayed:
        headers[REPLAYED_HEADER] = "true"
    return Response(to_json(receipt_body(receipt)), 201, headers, media_type="application/json")


def is_json(request: Request) -> bool:
    """Tell whether the body is declared as JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")
