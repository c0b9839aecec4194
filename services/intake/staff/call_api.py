"""For call-centre software with a screen of its own: what our screen shows beside the form."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.intake.channels.fields import Code, Description, e164
from services.intake.channels.parts import PlaceInput
from services.intake.clients import Doorkeeper
from services.intake.staff.earlier import EarlierRequests
from services.intake.staff.first_look import FirstLook, FirstLooks
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Channel, State
from shared.outcomes import UnavailableError


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


class CallerHistory(BaseModel):
    """A caller's earlier requests."""

    total: int = Field(description="0: this is the caller's first request")
    newest: list[CallerRequest] = Field(description="The newest five, newest first")


class Telling(BaseModel):
    """What a caller has told so far."""

    model_config = ConfigDict(extra="forbid")

    description: Description
    place: PlaceInput = PlaceInput()


def call_api(doorkeeper: Doorkeeper, earlier: EarlierRequests, looks: FirstLooks) -> APIRouter:
    """Return the routes; they need a key of the channel ``call``."""
    router = APIRouter(prefix="/v1/call", tags=["call"])

    @router.post("/callers")
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
            )
            for e in found.newest
        ]
        return CallerHistory(total=found.total, newest=newest)

    @router.post("/first-look")
    async def first_look(request: Request, told: Telling) -> FirstLook:
        """Return dangers with the number to call, and open requests that may be the same. Keeps nothing."""
        doorkeeper.admit(request.headers, Channel.CALL)
        found = await looks.at(told.description, told.place)
        if found is None:
            raise UnavailableError("the router does not answer")
        return found

    return router
