"""What the router makes of an unfinished report: dangers, open requests like it, and one to be added to."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import httpx
import structlog
from pydantic import AwareDatetime, BaseModel, ValidationError

from services.intake.channels.normalised import place_of
from services.intake.channels.parts import PlaceInput
from shared.contracts.vocabulary import State
from shared.text.masking import mask_personal

_log = structlog.get_logger(__name__)


class DangerSeen(BaseModel):
    """A sign of danger to life: its kind, the number to call at once, the words that tell of it."""

    title: str
    phone: str
    words: str


class AlikeRequest(BaseModel):
    """An open request that may be the same work; behind a privacy wall without words, point and files."""

    receipt_number: str
    state: State
    holder: str
    words: str | None
    distance_m: float | None
    lat: float | None = None
    lon: float | None = None
    received_at: AwareDatetime
    files: int = 0


class JoinableRequest(BaseModel):
    """The open request that the applicant may be added to.

    Who is no colleague learns neither its id nor its number. A router of before tells no number.
    """

    request_id: UUID
    receipt_number: str = ""
    subject: str
    distance_m: float
    received_at: AwareDatetime


class FirstLook(BaseModel):
    """All of it."""

    dangers: tuple[DangerSeen, ...]
    alike: tuple[AlikeRequest, ...]
    joinable: JoinableRequest | None = None


class FirstLooks(Protocol):
    """Takes first looks."""

    async def at(self, description: str, place: PlaceInput) -> FirstLook | None:
        """Return what can be said so far, or None where nobody can say it now."""
        ...


class FirstLooksOverHttp:
    """The router's. Nobody on the phone waits long for it: the call goes on without."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def at(self, description: str, place: PlaceInput) -> FirstLook | None:
        """See `FirstLooks.at`. What leaves the door is masked, like a request itself."""
        told: Mapping[str, object] = {
            "description": mask_personal(description)[:4000],
            "place": place_of(place).model_dump(mode="json", exclude_none=True),
        }
        try:
            answer = await self._client.post("/internal/v1/first-look", json=told)
            answer.raise_for_status()
            return FirstLook.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            _log.info("first_look_not_told", reason=type(error).__name__)
            return None

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
