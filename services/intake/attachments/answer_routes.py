"""``POST /v1/departments/…/attachments``: a directorate sends a file before the answer that will name it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.intake.attachments.answers import AnswerFiles
from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.links import Links
from services.intake.attachments.openapi import answer_operation
from services.intake.attachments.receiving import created, described, receive
from services.intake.attachments.records import DEPARTMENT, Owner
from services.intake.clients import Doorkeeper
from shared.telemetry.tracing import span
from shared.web.problems import Problem


def answer_routes(
    files: AnswerFiles, cabinet: Cabinet, links: Links, doorkeeper: Doorkeeper, *, public_url: str
) -> APIRouter:
    """Return the route for systems of directorates."""
    router = APIRouter(prefix="/v1/departments", tags=["attachments"])

    @router.post(
        "/{department}/requests/{request_id}/attachments",
        status_code=201,
        name="post_answer_attachment",
        response_class=Response,
        **answer_operation(),
    )
    async def post(department: str, request_id: UUID, request: Request) -> Response:
        client = doorkeeper.admit_for(request.headers, department)
        if not await files.may_send(request_id, department):
            raise _not_there()
        # A key used again for another request must not give out the file of the first one.
        within = f"{request_id}/{client}/"
        with span("keep file of an answer", parent=request.headers.get("traceparent")):
            owner = Owner(DEPARTMENT, department)
            kept = await receive(request, cabinet, owner, within=within, request_id=request_id)
        return created(kept, described(kept, links, public_url))

    return router


def _not_there() -> Problem:
    return Problem(
        404,
        "request-not-held",
        "Bu başvuru müdürlüğünüzde değil",
        "This request is not with your directorate",
        detail_tr="Numarayı kontrol edin; başvuru size yeni geldiyse birkaç saniye sonra yeniden deneyin.",
        detail_en="Check the id; if the request has come just now, try again in some seconds.",
    )
