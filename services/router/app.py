"""The router: what it is made of, and how the parts hang together."""

import httpx
from fastapi import FastAPI

from services.router.consumers import CommandsHandler, RequestsHandler
from services.router.deciding import Decider
from services.router.desk.acts import Acts
from services.router.desk.api import books_routes, chain_routes, desk_routes
from services.router.desk.calling import Vault
from services.router.desk.first_look import FirstLooks, first_look_routes
from services.router.desk.page_routes import call_routes, desk_pages, opening_routes, page_routes
from services.router.desk.screen import Screen
from services.router.follow_ups import Decide
from services.router.learning.routes import learning_routes
from services.router.returns import load_returns
from services.router.settings import RouterSettings
from services.router.store import RouterStore
from shared.clock import system_clock
from shared.contracts import topics
from shared.messaging import Lane, Publisher
from shared.service import Service, create_service_app
from shared.storage import Database
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE, for_services, gate_of
from shared.web.sign_in.access import Area
from shared.web.sign_in.doors import sign_in_for
from shared.web.sign_in.guarding import guarded

REQUESTS = Lane(service="router", group="router.requests", topics=(topics.REQUESTS,), share=125)
EMERGENCIES = Lane(service="router", group="router.emergencies", topics=(topics.EMERGENCIES,), max_records=50)
COMMANDS = Lane(service="router", group="router.commands", pattern=topics.COMMANDS_PATTERN)
_VAULT_TIMEOUT_S = 5.0
"""Staff waits at the page for the number."""


def create_app(decide: Decide | None = None) -> FastAPI:
    """Return the router as an ASGI application, built from the environment's settings.

    Args:
        decide: decides in place of classifier and rules, to measure what all the rest costs.
    """
    settings = RouterSettings()
    database = Database.connect(settings.mongodb, settings.router_database)
    publisher = Publisher(settings.kafka, client_id=f"router-{settings.instance}")
    store = RouterStore(database)
    decider = Decider.load(settings.router_knowledge, threshold=settings.router_threshold)
    acts = Acts(store, publisher, decider.knowledge, system_clock)
    pages = desk_pages()
    sign_in = sign_in_for(settings.desk_url)
    gate = gate_of(settings, "router")
    vault = Vault(
        httpx.AsyncClient(
            base_url=settings.intake_url,
            auth=tokens_of(settings, "router").at("intake"),
            timeout=_VAULT_TIMEOUT_S,
            trust_env=False,
        )
    )
    screen = Screen(store, decider.knowledge, pages, system_clock, vault.files)
    requests = RequestsHandler(store, publisher, decide or decider, system_clock)
    commands = CommandsHandler(store, publisher, decide or decider, system_clock, load_returns())

    service = Service(
        name="router",
        settings=settings,
        database=database,
        publisher=publisher,
        lanes=[(EMERGENCIES, requests), (REQUESTS, requests), (COMMANDS, commands)],
        on_start=[store.ensure_indexes],
        loops=[acts.publish_forgotten],
        on_stop=[sign_in.close, vault.close],
    )
    return create_service_app(
        service,
        title="İstek: yönlendirme",
        routers=[
            guarded(
                sign_in,
                Area.DESK,
                desk_routes(store, acts, decider.knowledge),
                page_routes(screen, acts, decider.knowledge),
                call_routes(screen, vault.phone),
                opening_routes(screen, vault.texts),
            ),
            for_services(gate, ("sla_monitor", COMMAND_LINE), books_routes(store)),
            for_services(
                gate, (COMMAND_LINE,), chain_routes(store), learning_routes(store, decider.knowledge)
            ),
            for_services(
                gate,
                ("intake",),
                first_look_routes(FirstLooks(store, decide or decider, decider.knowledge, system_clock)),
            ),
        ],
        pages=pages,
        sign_in=sign_in,
    )
