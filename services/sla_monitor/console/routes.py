"""The console: what burns, whom it was told, whether the books balance and the services answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.sla_monitor.api import no_clock
from services.sla_monitor.books import BooksKeeper
from services.sla_monitor.console.charts import (
    HOUR_HEIGHT,
    HOUR_STEP,
    HOUR_WIDTH,
    UNIT_WIDTH,
    columns,
    parts,
)
from services.sla_monitor.console.snapshot import BoardKeeper
from services.sla_monitor.domain.business_calendar import BusinessCalendar
from services.sla_monitor.probes import Prober
from services.sla_monitor.store import ClockStore
from services.sla_monitor.sweeper import Sweeper
from shared.clock import Clock
from shared.contracts.departments import department_name, department_slugs
from shared.outcomes import UnavailableError
from shared.web.pages import Pages

_STALE = timedelta(seconds=45)
_SECOND = timedelta(seconds=1)
Region = Literal["figures", "burning", "charts"]


@dataclass(frozen=True, slots=True)
class Console:
    """What the console looks at."""

    store: ClockStore
    boards: BoardKeeper
    books: BooksKeeper
    services: Prober
    sweeper: Sweeper
    calendar: BusinessCalendar
    clock: Clock


def console_routes(console: Console, pages: Pages) -> APIRouter:
    """Return the pages: the whole, its regions for refreshing in place, and the clocks of one request."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/")
    async def whole(request: Request) -> HTMLResponse:
        return pages.render("console.html", request, **await _context(console))

    @router.get("/console/{region}")
    async def part(request: Request, region: Region) -> HTMLResponse:
        return pages.render(f"_{region}.html", request, **await _context(console))

    @router.get("/clocks/{request_id}")
    async def clocks(request: Request, request_id: UUID) -> HTMLResponse:
        found = await console.store.get(str(request_id))
        if found is None:
            raise no_clock()
        return pages.render(
            "clock.html",
            request,
            clock_shown=found,
            now=console.clock(),
            between=console.calendar.working_days_between,
            unit=_unit_name,
            menu=_menu(None),
        )

    return router


async def _context(console: Console) -> Mapping[str, Any]:
    now = console.clock()
    try:
        board = await console.boards.current()
    except UnavailableError:
        board = None
    swept = console.sweeper.last_sweep
    heartbeat = max(timedelta(), now - swept) // _SECOND * _SECOND if swept else None
    return {
        "now": now,
        "board": board,
        "stale": board is not None and now - board.at > _STALE,
        "books": console.books.last,
        "services": console.services.last,
        "heartbeat": heartbeat,
        "heartbeat_late": heartbeat is not None and heartbeat > _STALE,
        "calendar_version": console.calendar.version,
        "between": console.calendar.working_days_between,
        "unit": _unit_name,
        "columns": columns(board.hours) if board else [],
        "column_size": (HOUR_STEP, HOUR_WIDTH, HOUR_HEIGHT),
        "most": max((load.total for load in board.units), default=0) if board else 0,
        "parts": parts,
        "unit_width": UNIT_WIDTH,
        "menu": _menu(board.late if board else None),
    }


def _menu(late: int | None) -> list[dict[str, Any]]:
    return [{"label": "Konsol", "href": "/", "count": late or None, "urgent": True, "current": True}]


def _unit_name(slug: str | None) -> str:
    """Return a directorate's name less the word that all share; without a slug, the triage desk's."""
    if slug is None:
        return "Sınıflandırma"
    return department_name(slug).removesuffix(" Müdürlüğü") if slug in department_slugs() else slug
