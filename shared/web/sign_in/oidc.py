"""Sign-in at an OpenID provider: who is at work in each request, and who may pass where."""

from typing import Any, Final, cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import Clock
from shared.web.pages import Pages
from shared.web.problem_catalogue import standard_problem
from shared.web.problem_handlers import API_PREFIX
from shared.web.problems import Problem, count, preferred_language, prefers_html, problem_response
from shared.web.sign_in.access import Area, has_one_of, load_access
from shared.web.sign_in.cookies import Cookies
from shared.web.sign_in.guarding import Guard, foreign_form, role_name
from shared.web.sign_in.origin import SAFE_METHODS, comes_from_elsewhere
from shared.web.sign_in.provider import Provider
from shared.web.sign_in.routes import Ways, leading_to, sign_in_routes
from shared.web.sign_in.settings import SignInSettings
from shared.web.sign_in.staff import Staff, remember_looks_only, remember_staff, staff_of

_UNAUTHORIZED, _FORBIDDEN, _SEE_OTHER = 401, 403, 303
_PRESENT: Final = {None, "document"}
"""What a browser fetches when a person acts; what a page fetches by itself says `empty`."""


class _NobodySignedInError(Exception):
    """The page needs to know who is there."""


class _NotAllowedError(Exception):
    """Who is there may not do this."""

    def __init__(self, staff: Staff, needed: tuple[str, ...]) -> None:
        super().__init__()
        self.staff = staff
        self.needed = needed


class OidcSignIn:
    """Sign-in of one service's pages.

    Args:
        settings: which provider, and how long a sign-in holds.
        public_url: where browsers reach the service, without a path.
        clock: tells the time.

    Raises:
        DataFileError: the table of roles and areas cannot be used.
    """

    def __init__(self, settings: SignInSettings, public_url: str, clock: Clock) -> None:
        self._settings = settings
        self._public_url = public_url.rstrip("/")
        self._clock = clock
        self._access = load_access(settings.access)
        self._provider = Provider(settings, clock)
        self._cookies = Cookies(settings, secure=urlsplit(public_url).scheme == "https", clock=clock)

    def guard(self, area: Area) -> Guard:
        """See `SignIn.guard`."""

        async def pass_if_allowed(request: Request) -> None:
            staff = staff_of(request)
            if staff is None:
                raise _NobodySignedInError
            if comes_from_elsewhere(request.method, request.headers, self._public_url, browsers_only=True):
                raise foreign_form()
            needed = self._access.needed(area, acting=request.method not in SAFE_METHODS)
            if not has_one_of(staff.roles, needed):
                raise _NotAllowedError(staff, needed)
            if not has_one_of(staff.roles, self._access.needed(area, acting=True)):
                remember_looks_only(request)

        return pass_if_allowed

    def install(self, app: FastAPI, pages: Pages) -> None:
        """See `SignIn.install`."""
        answers = _Answers(pages)
        app.add_exception_handler(_NobodySignedInError, answers.on_nobody)
        app.add_exception_handler(_NotAllowedError, answers.on_not_allowed)
        ways = Ways(
            self._provider,
            self._cookies,
            self._settings,
            self._access,
            pages,
            public_url=self._public_url,
            clock=self._clock,
        )
        app.include_router(sign_in_routes(ways))
        app.add_middleware(_Sessions, cookies=self._cookies)

    async def close(self) -> None:
        """See `SignIn.close`."""
        await self._provider.close()


class _Sessions:
    """Tells every request who is at work, and notes in the cookie that they still are."""

    def __init__(self, app: ASGIApp, cookies: Cookies) -> None:
        self._app = app
        self._cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        session = self._cookies.session(request)
        if session is not None:
            remember_staff(request, session.staff)
        present = request.headers.get("sec-fetch-dest") in _PRESENT
        renewed = self._cookies.renewal(session) if session is not None and present else None

        async def renewing_send(message: Message) -> None:
            if message["type"] == "http.response.start" and renewed is not None:
                headers = MutableHeaders(scope=message)
                # Signing in and out say for themselves what the cookie is to be.
                if not any(self._cookies.sets_session(c) for c in headers.getlist("set-cookie")):
                    headers.append("set-cookie", renewed)
            await send(message)

        await self._app(scope, receive, renewing_send)


class _Answers:
    """What is answered to who may not pass: pages to people, problems to programs."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def on_nobody(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 says no more
        """Lead who opens a page to sign in; tell any other request that nobody is signed in."""
        problem = standard_problem(_UNAUTHORIZED)
        if not _opens_a_page(request):
            return problem_response(problem, preferred_language(request))
        path = request.url.path
        if request.method not in SAFE_METHODS:
            # A redirect would drop what was typed.
            return self._page(request, "session_over.html", problem, sign_in=leading_to(path))
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(leading_to(path + query), status_code=_SEE_OTHER)

    async def on_not_allowed(self, request: Request, error: Exception) -> Response:
        """Say which roles would do, and what the person has."""
        refused = cast(_NotAllowedError, error)
        needed = ", ".join(role_name(role) for role in refused.needed)
        problem = Problem(
            _FORBIDDEN,
            "forbidden",
            "Bu sayfa için yetkiniz yok",
            "You may not use this page",
            detail_tr=f"Gereken yetkilerden biri: {needed}. Yöneticinizden isteyin, sonra yeniden girin.",
            detail_en=f"One of these roles is needed: {', '.join(refused.needed)}. "
            "Ask your supervisor, then sign in again.",
        )
        if not _opens_a_page(request):
            return problem_response(problem, preferred_language(request))
        return self._page(
            request,
            "not_allowed.html",
            problem,
            staff=refused.staff,
            needed=[role_name(role) for role in refused.needed],
            held=sorted(role_name(role) for role in refused.staff.roles),
        )

    def _page(self, request: Request, template: str, problem: Problem, **context: Any) -> Response:  # noqa: ANN401 what it shows
        count(problem)
        return self._pages.render(template, request, status_code=problem.status, **context)


def _opens_a_page(request: Request) -> bool:
    """Tell whether a person sees the answer; what a page fetches by itself cannot follow to another site."""
    if request.url.path.startswith(API_PREFIX) or not prefers_html(request):
        return False
    return request.headers.get("sec-fetch-dest") in _PRESENT
