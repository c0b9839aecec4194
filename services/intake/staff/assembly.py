"""The staff's screens of the mounted channels put together, each open only to who may be there."""

from collections.abc import Container

from fastapi import APIRouter

from services.intake.acceptance import Acceptance
from services.intake.calls.listing import Calls
from services.intake.clients import Doorkeeper
from services.intake.first_look import FirstLooks
from services.intake.receipts.issuing import ReceiptOffice
from services.intake.receipts.links import Receipts
from services.intake.staff.call_api import call_api
from services.intake.staff.call_list_routes import call_list_routes
from services.intake.staff.call_looks import CallLooks
from services.intake.staff.call_routes import call_routes
from services.intake.staff.counter_routes import counter_routes
from services.intake.staff.earlier import EarlierRequests
from services.intake.staff.saved import SavedRequests
from services.intake.staff.scans import Scans
from services.intake.staff.texts import staff_pages
from services.intake.store import IntakeStore
from services.intake.vault.handing_over import HandOverNotes
from services.intake.vault.history import ContactHistory
from shared.clock import Clock
from shared.contracts.vocabulary import Channel
from shared.web.sign_in.access import Area
from shared.web.sign_in.guarding import SignIn, guarded


def staff_routes(
    channels: Container[Channel],
    acceptance: Acceptance,
    store: IntakeStore,
    scans: Scans,
    *,
    calls: Calls,
    history: ContactHistory,
    notes: HandOverNotes,
    first_looks: FirstLooks,
    receipts: Receipts,
    office: ReceiptOffice,
    doorkeeper: Doorkeeper,
    sign_in: SignIn,
    clock: Clock,
) -> APIRouter:
    """Return the call centre's screen and API and the counter's screen, as far as ``channels`` holds them.

    The ``doorkeeper`` of the API must ask everybody for a key.
    """
    router, pages = APIRouter(), staff_pages()
    if Channel.CALL in channels:
        earlier = EarlierRequests(history, store, notes)
        saved = SavedRequests(store, receipts, clock, Channel.CALL)
        screen = call_routes(acceptance, CallLooks(earlier, first_looks), saved, pages)
        router.include_router(call_api(doorkeeper, earlier, first_looks))
        router.include_router(guarded(sign_in, Area.CALLS, screen, call_list_routes(calls, pages)))
    if Channel.RECEPTION in channels:
        saved = SavedRequests(store, receipts, clock, Channel.RECEPTION)
        screen = counter_routes(acceptance, scans, office, saved, pages=pages, clock=clock)
        router.include_router(guarded(sign_in, Area.COUNTER, screen))
    return router
