"""How a directorate's page gets at the files of a request: links for a while, each look in the access log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.intake.attachments.gallery import Gallery
from services.intake.store import IntakeStore
from services.intake.tracking.walls import is_walled
from services.intake.vault.access_log import AccessLog
from services.intake.vault.purposes import check_purpose
from services.intake.vault.routes import PREFIX
from shared.contracts.vocabulary import Stage
from shared.web.problem_catalogue import standard_problem
from shared.web.service_auth.gate import COMMAND_LINE, AskingService


class FileLinks(BaseModel):
    """One file of a request."""

    attachment_id: UUID
    url: str
    thumbnail_url: str | None
    stage: Stage | None


class FileList(BaseModel):
    """The files of one request that are still there, in their order."""

    files: list[FileLinks]


def desk_routes(requests: IntakeStore, gallery: Gallery, log: AccessLog, *, public_url: str) -> APIRouter:
    """Return the internal API. It stands behind a gate for services."""
    router = APIRouter(prefix=PREFIX, tags=["internal"])

    @router.get("/{request_id}/attachments")
    async def attachments(
        request_id: UUID,
        service: AskingService,
        person: Annotated[str | None, Query(max_length=80)] = None,
    ) -> FileList:
        """Return links to the files of a request, for who deals with it; none behind a privacy wall."""
        check_purpose(service, "attachments")
        record = await requests.request(request_id)
        if record is None:
            raise standard_problem(404)
        # The asking service knows its own matter, and here it is known whether another one is walled.
        walled = service != COMMAND_LINE and is_walled(await requests.timeline(request_id))
        found = [] if walled else await gallery.of_request(record)
        await log.write(request_id, service=service, purpose="attachments", found=bool(found), person=person)
        return FileList(
            files=[
                FileLinks(
                    attachment_id=file.id,
                    url=public_url + file.url,
                    thumbnail_url=public_url + file.thumbnail_url if file.thumbnail_url else None,
                    stage=file.stage,
                )
                for file in found
            ]
        )

    return router
