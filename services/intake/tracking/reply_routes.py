"""What a reply to the question on the tracking page is sent to."""

from typing import Final

from fastapi import APIRouter, Request, Response

from services.intake.receipts.links import Receipts
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.page import Draft, TrackingPage
from services.intake.tracking.replies import EmptyOrTooLongError, Replies
from services.intake.tracking.routes import not_found_page, see
from services.intake.tracking.story import Story
from shared.outcomes import UnavailableError
from shared.web.pages import Pages
from shared.web.problem_catalogue import unavailable

_CONFLICT, _INVALID, _AWAY = 409, 422, 503
_MOST_FIELDS: Final = 10


def reply_routes(
    tracking: TrackingPage, lookup: Lookup, receipts: Receipts, replies: Replies, *, pages: Pages
) -> APIRouter:
    """Return where the form on the tracking page goes; the answer is the tracking page again."""
    router = APIRouter(include_in_schema=False)

    @router.post("/t/{receipt_number}/yanit")
    async def reply(request: Request, receipt_number: str) -> Response:
        # The code in the body, not a cookie, shows that this is the applicant: no other site can know it.
        async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
            code, asked, typed = (str(form.get(name, "")) for name in ("s", "soru", "yanit"))
        record = await lookup.find(receipt_number, code)
        if record is None:
            return not_found_page(pages, request)
        story, lang = await tracking.story(record), pages.lang(request)
        question = story.question
        if question is None or question.token != asked:
            if await _given(replies, story, asked):
                return see(receipts, record, lang)
            late = Draft(typed, notice=pages.text(lang, "reply_late"))
            return await tracking.show(request, record, story, draft=late, status=_CONFLICT)
        try:
            await replies.give(question, typed)
        except EmptyOrTooLongError as refused:
            problem = refused.problem
            wrong = Draft(typed, error=problem.message_tr if lang == "tr" else problem.message_en)
            return await tracking.show(request, record, story, draft=wrong, status=_INVALID)
        except UnavailableError:
            wait = unavailable().headers["Retry-After"]
            busy = Draft(typed, notice=pages.text(lang, "busy", seconds=wait))
            page = await tracking.show(request, record, story, draft=busy, status=_AWAY)
            page.headers["Retry-After"] = wait
            return page
        return see(receipts, record, lang)

    return router


async def _given(replies: Replies, story: Story, token: str) -> bool:
    """Return whether the question of this token, whatever matter it is about, was replied to before."""
    return any([await replies.given(request_id, token) is not None for request_id in story.request_ids])
