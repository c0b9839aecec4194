"""Where an applicant withdraws, judges an answer or objects: a page that asks once more, and its form."""

from typing import Final

from fastapi import APIRouter, Request, Response

from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from services.intake.tracking.acts import WITH_A_REASON, Acts
from services.intake.tracking.choices import Act, Choice
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.page import PATHS, Draft, TrackingPage
from services.intake.tracking.replies import EmptyOrTooLongError
from services.intake.tracking.routes import not_found_page, see
from services.intake.tracking.story import Story
from shared.clock import Clock
from shared.outcomes import UnavailableError
from shared.web.pages import Pages
from shared.web.problem_catalogue import unavailable

_OK, _CONFLICT, _INVALID, _AWAY = 200, 409, 422, 503
_MOST_FIELDS: Final = 10


def act_routes(pages_of_acts: "ActPages") -> APIRouter:
    """Return a page and a form target for each act; confirming needs no page of its own."""
    router = APIRouter(include_in_schema=False)
    for act, path in PATHS.items():
        _add(router, pages_of_acts, act, f"/t/{{receipt_number}}/{path}")
    return router


def _add(router: APIRouter, pages: "ActPages", act: Act, path: str) -> None:
    @router.post(path)
    async def do(request: Request, receipt_number: str) -> Response:
        return await pages.do(request, receipt_number, act)

    if act == "confirm":
        return

    @router.get(path)
    async def ask(request: Request, receipt_number: str, s: str = "", konu: str = "") -> Response:
        return await pages.ask(request, receipt_number, act, s, konu)


class ActPages:
    """Asks whether an applicant means it, and does it. What is done is answered with the tracking page."""

    def __init__(
        self,
        tracking: TrackingPage,
        lookup: Lookup,
        receipts: Receipts,
        acts: Acts,
        *,
        pages: Pages,
        clock: Clock,
    ) -> None:
        self._tracking = tracking
        self._lookup = lookup
        self._receipts = receipts
        self._acts = acts
        self._pages = pages
        self._clock = clock

    async def ask(self, request: Request, number: str, act: Act, code: str, matter: str) -> Response:
        """Return the page that says what follows and asks once more."""
        record = await self._lookup.find(number, code)
        if record is None:
            return not_found_page(self._pages, request)
        story = await self._tracking.story(record)
        choice = self._open(story, act, matter)
        if choice is None:
            return await self._too_late(request, record, story)
        return self._asking(request, record, choice, Draft(""))

    async def do(self, request: Request, number: str, act: Act) -> Response:
        """Do what the form says, once.

        The code in the form, not a cookie, shows that this is the applicant: no other site can know it.
        """
        async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
            code, matter, token, why = (str(form.get(name, "")) for name in ("s", "konu", "imza", "neden"))
        record = await self._lookup.find(number, code)
        if record is None:
            return not_found_page(self._pages, request)
        story, lang = await self._tracking.story(record), self._pages.lang(request)
        choice = self._open(story, act, matter)
        if choice is None or choice.token != token:
            made = [Choice(act, known, token) for known in story.request_ids if str(known) == matter]
            if await self._acts.sent(made):
                return see(self._receipts, record, lang)
            return await self._too_late(request, record, story)
        try:
            await self._acts.do(choice, why)
        except EmptyOrTooLongError as refused:
            problem = refused.problem
            error = problem.message_tr if lang == "tr" else problem.message_en
            return self._asking(request, record, choice, Draft(why, error=error), status=_INVALID)
        except UnavailableError:
            wait = unavailable().headers["Retry-After"]
            busy = Draft(why, notice=self._pages.text(lang, "busy", seconds=wait))
            page = self._asking(request, record, choice, busy, status=_AWAY)
            page.headers["Retry-After"] = wait
            return page
        return see(self._receipts, record, lang)

    def _open(self, story: Story, act: Act, matter: str) -> Choice | None:
        now = self._clock()
        found = (c for c in story.choices if c.act == act and str(c.request_id) == matter and c.open_at(now))
        return next(found, None)

    def _asking(
        self, request: Request, record: RequestRecord, choice: Choice, draft: Draft, *, status: int = _OK
    ) -> Response:
        return self._pages.render(
            "act.html",
            request,
            status_code=status,
            secret=True,
            record=record,
            receipt=self._receipts.of(record),
            choice=choice,
            path=PATHS[choice.act],
            with_a_reason=choice.act in WITH_A_REASON,
            draft=draft,
        )

    async def _too_late(self, request: Request, record: RequestRecord, story: Story) -> Response:
        late = Draft("", notice=self._pages.text(self._pages.lang(request), "act_late"))
        return await self._tracking.show(request, record, story, draft=late, status=_CONFLICT)
