"""The notifier: tells applicants what became of their requests, once per event, and says how that ended."""

import httpx
from aiosmtplib import SMTP
from fastapi import FastAPI

from services.notifier.consumers import LIFECYCLE_LANE, LifecycleHandler
from services.notifier.dispatcher import Dispatcher
from services.notifier.domain.retry import RETRY_POLICIES
from services.notifier.matters import MatterStore
from services.notifier.outcomes import Outcomes
from services.notifier.post_room import PostRoom
from services.notifier.rendering import Renderer
from services.notifier.routes import message_routes
from services.notifier.sending import by_mail, by_sms
from services.notifier.settings import NotifierSettings
from services.notifier.store import MessageStore
from services.notifier.transports.sms import SmsTransport
from services.notifier.transports.smtp import SmtpTransport
from services.notifier.vault import Vault
from shared.clock import system_clock
from shared.contracts.vocabulary import Medium
from shared.legal import load_legal_words
from shared.messaging import Publisher
from shared.service import Service, create_service_app
from shared.storage import Database
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE, for_services, gate_of


def create_app(settings: NotifierSettings | None = None) -> FastAPI:
    """Return the notifier, put together but not started."""
    settings = settings or NotifierSettings()
    clock = system_clock

    database = Database.connect(settings.mongodb, settings.notifier_database)
    publisher = Publisher(settings.kafka, client_id=f"notifier-{settings.instance}")
    store = MessageStore(database, instance=settings.instance)
    matters = MatterStore(database)
    outcomes = Outcomes(store, publisher, clock)

    vault = Vault(_http_client(settings.intake_url, settings, tokens_of(settings, "notifier").at("intake")))
    renderer = Renderer(load_legal_words())
    mail = SmtpTransport(
        lambda: _smtp_client(settings),
        sender=settings.smtp_sender,
        domain=settings.message_id_domain,
        timeout_s=settings.send_timeout_s,
        idle=settings.smtp_workers,
    )
    sms = SmsTransport(_http_client(settings.sms_url, settings))
    dispatchers = [
        Dispatcher(
            medium=Medium.EMAIL,
            attempt=by_mail(vault, renderer, mail),
            conclude=outcomes.conclude,
            policy=RETRY_POLICIES[Medium.EMAIL],
            workers=settings.smtp_workers,
            capacity=settings.held_messages,
        ),
        Dispatcher(
            medium=Medium.SMS,
            attempt=by_sms(vault, renderer, sms),
            conclude=outcomes.conclude,
            policy=RETRY_POLICIES[Medium.SMS],
            workers=settings.sms_workers,
            capacity=settings.held_messages,
        ),
    ]
    post_room = PostRoom(store, outcomes, dispatchers, clock)

    service = Service(
        name="notifier",
        settings=settings,
        database=database,
        publisher=publisher,
        lanes=[(LIFECYCLE_LANE, LifecycleHandler(post_room, matters, clock))],
        on_start=[store.ensure_indexes, matters.ensure_indexes, post_room.recover],
        loops=[*(d.run for d in dispatchers), outcomes.publish, outcomes.relay, post_room.look_after],
        on_stop=[mail.close, sms.close, vault.close],
    )
    return create_service_app(
        service,
        routers=[
            for_services(
                gate_of(settings, "notifier"), (COMMAND_LINE,), message_routes(store, post_room, clock)
            )
        ],
        title="İstek: notifier",
    )


def _smtp_client(settings: NotifierSettings) -> SMTP:
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=password,
        timeout=settings.send_timeout_s,
    )


def _http_client(
    base_url: str, settings: NotifierSettings, auth: httpx.Auth | None = None
) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base_url, auth=auth, timeout=settings.send_timeout_s, trust_env=False)
