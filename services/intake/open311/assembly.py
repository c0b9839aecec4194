"""Puts the endpoint together for intake's composition root."""

from fastapi import APIRouter

from services.intake.acceptance import Acceptance
from services.intake.attachments.cabinet import Cabinet
from services.intake.clients import ClientOf
from services.intake.open311.discovery import Endpoint
from services.intake.open311.listing import Listing
from services.intake.open311.reading import PublicView
from services.intake.open311.routes import PREFIX, VERSION, GeoReport
from services.intake.open311.settings import Open311Settings
from services.intake.open311.taking import Taking
from services.intake.receipts.links import Receipts
from services.intake.store import IntakeStore
from services.intake.tracking.dates import Clocks
from services.intake.vault import Vault
from shared.clock import Clock


def open311_routes(
    settings: Open311Settings,
    acceptance: Acceptance,
    cabinet: Cabinet,
    *,
    store: IntakeStore,
    listing: Listing,
    vault: Vault,
    receipts: Receipts,
    clocks: Clocks,
    client_of: ClientOf,
    public_url: str,
    emergency_number: str,
    clock: Clock,
) -> APIRouter:
    """Return the endpoint's routes, under ``/open311``."""
    return GeoReport(
        Taking(
            acceptance,
            cabinet,
            store,
            receipts,
            client_of=client_of,
            clock=clock,
            emergency_number=emergency_number,
        ),
        PublicView(store, listing, vault, clocks, public=settings.public_list),
        Endpoint(f"{public_url}{PREFIX}{VERSION}", settings.contact, settings.endpoint_type),
        jurisdiction=settings.jurisdiction,
        clock=clock,
    ).routes()
