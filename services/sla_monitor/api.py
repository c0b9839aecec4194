"""The clocks over HTTP, for other services and for programs of operations."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, NoReturn
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.sla_monitor.domain.business_calendar import BusinessCalendar
from services.sla_monitor.domain.clocks import RequestClock
from services.sla_monitor.domain.deadlines import Deadline
from services.sla_monitor.store import ClockStore, Position
from shared.clock import ISTANBUL, Clock
from shared.contracts.base import Instant
from shared.contracts.escalations import ClockKind
from shared.contracts.vocabulary import Priority, Regime, State
from shared.web.problems import FieldProblem, Problem

_MOST_TARGETS = 1000
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_WITHIN = r"^[1-9]\d{0,3}[mhd]$"

Limit = Annotated[int, Query(ge=1, le=200, description="Most entries of a page")]
After = Annotated[str | None, Query(description="`next` of the page before", max_length=200)]
WhichClock = Annotated[ClockKind, Query(alias="clock", description="Which of both due times")]
Within = Annotated[str, Query(pattern=_WITHIN, description="A span: 90m, 24h or 3d")]


class StepOut(BaseModel):
    """One step of a derivation."""

    at: str = Field(description="Local day, or local moment with its offset")
    text: str = Field(description="What it means for the period, in Turkish")


class DeadlineOut(BaseModel):
    """A due time and how it was reached."""

    due_at: Instant = Field(description="The last moment")
    due_unrolled: Instant = Field(description="End of the period as counted, before days off prolonged it")
    policy: str = Field(description="Id and version of the policy")
    calendar: str = Field(description="Version of the calendar")
    steps: list[StepOut]


class RungOut(BaseModel):
    """One rung of the escalation ladder."""

    clock: ClockKind
    step: int
    told: str
    at: Instant
    raised: bool


class ClockOut(BaseModel):
    """Both clocks of one request."""

    request_id: UUID
    receipt_number: str
    regime: Regime
    priority: Priority
    subject: str
    neighbourhood: str | None
    department: str | None
    state: State
    received_at: Instant
    running: bool
    paused: bool = Field(
        description="The applicant was asked; the internal target stands still, the legal runs"
    )
    stopped_at: Instant | None
    stop_reason: str | None
    late_working_days: int = Field(
        description="Working days since the internal target, until now or until the clocks stopped; 0 on its "
        "own day and before"
    )
    answer_undelivered: bool
    legal: DeadlineOut
    internal: DeadlineOut
    ladder: list[RungOut]


class ListedClock(BaseModel):
    """An entry of a list."""

    request_id: UUID
    receipt_number: str
    subject: str
    neighbourhood: str | None
    department: str | None
    priority: Priority
    state: State
    legal_due_at: Instant
    internal_due_at: Instant
    paused: bool = Field(
        description="The applicant was asked; the internal target is the latest it may come to"
    )
    reached: int = Field(description="Rungs of the ladder that were raised")


class ClockPage(BaseModel):
    """A page of a list, earliest due first."""

    items: list[ListedClock]
    next: str | None = Field(description="Give it as `after` for the next page; absent on the last one")


class TargetsAsked(BaseModel):
    """Whose targets are asked for."""

    request_ids: Annotated[list[UUID], Field(max_length=_MOST_TARGETS)]


class TargetsOut(BaseModel):
    """Internal due times by request."""

    targets: dict[UUID, Instant]


def clock_routes(store: ClockStore, calendar: BusinessCalendar, now: Clock) -> APIRouter:
    """Return what other services read: the clocks of a request whose id they know."""
    router = APIRouter(prefix="/v1", tags=["clocks"])

    @router.get("/clocks/{request_id}")
    async def clock_of_request(request_id: UUID) -> ClockOut:
        """Both deadlines of a request with every step of how they were reached, and the ladder."""
        found = await store.get(str(request_id))
        if found is None:
            raise no_clock()
        return clock_out(found, calendar, now())

    @router.post("/clocks/targets")
    async def targets(asked: TargetsAsked) -> TargetsOut:
        """The internal due times of many requests at once; those without a clock are left out."""
        found = await store.targets(str(request_id) for request_id in asked.request_ids)
        return TargetsOut(targets={UUID(id_): due_at for id_, due_at in found.items()})

    return router


def due_routes(store: ClockStore, clock: Clock) -> APIRouter:
    """Return the lists of what is late and what will be due, for people and their programs."""
    router = APIRouter(prefix="/v1", tags=["clocks"])

    @router.get("/overdue")
    async def overdue(
        clock_kind: WhichClock = "internal", after: After = None, limit: Limit = 50
    ) -> ClockPage:
        """Requests past a due time, longest overdue first."""
        now = clock()
        found = await store.list_due(
            clock_kind, before=now, since=None, after=_position(after), limit=limit + 1
        )
        return _page(found, clock_kind, limit)

    @router.get("/due")
    async def due(
        within: Within = "24h", clock_kind: WhichClock = "internal", after: After = None, limit: Limit = 50
    ) -> ClockPage:
        """Requests that will be due within a span from now, next due first."""
        now = clock()
        found = await store.list_due(
            clock_kind, before=now + _span(within), since=now, after=_position(after), limit=limit + 1
        )
        return _page(found, clock_kind, limit)

    return router


def no_clock() -> Problem:
    """Return the problem of a request that no clock is known for."""
    return Problem(
        404,
        "no-clock",
        "Bu başvurunun süresi tutulmuyor",
        "No clock is kept for this request",
        detail_tr="Başvuru henüz yönlendirilmemiş ya da numara yanlış olabilir.",
        detail_en="It may not be routed yet, or the id may be wrong.",
    )


def clock_out(clock: RequestClock, calendar: BusinessCalendar, now: datetime) -> ClockOut:
    """Return a clock as it is answered at that instant."""
    stop, latest = clock.stop, clock.latest
    due, end = (
        at.astimezone(ISTANBUL).date() for at in (clock.deadlines.internal.due_at, stop.at if stop else now)
    )
    return ClockOut(
        request_id=UUID(clock.request_id),
        receipt_number=clock.matter.receipt_number,
        regime=clock.matter.regime,
        priority=clock.matter.priority,
        subject=clock.matter.subject,
        neighbourhood=clock.matter.neighbourhood,
        department=clock.department,
        state=latest.state if latest else State.RECEIVED,
        received_at=clock.matter.received_at,
        running=stop is None,
        paused=clock.paused,
        stopped_at=stop.at if stop else None,
        stop_reason=stop.reason if stop else None,
        late_working_days=calendar.working_days_between(due, end) if end > due else 0,
        answer_undelivered=clock.answer_undelivered,
        legal=_deadline_out(clock.deadlines.legal),
        internal=_deadline_out(clock.deadlines.internal),
        ladder=[
            RungOut(clock=r.clock, step=r.step, told=r.told, at=r.at, raised=n < clock.reached)
            for n, r in enumerate(clock.rungs)
        ],
    )


def _deadline_out(deadline: Deadline) -> DeadlineOut:
    return DeadlineOut(
        due_at=deadline.due_at,
        due_unrolled=deadline.due_unrolled,
        policy=deadline.policy,
        calendar=deadline.calendar,
        steps=[StepOut(at=step.at.isoformat(), text=step.text) for step in deadline.steps],
    )


def _page(found: Sequence[RequestClock], clock_kind: ClockKind, limit: int) -> ClockPage:
    shown = found[:limit]
    further = _cursor(shown[-1], clock_kind) if len(found) > limit else None
    return ClockPage(items=[_listed(clock) for clock in shown], next=further)


def _listed(clock: RequestClock) -> ListedClock:
    return ListedClock(
        request_id=UUID(clock.request_id),
        receipt_number=clock.matter.receipt_number,
        subject=clock.matter.subject,
        neighbourhood=clock.matter.neighbourhood,
        department=clock.department,
        priority=clock.matter.priority,
        state=clock.latest.state if clock.latest else State.RECEIVED,
        legal_due_at=clock.deadlines.legal.due_at,
        internal_due_at=clock.deadlines.internal.due_at,
        paused=clock.paused,
        reached=clock.reached,
    )


def _cursor(clock: RequestClock, clock_kind: ClockKind) -> str:
    deadline = clock.deadlines.legal if clock_kind == "legal" else clock.deadlines.internal
    return base64.urlsafe_b64encode(f"{deadline.due_at.isoformat()} {clock.request_id}".encode()).decode()


def _position(after: str | None) -> Position | None:
    if after is None:
        return None
    try:
        at, request_id = base64.urlsafe_b64decode(after.encode()).decode().split(" ")
        position = datetime.fromisoformat(at), str(UUID(request_id))
    except (ValueError, binascii.Error):
        _refuse_cursor()
    return position if position[0].tzinfo else _refuse_cursor()


def _refuse_cursor() -> NoReturn:
    raise Problem(
        422,
        "validation",
        "Bazı bilgiler eksik ya da yanlış",
        "Some fields are missing or wrong",
        errors=[
            FieldProblem(
                "/after",
                "Önceki sayfanın `next` değerini verin",
                "Give the `next` of the page before",
                "cursor",
                "query",
            )
        ],
    )


def _span(within: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([mhd])", within)
    if match is None:
        raise ValueError(within)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
