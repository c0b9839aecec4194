"""Intake: the five doors, what is remembered at them, and the pages applicants see."""

from datetime import timedelta

import httpx
from fastapi import FastAPI
from starlette.middleware import Middleware

from services.intake.acceptance import Acceptance
from services.intake.attachments.assembly import Attachments
from services.intake.attachments.limits import LARGER_BODIES
from services.intake.attachments.records import Owner
from services.intake.books import books_routes
from services.intake.calls.consumer import LANE as CALLS_LANE
from services.intake.calls.consumer import CallsHandler
from services.intake.calls.listing import Calls
from services.intake.calls.store import CallStore
from services.intake.channels.batches import batch_routes
from services.intake.channels.routes import channel_routes
from services.intake.clients import Doorkeeper
from services.intake.clients.register import Register
from services.intake.clients.store import GrantStore
from services.intake.commands.sending import Commands
from services.intake.commands.store import CommandStore
from services.intake.first_look import FirstLooksOverHttp
from services.intake.forgetting import Forgetting, ForgottenStore
from services.intake.form_tokens import FORM_CLIENT
from services.intake.open311.assembly import open311_routes
from services.intake.open311.listing import LANE as OPEN311_LANE
from services.intake.open311.listing import Listing, ListingHandler
from services.intake.open311.routes import PREFIX as OPEN311
from services.intake.open311.routes import refusal_of
from services.intake.open311.settings import Open311Settings
from services.intake.pages.form_drafts import Drafts
from services.intake.pages.form_files import FormFiles
from services.intake.pages.form_page import FormPage
from services.intake.pages.form_routes import form_routes
from services.intake.pages.form_uploads import upload_routes
from services.intake.pages.own_forms import own_forms
from services.intake.pages.routes import page_routes
from services.intake.pages.texts import TEXTS
from services.intake.receipts.issuing import ReceiptOffice
from services.intake.receipts.links import Receipts
from services.intake.receipts.printing import Printer
from services.intake.receipts.routes import receipt_routes
from services.intake.receipts.secrets import TrackingCodes
from services.intake.receipts.sequence import ReceiptNumbers
from services.intake.receipts.signing import load_or_create_keys
from services.intake.receipts.verify_routes import verify_routes
from services.intake.relay import Relay
from services.intake.settings import IntakeSettings
from services.intake.staff.assembly import staff_routes
from services.intake.staff.scans import Scans
from services.intake.store import IntakeStore
from services.intake.tracking.act_routes import ActPages, act_routes
from services.intake.tracking.acts import Acts
from services.intake.tracking.consumer import LANE, TimelineHandler
from services.intake.tracking.dates import ClocksOverHttp
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.page import TrackingPage
from services.intake.tracking.replies import Replies
from services.intake.tracking.reply_routes import reply_routes
from services.intake.tracking.routes import tracking_routes
from services.intake.turnstile.buckets import Buckets
from services.intake.turnstile.turnstile import Limits, Turnstile
from services.intake.vault import Vault
from services.intake.vault.access_log import AccessLog
from services.intake.vault.erasure_routes import erasure_routes
from services.intake.vault.handing_over import HandOverNotes
from services.intake.vault.history import ContactHistory
from services.intake.vault.purposes import MAY_ASK
from services.intake.vault.retaining import RetentionKeeper
from services.intake.vault.retention import load_retention
from services.intake.vault.routes import vault_routes
from services.intake.vault.store import VaultStore
from shared.clock import ISTANBUL, system_clock
from shared.contracts.departments import department_name
from shared.contracts.vocabulary import Channel
from shared.keyfiles import load_or_create_key
from shared.legal import load_legal_words
from shared.messaging import Publisher
from shared.service import Service, create_service_app
from shared.storage import Database
from shared.web.pages import Pages
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE, for_services, gate_of
from shared.web.sign_in.doors import sign_in_for

_REGISTRY = "halkla-iliskiler"
"""The directorate whose register receipts are taken from."""


