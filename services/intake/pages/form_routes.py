"""The web form: the same model, normaliser and acceptance as the API, with answers instead of JSON."""

import json
import secrets
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from services.intake.acceptance import Acceptance
from services.intake.channels import RefusedError
from services.intake.channels.problems import field_problems
from services.intake.channels.web import WebRequest
from services.intake.idempotency import (
    KeyInFlightError,
    KeyMalformedError,
    KeyMissingError,
    KeyReusedError,
    read_key,
)
from services.intake.metrics import REFUSED
from services.intake.pages.form import DEFAULT_KIND, TOKEN, body_of, errors_by_field, form_kind, unanswered
from services.intake.receipts.links import Receipts
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.places import neighbourhoods
from shared.telemetry.tracing import span
from shared.web.pages import Pages
from shared.web.problem_catalogue import unavailable
from shared.web.problems import FieldProblem

_FORM_CLIENT: Final = "form"
_MOST_FIELDS: Final = 40
_SEE_OTHER, _CONFLICT, _INVALID, _AWAY = 303, 409, 422, 503


def form_routes(acceptance: Acceptance, receipts: Receipts, pages: Pages) -> APIRouter:
    """Return the page with the form and what it is sent to."""
    router = APIRouter(include_in_schema=False)
    form = _Form(acceptance, receipts, pages)
    router.add_api_route("/basvuru", form.show, methods=["GET"])
    router.add_api_route("/basvuru", form.send, methods=["POST"])
    return router


class _Form:
    def __init__(self, acceptance: Acceptance, receipts: Receipts, pages: Pages) -> None:
        self._acceptance = acceptance
        self._receipts = receipts
        self._pages = pages

    async def show(self, request: Request) -> Response:
        token = request.query_params.get(TOKEN)
        if not token:
            # The token stands in the address, so that who goes back and sends again sends the same one.
            fresh = request.url.include_query_params(**{TOKEN: _new_token()})
            return RedirectResponse(f"{fresh.path}?{fresh.query}", status_code=_SEE_OTHER)
        answers = {"tur": request.query_params.get("tur", DEFAULT_KIND), TOKEN: token}
        return self._page(request, answers, keep_token=True)

    async def send(self, request: Request) -> Response:
        answers = await _answers(request)
        lang = self._pages.lang(request)
        problems = unanswered(answers)
        taken = None
        try:
            taken = WebRequest.model_validate_json(json.dumps(body_of(answers, lang)))
        except ValidationError as error:
            problems += field_problems(error)
        if taken is None or problems:
            return self._refused(request, answers, problems)
        return await self._accept(request, answers, taken)

    async def _accept(self, request: Request, answers: Mapping[str, str], taken: WebRequest) -> Response:
        lang = self._pages.lang(request)
        try:
            with span("accept form"):
                key = read_key(answers.get(TOKEN))
                accepted = await self._acceptance.accept(Channel.WEB, taken, client=_FORM_CLIENT, key=key)
        except RefusedError as refused:
            return self._refused(request, answers, refused.problems)
        except (KeyMissingError, KeyMalformedError):
            return self._page(request, answers, notice="lost_token", status=_INVALID)
        except KeyReusedError:
            return self._page(request, answers, notice="used_token", status=_INVALID)
        except KeyInFlightError:
            return self._page(request, answers, notice="still_saving", status=_CONFLICT, keep_token=True)
        except UnavailableError:
            return self._busy(request, answers)
        receipt = self._receipts.of(accepted.record)
        return RedirectResponse(
            f"/basvuru/alindi/{receipt.number}?s={receipt.code}&lang={lang}", status_code=_SEE_OTHER
        )

    def _refused(
        self,
        request: Request,
        answers: Mapping[str, str],
        problems: list[FieldProblem] | tuple[FieldProblem, ...],
    ) -> Response:
        REFUSED.labels(Channel.WEB.value, "form").inc()
        errors = errors_by_field(problems, self._pages.lang(request))
        return self._page(request, answers, errors=errors, status=_INVALID, keep_token=True)

    def _busy(self, request: Request, answers: Mapping[str, str]) -> Response:
        wait = unavailable().headers["Retry-After"]
        page = self._page(request, answers, notice="busy", status=_AWAY, keep_token=True, seconds=wait)
        page.headers["Retry-After"] = wait
        return page

    def _page(
        self,
        request: Request,
        answers: Mapping[str, str],
        *,
        errors: Mapping[str, str] | None = None,
        notice: str = "",
        status: int = 200,
        keep_token: bool = False,
        seconds: str = "",
    ) -> Response:
        slug, kind = form_kind(answers.get("tur", DEFAULT_KIND))
        token = answers.get(TOKEN) if keep_token else None
        lang = self._pages.lang(request)
        return self._pages.render(
            "form.html",
            request,
            status_code=status,
            slug=slug,
            kind=kind,
            answers=answers,
            errors=errors or {},
            notice_text=self._pages.text(lang, notice, seconds=seconds) if notice else "",
            token=token or _new_token(),
            neighbourhoods=[n.name for n in neighbourhoods()],
        )


def _new_token() -> str:
    return secrets.token_urlsafe(24)


async def _answers(request: Request) -> dict[str, str]:
    async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
