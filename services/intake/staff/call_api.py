"""For call-centre software with a screen of its own: what our screen shows beside the form.

Whose requests these are is personal, so there is no way in without a key, whatever the other doors allow.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.intake.channels.fields import Code, Description, e164
from services.intake.channels.openapi import API_KEY, refusals
from services.intake.channels.parts import PlaceInput
from services.intake.clients import Doorkeeper
from services.intake.first_look import AlikeRequest, DangerSeen, FirstLooks, JoinableRequest
from services.intake.staff.earlier import EarlierRequests
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Channel, State

_DOCUMENTED: Final[dict[str, Any]] = {
    "openapi_extra": {"parameters": [API_KEY]},
    "responses": refusals(
        {
            400: "The body is no JSON",
            401: "The API key is missing or does not count",
            403: "The API key is for other channels",
            408: "The body came too slowly",
            413: "The body is over the limit",
            415: "The body is not declared as JSON",
            422: "A field is wrong",
            429: "Too many requests of this client; try again after Retry-After seconds",
            503: "The database is away, or the door is full; try again after Retry-After seconds",
        }
    ),
}


class CallerQuery(BaseModel):
    """Whose earlier requests are looked for. A body, because addresses end in logs."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[str, AfterValidator(e164)]
    operator: Code = Field(description="Staff code of who looks; it stands in the access log")


class CallerRequest(BaseModel):
    """An earlier request: no name, no contact, no words."""

    receipt_number: str
    state: State
    subject: str | None = Field(description="Title of its category; absent until known or behind a wall")
    received_at: Instant
    files: int = Field(description="How many files came with it; 0 behind a wall")


class CallerHistory(BaseModel):
    """A caller's earlier requests."""

    total: int = Field(description="0: this is the caller's first request")
    newest: list[CallerRequest] = Field(description="The newest five, newest first")


class Look(BaseModel):
    """What the router makes of what was told."""

    looked: bool = Field(description="False: it does not answer now, so that nothing here means nothing")
    dangers: tuple[DangerSeen, ...] = ()
    alike: tuple[AlikeRequest, ...] = ()
    joinable: JoinableRequest | None = Field(
        None, description="The open request that the caller may be added to, by `joins` of the request"
    )


class Telling(BaseModel):
    """What a caller has told so far."""

    model_config = ConfigDict(extra="forbid")

    description: Description
    place: PlaceInput = PlaceInput()


def call_api(doorkeeper: Doorkeeper, earlier: EarlierRequests, looks: FirstLooks) -> APIRouter:
    """Return the routes.

    Args:
        doorkeeper: asks for a key of the channel ``call``.
        earlier: finds earlier requests.
        looks: asks the router.
    """
    router = APIRouter(prefix="/v1/call", tags=["call"])

    @router.post("/callers", **_DOCUMENTED)
    async def callers(request: Request, query: CallerQuery) -> CallerHistory:
        """Return the earlier requests of a phone number. Each look stands in the access log."""
        client = doorkeeper.admit(request.headers, Channel.CALL)
        found = await earlier.of_phone(query.phone, asked_by=f"{client}/{query.operator}")
        newest = [
            CallerRequest(
                receipt_number=e.receipt_number,
                state=e.state,
                subject=e.subject or None,
                received_at=e.received_at,
                files=e.files,
            )
            for e in found.newest
        ]
        return CallerHistory(total=found.total, newest=newest)

    @router.post("/first-look", **_DOCUMENTED)
    async def first_look(request: Request, told: Telling) -> Look:
        """Return dangers with the number to call, and open requests that may be the same. Keeps nothing."""
        doorkeeper.admit(request.headers, Channel.CALL)
        found = await looks.at(told.description, told.place)
        if found is None:
            return Look(looked=False)
        return Look(looked=True, dangers=found.dangers, alike=found.alike, joinable=found.joinable)

    return router
