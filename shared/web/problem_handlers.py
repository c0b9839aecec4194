"""Turns whatever ends a request early into a problem: JSON for programs, a page for browsers."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final, cast

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.outcomes import UnavailableError
from shared.web.field_messages import MOST_TOLD, field_problem
from shared.web.pages import Pages
from shared.web.problem_catalogue import standard_problem, unavailable
from shared.web.problems import (
    Problem,
    count,
    preferred_language,
    prefers_html,
    problem_response,
)

API_PREFIX = "/v1/"

_CODE_LETTERS: Final = "bcdfghjkmnpqrstvwxyz"
_CODE_LENGTH: Final = 8

_log = structlog.get_logger(__name__)
_BODY_WITHOUT_JSON = {"model_attributes_type", "model_type", "dict_type", "dataclass_type", "list_type"}


Dialects = Mapping[str, Callable[[Request, Problem], Response]]
"""How a problem is told below a path, where a standard says in which form; by the path's beginning."""


def install_problem_handlers(
    app: FastAPI, pages: Pages | None = None, dialects: Dialects | None = None
) -> None:
    """Answer every error of `app` with a problem; given `pages`, browsers outside `/v1/` get it as a page.

    Args:
        app: the application.
        pages: its pages.
        dialects: paths below which a problem is told in another form.
    """
    answers = _Answers(pages, dialects or {})
    app.add_exception_handler(Problem, answers.on_problem)
    app.add_exception_handler(RequestValidationError, answers.on_invalid)
    app.add_exception_handler(HTTPException, answers.on_http_error)
    app.add_exception_handler(UnavailableError, answers.on_unavailable)
    app.add_middleware(_FaultGuard, answers=answers)


class _Answers:
    def __init__(self, pages: Pages | None, dialects: Dialects) -> None:
        self._pages = pages
        self._dialects = dialects

    async def on_problem(self, request: Request, error: Exception) -> Response:
        return self.answer(request, cast(Problem, error))

    async def on_invalid(self, request: Request, error: Exception) -> Response:
        return self.answer(request, _from_validation(request, cast(RequestValidationError, error)))

    async def on_http_error(self, request: Request, error: Exception) -> Response:
        http_error = cast(HTTPException, error)
        return self.answer(
            request, standard_problem(http_error.status_code, headers=dict(http_error.headers or {}))
        )

    async def on_unavailable(self, request: Request, error: Exception) -> Response:
        _log.warning("request_refused", reason=str(error))
        return self.answer(request, unavailable())

    def answer(self, request: Request, problem: Problem) -> Response:
        for beginning, tell in self._dialects.items():
            if request.url.path.startswith(beginning):
                count(problem)
                return tell(request, problem)
        if self._pages is None or request.url.path.startswith(API_PREFIX) or not prefers_html(request):
            return problem_response(problem, preferred_language(request))
        count(problem)
        lang = self._pages.lang(request)
        return self._pages.render(
            "problem.html",
            request,
            status_code=problem.status,
            headers={**problem.headers, "Cache-Control": "no-store"},
            title=problem.title[lang],
            detail=problem.detail[lang],
        )


class _FaultGuard:
    """Answers what no handler expected, with a code that staff find in the log.

    It stands inside the header middleware; the framework's own last resort stands outside of it.
    """

    def __init__(self, app: ASGIApp, answers: _Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watching_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watching_send)
        except Problem as problem:
            # A middleware refuses as a route does; the handlers above stand further in.
            if started:
                raise
            await self._answers.answer(Request(scope), problem)(scope, receive, send)
        except Exception:
            if started:
                raise
            code = _fault_code()
            _log.exception("request_failed", code=code, method=scope["method"], route=_route_path(scope))
            response = self._answers.answer(Request(scope), standard_problem(500, code=code))
            await response(scope, receive, send)


def _fault_code() -> str:
    # Without digits: of hexadecimal ones, the log masked every fiftieth as a number plate.
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def _route_path(scope: Scope) -> str:
    # The path template, since a path itself may hold a receipt number.
    return str(getattr(scope.get("route"), "path", "?"))


def _from_validation(request: Request, error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(entry["type"] == "json_invalid" for entry in errors):
        status = 400
    elif _is_unreadable_body(request, errors):
        return standard_problem(415)
    else:
        status = 422
    problem = standard_problem(status)
    problem.errors = tuple(field_problem(entry) for entry in errors[:MOST_TOLD])
    return problem


def _is_unreadable_body(request: Request, errors: object) -> bool:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json" or content_type.endswith("+json"):
        return False
    entries = cast(list[dict[str, object]], errors)
    return any(entry["loc"] == ("body",) and entry["type"] in _BODY_WITHOUT_JSON for entry in entries)
