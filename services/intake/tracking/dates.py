"""When an answer is due and why: asked of the service that keeps the clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Protocol
from uuid import UUID

import httpx
import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

_log = structlog.get_logger(__name__)


class Step(BaseModel):
    """One step of how a date was reached: a local day or moment, and in Turkish what it means."""

    model_config = ConfigDict(frozen=True)

    # A day is no moment at midnight: what can be read as neither one nor the other is refused.
    at: Annotated[AwareDatetime | date, Field(union_mode="left_to_right")]
    text: str


@dataclass(frozen=True, slots=True)
class Dates:
    """The two due times of a request, and how they were reached.

    Attributes:
        target: what the municipality aims at.
        target_steps: how it was reached.
        last_day: what the law allows.
        last_day_steps: how it was reached.
        stopped_at: when the clocks stopped, or None while they run.
        late_working_days: since the target, until now or until they stopped, as the calendar has them.
    """

    target: datetime
    target_steps: tuple[Step, ...]
    last_day: datetime
    last_day_steps: tuple[Step, ...]
    stopped_at: datetime | None
    late_working_days: int

    def lateness_between(self, _target: date, _end: date) -> int:
        """Return the working days between the target and the end, for who counts without a calendar."""
        return self.late_working_days


class Clocks(Protocol):
    """Knows the dates of requests."""

    async def dates(self, request_id: UUID) -> Dates | None:
        """Return the dates, or None where they cannot be told now."""
        ...

    async def targets(self, request_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
        """Return what the municipality aims at for many requests at once, for as many as it can be told."""
        ...


class ClocksOverHttp:
    """The clocks of the monitor. A page never waits long for them: it does without."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def dates(self, request_id: UUID) -> Dates | None:
        """See `Clocks.dates`."""
        try:
            answer = await self._client.get(f"/v1/clocks/{request_id}")
            if not answer.is_success:
                return None
            told = _Told.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            _log.info("dates_not_told", request_id=str(request_id), reason=type(error).__name__)
            return None
        return Dates(
            target=told.internal.due_at,
            target_steps=told.internal.steps,
            last_day=told.legal.due_at,
            last_day_steps=told.legal.steps,
            stopped_at=told.stopped_at,
            late_working_days=told.late_working_days,
        )

    async def targets(self, request_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
        """See `Clocks.targets`; asks once, however many there are."""
        if not request_ids:
            return {}
        asked = {"request_ids": [str(request_id) for request_id in request_ids]}
        try:
            answer = (await self._client.post("/v1/clocks/targets", json=asked)).raise_for_status()
            return _Targets.model_validate_json(answer.content).targets
        except (httpx.HTTPError, ValidationError) as error:
            _log.info("targets_not_told", requests=len(request_ids), reason=type(error).__name__)
            return {}

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()


class _Deadline(BaseModel):
    due_at: AwareDatetime
    steps: tuple[Step, ...]


class _Targets(BaseModel):
    targets: dict[UUID, AwareDatetime]


class _Told(BaseModel):
    legal: _Deadline
    internal: _Deadline
    stopped_at: AwareDatetime | None
    late_working_days: int = 0
    """Absent from a monitor that was not upgraded yet."""
