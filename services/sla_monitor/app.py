"""The monitor put together: two lanes set and stop clocks, a sweeper escalates, the console shows it."""

import httpx
from fastapi import FastAPI

from services.sla_monitor.api import clock_routes, due_routes
from services.sla_monitor.books import BooksKeeper
from services.sla_monitor.calendar.turkish import load_calendar
from services.sla_monitor.console.routes import Console, console_routes
from services.sla_monitor.console.snapshot import BoardKeeper
from services.sla_monitor.console.texts import TEXTS
from services.sla_monitor.consumers import (
    LIFECYCLE_LANE,
    OUTCOMES_LANE,
    SERVICE,
    LifecycleHandler,
    OutcomesHandler,
)
from services.sla_monitor.figures import keep_figures
from services.sla_monitor.policies.loader import load_policies
from services.sla_monitor.probes import Prober
from services.sla_monitor.settings import SlaMonitorSettings
from services.sla_monitor.store import ClockStore, EscalationStore
from services.sla_monitor.sweeper import Sweeper
from shared.clock import system_clock
from shared.messaging import Publisher
from shared.service import Service, create_service_app
from shared.storage import Database
from shared.web.pages import Pages
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE, for_services, gate_of
from shared.web.sign_in.access import Area
from shared.web.sign_in.doors import sign_in_for
from shared.web.sign_in.guarding import guarded


def create_app(settings: SlaMonitorSettings | None = None) -> FastAPI:
    """Return the monitor, put together but not started.

    Raises:
        DataFileError: policies or the table of administrative leave are wrong.
        OpenPagesError: nobody signs in, yet others than this machine reach the console.
    """
    settings = settings or SlaMonitorSettings()
    clock = system_clock
    calendar = load_calendar(settings.sla_leave)
    policies = load_policies(settings.sla_policies)

    database = Database.connect(settings.mongodb, "istek_sla_monitor")
    publisher = Publisher(settings.kafka, client_id=f"{SERVICE}-{settings.instance}")
    clocks, escalations = ClockStore(database), EscalationStore(database)
    sweeper = Sweeper(clocks, escalations, publisher, clock=clock, every_s=settings.sla_sweep_every)

    client = httpx.AsyncClient(trust_env=False)
    books = BooksKeeper(
        client,
        tokens_of(settings, SERVICE),
        intake_url=settings.intake_url,
        router_url=settings.router_url,
        clock=clock,
        every_s=settings.sla_books_every,
    )
    services = Prober(
        client,
        {
            "intake": settings.intake_url,
            "router": settings.router_url,
            "notifier": settings.notifier_url,
        },
        clock=clock,
        every_s=settings.sla_probe_every,
    )
    console = Console(
        store=clocks,
        boards=BoardKeeper(clocks, clock=clock),
        books=books,
        services=services,
        sweeper=sweeper,
        calendar=calendar,
        clock=clock,
    )
    pages = Pages("services.sla_monitor", texts=TEXTS, languages=("tr",), frame="frame_staff.html")
    sign_in = sign_in_for(settings.console_url, clock=clock)

    service = Service(
        name=SERVICE,
        settings=settings,
        database=database,
        publisher=publisher,
        lanes=[
            (LIFECYCLE_LANE, LifecycleHandler(clocks, policies, calendar)),
            (OUTCOMES_LANE, OutcomesHandler(clocks)),
        ],
        on_start=[clocks.ensure_indexes, escalations.ensure_indexes],
        loops=[sweeper.run, sweeper.republish, keep_figures(clocks, clock), books.run, services.run],
        on_stop=[client.aclose, sign_in.close],
    )
    return create_service_app(
        service,
        routers=[
            for_services(
                gate_of(settings, SERVICE),
                ("intake", COMMAND_LINE),
                clock_routes(clocks, calendar, system_clock),
            ),
            guarded(sign_in, Area.CONSOLE, console_routes(console, pages), due_routes(clocks, clock)),
        ],
        title="İstek: sla_monitor",
        pages=pages,
        sign_in=sign_in,
    )
