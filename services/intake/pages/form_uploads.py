"""``POST /basvuru/dosya``: a file of the form for itself, while its pages are still being answered."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

from services.intake.attachments.problems import file_refused
from services.intake.form_tokens import FORM_CLIENT
from services.intake.idempotency import request_id_of
from services.intake.pages.form import DEFAULT_KIND, FILES, Draft, form_kind
from services.intake.pages.form_drafts import Drafts, is_token
from services.intake.pages.form_files import FormFiles
from services.intake.pages.form_page import TOKEN, UPLOADS
from services.intake.pages.form_routes import RequestById
from services.intake.pages.form_spots import without_lost
from shared.contracts.vocabulary import Channel
from shared.web.problems import Problem

_MOST_FIELDS: Final = 5
_NO_CONTENT, _NOT_FOUND, _GONE = 204, 404, 410


def upload_routes(drafts: Drafts, files: FormFiles, *, sent: RequestById) -> APIRouter:
    """Return the way by which a script sends files, and takes them out again.

    Args:
        drafts: notes which files a form has.
        files: takes them.
        sent: finds the request that a form has become.
    """
    router = APIRouter(include_in_schema=False)

    @router.post(UPLOADS, status_code=_NO_CONTENT, response_class=Response)
    async def take(request: Request) -> None:
        """Take one file; sent again, it is taken once."""
        token = request.query_params.get(TOKEN, "")
        if not is_token(token):
            raise HTTPException(_NOT_FOUND)
        slug, _ = form_kind(request.query_params.get("tur", DEFAULT_KIND))
        async with request.form(max_fields=_MOST_FIELDS, max_files=1) as form:
            while True:
                before = await drafts.load(token)
                if before is None and await sent(request_id_of(Channel.WEB, FORM_CLIENT, token)):
                    raise _already_sent()
                draft = before or Draft(slug)
                taken = await files.take(form, token, draft.answers.get(FILES, ""))
                for told in taken.problems:
                    raise file_refused(told)
                # The next page may be answered while the file is examined; neither may undo the other.
                if await drafts.exchange(token, before, without_lost(draft.holding(taken.answer))):
                    return

    return router


def _already_sent() -> Problem:
    return Problem(
        _GONE,
        "form-sent",
        "Bu form gönderildi",
        "This form has been sent",
        detail_tr="Başvurunuz bu dosya olmadan gönderildi.",
        detail_en="Your request was sent without this file.",
    )
