"""The vault's one question: where to send this message for this purpose."""

from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Header
from pydantic import BaseModel

from services.intake.receipts.links import Receipts
from services.intake.store import IntakeStore
from services.intake.vault.vault import Vault
from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Medium
from shared.web.problem_catalogue import standard_problem

_log = structlog.get_logger(__name__)


class ContactAnswer(BaseModel):
    """One address, and what the greeting and the last line of a message need."""

    address: str
    name: str | None
    receipt_number: str
    tracking_url: str


def vault_routes(store: IntakeStore, vault: Vault, receipts: Receipts) -> APIRouter:
    """Return the internal API. It is for services alone and must not be reachable from outside."""
    router = APIRouter(prefix="/internal/v1/vault", tags=["internal"])

    @router.get("/{request_id}/contact")
    async def contact(
        request_id: UUID,
        medium: Literal[Medium.EMAIL, Medium.SMS],
        purpose: Purpose,
        service: Annotated[
            str, Header(alias="X-Istek-Service", pattern=r"^[a-z_]{1,40}$", description="Who asks")
        ],
    ) -> ContactAnswer:
        """Return exactly one address of one applicant, for one stated purpose."""
        record = await store.request(request_id)
        found = await vault.contact(request_id, record.fingerprint, medium) if record else None
        # Who looked and why, never what was seen.
        _log.info(
            "vault_asked",
            request_id=str(request_id),
            by=service,
            purpose=purpose,
            medium=medium.value,
            found=found is not None,
        )
        if record is None or found is None:
            raise standard_problem(404)
        receipt = receipts.of(record)
        return ContactAnswer(
            address=found.address,
            name=found.name,
            receipt_number=receipt.number,
            tracking_url=receipt.tracking_url,
        )

    return router