def create_app() -> FastAPI:
    """Return intake as an ASGI application, built from the environment's settings."""
    settings = IntakeSettings()
    database = Database.connect(settings.mongodb, settings.intake_database)
    publisher = Publisher(settings.kafka, client_id=f"intake-{settings.instance}")
    store = IntakeStore(database, watch_grace=timedelta(seconds=settings.intake_watch_grace_s))
    entries = VaultStore(database)
    vault = Vault(entries, settings.vault_keys())
    access_log = AccessLog(entries, system_clock)
    notes = HandOverNotes(vault, access_log)
    receipts = Receipts(TrackingCodes(load_or_create_key(settings.key_file)), settings.public_url)
    numbers = ReceiptNumbers(store.reserve_numbers, settings.intake_number_block)
    relay = Relay(
        store,
        publisher,
        clock=system_clock,
        capacity=settings.intake_relay_capacity,
        watch_every=timedelta(seconds=settings.intake_watch_every_s),
    )
    forgotten = ForgottenStore(database)
    attachments = Attachments(
        database,
        store,
        settings.vault_keys(),
        vault,
        forgotten=forgotten,
        link_key=load_or_create_key(settings.key_file),
        clock=system_clock,
    )
    command_store = CommandStore(database)
    forgetting = Forgetting(forgotten, store, command_store, system_clock)
    retention = RetentionKeeper(
        vault,
        entries,
        access_log,
        store,
        files=attachments.erasure,
        forgetting=forgetting,
        table=load_retention(settings.intake_retention),
        clock=system_clock,
        every=timedelta(seconds=settings.intake_retention_every_s),
    )
    register = Register(GrantStore(database), system_clock)
    doorkeeper = Doorkeeper(register.client_of, required=settings.intake_keys == "required")
    acceptance = Acceptance(store, vault, numbers, attachments.cabinet, offer=relay.offer, clock=system_clock)
    commands = Commands(command_store, publisher, system_clock)
    replies = Replies(commands, system_clock)
    applicants_acts = Acts(commands, system_clock)
    call_store = CallStore(database)
    drafts = Drafts(database, system_clock)
    lookup = Lookup(store, receipts)
    tokens, gate = tokens_of(settings, "intake"), gate_of(settings, "intake")
    clocks = ClocksOverHttp(
        httpx.AsyncClient(
            base_url=settings.sla_url, auth=tokens.at("sla_monitor"), timeout=settings.sla_timeout_s
        )
    )
    first_looks = FirstLooksOverHttp(
        httpx.AsyncClient(
            base_url=settings.router_url, auth=tokens.at("router"), timeout=settings.first_look_timeout_s
        )
    )
    sign_in = sign_in_for(settings.intake_staff_url, also_at=settings.staff_pages_also_at)
    pages = Pages("services.intake", texts=TEXTS)
    form_files = FormFiles(attachments.cabinet, attachments.links, Owner(Channel.WEB, FORM_CLIENT))
    tracking = TrackingPage(
        store,
        receipts,
        replies,
        applicants_acts,
        attachments.gallery,
        calls=call_store,
        clocks=clocks,
        pages=pages,
        clock=system_clock,
        legal=load_legal_words(),
        forgotten=forgotten.among,
    )
    act_pages = ActPages(tracking, lookup, receipts, applicants_acts, pages=pages, clock=system_clock)
    open311, listing = Open311Settings(), Listing(database)
    with_open311 = open311.enabled and Channel.WEB in settings.intake_channels
    keys = load_or_create_keys(settings.receipt_keys, system_clock().astimezone(ISTANBUL).year)
    office = ReceiptOffice(
        store,
        receipts,
        keys,
        Printer(keys, municipality=pages.settings.municipality, unit=department_name(_REGISTRY)),
        clocks=clocks,
        issuer=settings.public_url,
    )

    service = Service(
        name="intake",
        settings=settings,
        database=database,
        publisher=publisher,
        lanes=[
            (LANE, TimelineHandler(store, forgotten.among, attachments.answers.settle)),
            (CALLS_LANE, CallsHandler(store, call_store)),
            *([(OPEN311_LANE, ListingHandler(listing))] if with_open311 else []),
        ],
        on_start=[
            store.ensure_indexes,
            command_store.ensure_indexes,
            forgotten.ensure_indexes,
            call_store.ensure_indexes,
            entries.ensure_indexes,
            attachments.ensure_indexes,
            drafts.ensure_indexes,
            listing.ensure_indexes,
            register.refresh,
            doorkeeper.announce,
        ],
        loops=[
            relay.run,
            commands.publish_forgotten,
            forgetting.run,
            retention.run,
            register.run,
            attachments.sweep,
        ],
        on_stop=[attachments.close, clocks.close, first_looks.close, sign_in.close],
        needs_broker=False,
        also_asked=attachments.dependencies,
    )
    return create_service_app(
        service,
        title="İstek: başvuru kapısı",
        pages=pages,
        sign_in=sign_in,
        openapi_url="/v1/openapi.json",
        larger_bodies=LARGER_BODIES,
        dialects={f"{OPEN311}/": refusal_of} if with_open311 else None,
        middleware=[Middleware(Turnstile, limits=_limits(settings), client_of=register.client_of)],
        busiest=channel_routes(
            settings.intake_channels, acceptance, receipts, doorkeeper, photos=attachments.photos
        ),
        routers=[
            *(
                [batch_routes(acceptance, receipts, doorkeeper)]
                if Channel.VATANDAS_BASKAN in settings.intake_channels
                else []
            ),
            *attachments.routes(settings.intake_channels, doorkeeper, public_url=settings.public_url),
            *(
                [
                    own_forms(
                        upload_routes(drafts, form_files, sent=store.request),
                        form_routes(
                            acceptance,
                            drafts,
                            receipts,
                            sent=store.request,
                            looks=first_looks,
                            page=FormPage(pages, form_files, system_clock),
                        ),
                    )
                ]
                if Channel.WEB in settings.intake_channels
                else []
            ),
            *(
                [
                    open311_routes(
                        open311,
                        acceptance,
                        attachments.cabinet,
                        store=store,
                        listing=listing,
                        vault=vault,
                        receipts=receipts,
                        clocks=clocks,
                        client_of=register.client_of,
                        public_url=settings.public_url,
                        emergency_number=pages.settings.emergency_number,
                        clock=system_clock,
                    )
                ]
                if with_open311
                else []
            ),
            staff_routes(
                settings.intake_channels,
                acceptance,
                store,
                Scans(attachments.cabinet, attachments.gallery, store, access_log),
                calls=Calls(
                    call_store, store, replies, vault, notes=notes, log=access_log, clock=system_clock
                ),
                history=ContactHistory(vault, access_log),
                notes=notes,
                first_looks=first_looks,
                receipts=receipts,
                office=office,
                doorkeeper=Doorkeeper(register.client_of, required=True),
                sign_in=sign_in,
                clock=system_clock,
            ),
            page_routes(lookup, receipts, pages),
            tracking_routes(tracking, lookup, receipts, pages=pages),
            reply_routes(tracking, lookup, receipts, replies, pages=pages),
            act_routes(act_pages),
            receipt_routes(office, lookup, receipts, pages=pages),
            verify_routes(office, lookup, pages=pages),
            for_services(
                gate,
                tuple(MAY_ASK),
                vault_routes(store, vault, access_log, receipts),
                erasure_routes(store, vault, access_log, attachments.erasure, forgetting, clock=system_clock),
                attachments.internal_routes(access_log, public_url=settings.public_url),
            ),
            for_services(gate, ("sla_monitor", COMMAND_LINE), books_routes(store)),
        ],
    )


def _limits(settings: IntakeSettings) -> Limits:
    client, address, proofs = (
        Buckets(rate) if rate else None
        for rate in (settings.intake_rate_client, settings.intake_rate_address, settings.intake_rate_proofs)
    )
    return Limits(settings.capacity, client, address, proofs)
