"""The web form, page by page: answers wait in a draft until they are sent, by the same door as the API's."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.intake.acceptance import Acceptance
from services.intake.attachments.limits import MOST_FILES
from services.intake.channels import RefusedError
from services.intake.channels.problems import field_problems
from services.intake.channels.web import WebRequest
from services.intake.first_look import FirstLook, FirstLooks
from services.intake.form_tokens import FORM_CLIENT, new_token
from services.intake.idempotency import KeyInFlightError, KeyReusedError, request_id_of
from services.intake.metrics import REFUSED
from services.intake.pages.form import DEFAULT_KIND, FILES, JOIN, Draft, Step, form_kind
from services.intake.pages.form_body import errors_by_field, problems_of, request_of, step_of
from services.intake.pages.form_drafts import Drafts, is_token
from services.intake.pages.form_files import Taken
from services.intake.pages.form_page import TOKEN, FormPage, Told, page_url
from services.intake.pages.form_shots import Shot, with_ticked
from services.intake.pages.form_spots import with_chosen, without_lost
from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.telemetry.tracing import span
from shared.web.problem_catalogue import unavailable
from shared.web.problems import FieldProblem

_MOST_FIELDS: Final = 40
_MOST_UPLOADS: Final = 2 * MOST_FILES
_LEAVE: Final = "sonra"
"""Where a script wants to go with unfinished answers: "geri", or a language."""
_EXPIRED: Final = "eskidi"
_SEE_OTHER, _NOT_FOUND, _CONFLICT, _INVALID, _AWAY = 303, 404, 409, 422, 503

_NOTHING: Final = Told()

RequestById = Callable[[UUID], Awaitable[RequestRecord | None]]
StepName = Annotated[str, Path(alias="step")]


def form_routes(
    acceptance: Acceptance,
    drafts: Drafts,
    receipts: Receipts,
    *,
    sent: RequestById,
    looks: FirstLooks,
    page: FormPage,
) -> APIRouter:
    """Return the pages of the form.

    Args:
        acceptance: takes what is sent.
        drafts: what was answered so far.
        receipts: what the sender is shown then.
        sent: finds the request that a form has become.
        looks: what the router says of a request before it is sent.
        page: how a page of the form looks.
    """
    router = APIRouter(include_in_schema=False)
    form = _Form(acceptance, drafts, receipts, sent=sent, looks=looks, page=page)
    router.add_api_route("/basvuru", form.begin, methods=["GET"])
    router.add_api_route("/basvuru/{step}", form.show, methods=["GET"])
    router.add_api_route("/basvuru/{step}", form.take, methods=["POST"])
    return router


class _Form:
    def __init__(
        self,
        acceptance: Acceptance,
        drafts: Drafts,
        receipts: Receipts,
        *,
        sent: RequestById,
        looks: FirstLooks,
        page: FormPage,
    ) -> None:
        self._acceptance = acceptance
        self._drafts = drafts
        self._receipts = receipts
        self._sent = sent
        self._looks = looks
        self._page = page

    async def begin(self, request: Request) -> Response:
        slug, _ = form_kind(request.query_params.get("tur", DEFAULT_KIND))
        return self._see(request, Step.WHAT, new_token(), slug)

    async def show(self, request: Request, step: StepName) -> Response:
        """Show a page; who is ahead of the answers is led back to the first that is missing."""
        wanted, token, slug = _step(step), _token(request), _slug(request)
        if token is None:
            return _begin_again(request)
        draft = await self._drafts.load(token)
        if draft is None:
            return await self._without_draft(request, wanted, token, slug)
        pages = (*draft.kind.questions, Step.CHECK)
        if wanted not in pages or pages.index(wanted) > pages.index(draft.next):
            return self._see(request, draft.next, token, draft.slug)
        told = Told(notice="lost_draft" if _EXPIRED in request.query_params else "")
        if wanted is Step.CHECK:
            return await self._check(request, token, draft, replace(told, shot=await self._shot(draft)))
        if wanted is Step.WHERE:
            told = replace(told, spots=await self._page.files.spots(draft))
        return self._page.show(request, token, draft, wanted, told)

    async def take(self, request: Request, step: StepName) -> Response:
        """Take what a page was answered with, or all of it."""
        wanted, token = _step(step), _token(request)
        if token is None:
            return _begin_again(request)
        async with request.form(max_fields=_MOST_FIELDS, max_files=_MOST_UPLOADS) as form:
            try:
                if wanted is Step.CHECK and _LEAVE not in form:
                    return await self._send(request, token, form)
                return await self._answer(request, wanted, token, form)
            except UnavailableError:
                answered = Draft(_slug(request)).answered(wanted, _typed(form))
                return self._busy(request, token, answered, wanted, Told(joining=JOIN in form))

    async def _answer(self, request: Request, step: Step, token: str, form: FormData) -> Response:
        lang = self._page.lang(request)
        kept = await self._drafts.load(token)
        if kept is None and (record := await self._sent(_request_id(token))):
            return self._receipt(request, record)
        draft, typed = kept or Draft(_slug(request)), _typed(form)
        taken, told = Taken(), Told()
        if step is Step.WHAT:
            taken = await self._page.files.take(form, token, draft.answers.get(FILES, ""))
        elif step is Step.WHERE:
            told = Told(spots=await self._page.files.spots(draft))
            typed = with_chosen(typed, told.spots)
        elif step is Step.CHECK:
            typed = with_ticked(typed, await self._shot(draft))
        draft = without_lost(draft.answered(step, {**typed, FILES: taken.answer}))
        leave = typed.get(_LEAVE)
        problems = [*taken.problems, *([] if leave else problems_of(draft, step, lang))]
        if not leave and not problems:
            draft = draft.settle(step)
        await self._drafts.save(token, draft)
        if problems:
            return self._refused(request, token, draft, problems, step, told=told)
        if leave:
            return self._leave(request, token, draft, step, leave)
        lost = kept is None and step is not draft.kind.questions[0]
        return self._see(request, draft.next, token, draft.slug, **({_EXPIRED: "1"} if lost else {}))

    async def _send(self, request: Request, token: str, form: FormData) -> Response:
        draft = await self._drafts.load(token)
        if draft is None:
            return await self._without_draft(request, Step.CHECK, token, _slug(request))
        if draft.next is not Step.CHECK:
            return self._see(request, draft.next, token, draft.slug)
        told, joining, known = Told(shot=await self._shot(draft)), JOIN in form, draft.known
        whole = draft.answered(Step.CHECK, with_ticked(_typed(form), told.shot))
        if joining and known is None:
            told = replace(told, notice="join_gone", status=_CONFLICT)
            return await self._check(request, token, whole, told)
        try:
            taken = request_of(whole, self._page.lang(request), known if joining else None)
            return await self._accept(request, token, whole, taken, told)
        except ValidationError as error:
            return self._refused(request, token, whole, field_problems(error), told=told)
        except RefusedError as refused:
            return self._refused(request, token, whole, refused.problems, told=told)

    async def _accept(
        self, request: Request, token: str, draft: Draft, taken: WebRequest, told: Told
    ) -> Response:
        try:
            with span("accept form"):
                accepted = await self._acceptance.accept(Channel.WEB, taken, client=FORM_CLIENT, key=token)
        except KeyInFlightError:
            told = replace(told, notice="still_saving", status=_CONFLICT, joining=taken.joins is not None)
            return self._page.show(request, token, draft, Step.CHECK, told)
        except KeyReusedError:
            # Changed in another window while it was being sent from this one: it may be meant as a second.
            fresh = new_token()
            await self._drafts.save(fresh, draft)
            told = replace(told, notice="used_token", status=_INVALID)
            return self._page.show(request, fresh, draft, Step.CHECK, told)
        except UnavailableError:
            told = replace(told, joining=taken.joins is not None)
            return self._busy(request, token, draft, Step.CHECK, told)
        with suppress(UnavailableError):
            await self._drafts.remove(token)
        return self._receipt(request, accepted.record)

    async def _without_draft(self, request: Request, step: Step, token: str, slug: str) -> Response:
        """Answer for a form that was sent, or was not begun, or waited for longer than a day."""
        if record := await self._sent(_request_id(token)):
            return self._receipt(request, record)
        if step is not Step.WHAT:
            return self._see(request, Step.WHAT, token, slug, **{_EXPIRED: "1"})
        notice = "lost_draft" if _EXPIRED in request.query_params else ""
        return self._page.show(request, token, Draft(slug), step, Told(notice=notice))

    async def _check(self, request: Request, token: str, draft: Draft, told: Told) -> Response:
        """Show all answers with what is known about them, and keep what the applicant may be added to."""
        look = await self._look(request, draft)
        offered = look.joinable.request_id if look and look.joinable else None
        try:
            if offered != draft.known:
                await self._drafts.offer(token, offered)
        except UnavailableError:
            # What is not kept cannot be joined; all the rest can be sent.
            look = look.model_copy(update={"joinable": None}) if look else None
        return self._page.show(request, token, draft, Step.CHECK, replace(told, look=look))

    async def _look(self, request: Request, draft: Draft) -> FirstLook | None:
        """Return what may be dangerous or known already; of what is no report nobody asks."""
        if not draft.kind.asks_place:
            return None
        try:
            taken = request_of(draft, self._page.lang(request))
        except ValidationError:
            return None
        return await self._looks.at(taken.description, taken.place)

    async def _shot(self, draft: Draft) -> Shot | None:
        return await self._page.files.shot(draft, self._page.clock())

    def _refused(
        self,
        request: Request,
        token: str,
        draft: Draft,
        problems: Sequence[FieldProblem],
        step: Step | None = None,
        *,
        told: Told = _NOTHING,
    ) -> Response:
        REFUSED.labels(Channel.WEB.value, "form").inc()
        lang = self._page.lang(request)
        step = step or step_of(problems[0])
        errors = errors_by_field((p for p in problems if step_of(p) is step), lang)
        return self._page.show(request, token, draft, step, replace(told, errors=errors, status=_INVALID))

    def _busy(
        self, request: Request, token: str, draft: Draft, step: Step, told: Told = _NOTHING
    ) -> Response:
        wait = unavailable().headers["Retry-After"]
        told = replace(told, notice="busy", seconds=wait, status=_AWAY)
        page = self._page.show(request, token, draft, step, told)
        page.headers["Retry-After"] = wait
        return page

    def _leave(self, request: Request, token: str, draft: Draft, step: Step, where: str) -> Response:
        if where in self._page.pages.languages:
            return RedirectResponse(page_url(step, token, draft.slug, where), status_code=_SEE_OTHER)
        before = draft.before(step)
        if before is None:
            return RedirectResponse("/", status_code=_SEE_OTHER)
        return self._see(request, before, token, draft.slug)

    def _receipt(self, request: Request, record: RequestRecord) -> Response:
        receipt = self._receipts.of(record)
        address = f"/basvuru/alindi/{receipt.number}?s={receipt.code}&lang={self._page.lang(request)}"
        return RedirectResponse(address, status_code=_SEE_OTHER)

    def _see(self, request: Request, step: Step, token: str, slug: str, **more: str) -> Response:
        address = page_url(step, token, slug, self._page.lang(request), **more)
        return RedirectResponse(address, status_code=_SEE_OTHER)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise HTTPException(_NOT_FOUND) from None


def _token(request: Request) -> str | None:
    token = request.query_params.get(TOKEN, "")
    return token if is_token(token) else None


def _slug(request: Request) -> str:
    return form_kind(request.query_params.get("tur", DEFAULT_KIND))[0]


def _begin_again(request: Request) -> Response:
    return RedirectResponse(f"/basvuru?{urlencode({'tur': _slug(request)})}", status_code=_SEE_OTHER)


def _request_id(token: str) -> UUID:
    return request_id_of(Channel.WEB, FORM_CLIENT, token)


def _typed(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str) and name != FILES}
