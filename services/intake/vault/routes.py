"""The vault's three questions: where to send this message, whose requests are these, and what did they write.

The asking service must have leave for its purpose. Each look stands in the access log before it is answered.
"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from services.intake.channels.fields import e164, mail_address
from services.intake.receipts.links import Receipts
from services.intake.store import IntakeStore
from services.intake.tracking.walls import is_walled
from services.intake.vault.access_log import AccessLog
from services.intake.vault.history import ContactHistory
from services.intake.vault.openings import basis_of
from services.intake.vault.purposes import check_purpose
from services.intake.vault.vault import ErasedError, Vault
from shared.contracts.notifications import Purpose
from shared.contracts.vocabulary import Medium, Opening
from shared.web.problem_catalogue import standard_problem
from shared.web.problems import Problem
from shared.web.service_auth.gate import AskingService

PREFIX = "/internal/v1/vault"


class ContactAnswer(BaseModel):
    """One address, and what the greeting and the last line of a message need."""

    address: str
    name: str | None
    receipt_number: str
    tracking_url: str


class OpenedAnswer(BaseModel):
    """What one purpose may see of one request, and the law that allows it."""

    texts: dict[str, str]
    basis: str


class ContactQuery(BaseModel):
    """Whose requests are looked for, and what for. A body, because addresses of pages end in logs."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[str, AfterValidator(e164)] | None = None
    email: Annotated[str, AfterValidator(mail_address)] | None = None
    purpose: Literal["caller_history"]

    @model_validator(mode="after")
    def _names_a_contact(self) -> "ContactQuery":
        if not self.contact():
            raise ValueError("phone or email is needed")
        return self

    def contact(self) -> dict[str, str]:
        """Return what is stated, by name."""
        stated = {"phone": self.phone, "email": self.email}
        return {name: text for name, text in stated.items() if text}


class RequestList(BaseModel):
    """Requests of one person."""

    request_ids: list[UUID]


def vault_routes(store: IntakeStore, vault: Vault, log: AccessLog, receipts: Receipts) -> APIRouter:
    """Return the internal API. It stands behind a gate for services."""
    router = APIRouter(prefix=PREFIX, tags=["internal"])
    history = ContactHistory(vault, log)

    @router.get("/{request_id}/contact")
    async def contact(
        request_id: UUID,
        medium: Literal[Medium.EMAIL, Medium.SMS],
        purpose: Purpose | Literal["call_back"],
        service: AskingService,
        person: Annotated[str | None, Query(max_length=80)] = None,
    ) -> ContactAnswer:
        """Return exactly one address of one applicant, for one stated purpose."""
        check_purpose(service, purpose)
        record = await store.request(request_id)
        try:
            found = await vault.contact(request_id, medium) if record else None
        except ErasedError:
            await log.write(request_id, service=service, purpose=purpose, found=False, person=person)
            raise _erased() from None
        await log.write(request_id, service=service, purpose=purpose, found=found is not None, person=person)
        if record is None or found is None:
            raise standard_problem(404)
        receipt = receipts.of(record)
        return ContactAnswer(
            address=found.address,
            name=found.name,
            receipt_number=receipt.number,
            tracking_url=receipt.tracking_url,
        )

    @router.get("/{request_id}/opened")
    async def opened(
        request_id: UUID,
        purpose: Opening,
        service: AskingService,
        person: Annotated[str, Query(min_length=1, max_length=80)],
    ) -> OpenedAnswer:
        """Open what serves one stated purpose, for the person named; nothing behind a privacy wall."""
        check_purpose(service, purpose)
        # The asking service knows its own matter, and here it is known whether another one is walled.
        walled = is_walled(await store.timeline(request_id))
        try:
            texts = {} if walled else await vault.opened(request_id, purpose)
        except ErasedError:
            await log.write(request_id, service=service, purpose=purpose, found=False, person=person)
            raise _erased() from None
        await log.write(request_id, service=service, purpose=purpose, found=bool(texts), person=person)
        if not texts:
            raise standard_problem(404)
        return OpenedAnswer(texts=texts, basis=basis_of(purpose))

    @router.post("/requests-of-contact")
    async def requests_of_contact(query: ContactQuery, service: AskingService) -> RequestList:
        """Return the requests of whoever has this phone or e-mail."""
        check_purpose(service, query.purpose)
        return RequestList(request_ids=await history.requests_of(query.contact(), asked_by=service))

    return router


def _erased() -> Problem:
    return Problem(
        404,
        "erased",
        "İletişim bilgisi silindi",
        "The contact data was erased",
        detail_tr="Bu başvurunun sahibine artık ulaşılamaz.",
        detail_en="The applicant can no longer be reached.",
    )
