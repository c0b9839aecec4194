"""What a person may ask of the authority by law 6698: erase what you have of me, and who has seen it?"""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.intake.attachments.erasing import FileErasure
from services.intake.forgetting import Forgetting
from services.intake.metrics import ERASED
from services.intake.store import IntakeStore
from services.intake.vault.access_log import AccessLog
from services.intake.vault.purposes import check_purpose
from services.intake.vault.routes import PREFIX, RequestList
from services.intake.vault.vault import Vault
from shared.clock import Clock
from shared.web.problem_catalogue import standard_problem
from shared.web.service_auth.gate import AskingService


class LookAnswer(BaseModel):
    """One look in the access log."""

    at: datetime
    service: str
    purpose: str
    found: bool
    person: str | None = None


class LookList(BaseModel):
    """The access log of one request, oldest first."""

    looks: list[LookAnswer]


def erasure_routes(
    store: IntakeStore,
    vault: Vault,
    log: AccessLog,
    files: FileErasure,
    forgetting: Forgetting,
    *,
    clock: Clock,
) -> APIRouter:
    """Return the internal API. It stands behind a gate for services."""
    router = APIRouter(prefix=PREFIX, tags=["internal"])

    async def exists(request_id: UUID) -> None:
        if not await store.has(request_id):
            raise standard_problem(404)

    @router.get("/{request_id}/person")
    async def person(request_id: UUID, service: AskingService) -> RequestList:
        """Return the requests that an erasure of this one's applicant would reach, itself among them."""
        check_purpose(service, "erasure_preview")
        await exists(request_id)
        found = await vault.same_person(request_id)
        await log.write(request_id, service=service, purpose="erasure_preview", found=bool(found))
        return RequestList(request_ids=found)

    @router.delete("/{request_id}/person")
    async def erase(request_id: UUID, service: AskingService) -> RequestList:
        """Destroy all keys of this request's applicant; what they opened can never be read again."""
        check_purpose(service, "erasure")
        await exists(request_id)
        reached = await vault.same_person(request_id)
        # Before, so that no crash leaves an erasure that nobody is named for.
        for erased_id in reached or [request_id]:
            await log.write(erased_id, service=service, purpose="erasure", found=bool(reached))
        # Before, too: without their keys nobody would find these requests again by their person.
        await forgetting.forget(reached or [request_id])
        erased = await vault.erase(reached, clock())
        # Without their keys nobody can read them any more; now they are gone.
        await files.erase(reached)
        ERASED.labels("asked").inc(erased)
        return RequestList(request_ids=reached)

    @router.get("/{request_id}/looks")
    async def looks(request_id: UUID, service: AskingService) -> LookList:
        """Return who looked at this request's contact data. Holds none of it, so it is no look itself."""
        check_purpose(service, "looks")
        found = await log.of(request_id)
        return LookList(
            looks=[
                LookAnswer(at=k.at, service=k.service, purpose=k.purpose, found=k.found, person=k.person)
                for k in found
            ]
        )

    return router
