"""The way to the provider and back, and the way out."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from prometheus_client import Counter

from shared.clock import Clock
from shared.web.pages import Pages
from shared.web.problems import Problem
from shared.web.sign_in.access import AccessTable
from shared.web.sign_in.attempt import Attempt, begin, own_path
from shared.web.sign_in.cookies import SIGN_IN, SIGN_OUT, Cookies
from shared.web.sign_in.guarding import foreign_form
from shared.web.sign_in.identity import NotProvenError, staff_from
from shared.web.sign_in.origin import comes_from_elsewhere
from shared.web.sign_in.provider import Provider, ProviderAwayError
from shared.web.sign_in.sessions import Session
from shared.web.sign_in.settings import SignInSettings
from shared.web.sign_in.staff import Staff, staff_of

RETURN: Final = f"{SIGN_IN}/donus"
"""Where the provider sends a browser back to."""

SIGN_INS: Final = Counter("istek_sign_ins_total", "Attempts to sign in that came back", ["outcome"])

_SEE_OTHER: Final = 303
_LONGEST: Final = 4_096
_log = structlog.get_logger(__name__)

Parameter = Annotated[str, Query(max_length=_LONGEST)]


class Ways:
    """What each of the routes does.

    Args:
        provider: tells who somebody is.
        cookies: keep what a browser needs to come back with.
        settings: which claims say what.
        access: which roles they stand for.
        pages: the service's pages.
        public_url: where browsers reach the service.
        clock: tells the time.
    """

    def __init__(
        self,
        provider: Provider,
        cookies: Cookies,
        settings: SignInSettings,
        access: AccessTable,
        pages: Pages,
        *,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._cookies = cookies
        self._settings = settings
        self._access = access
        self._pages = pages
        self._public_url = public_url
        self._clock = clock

    async def leave(self, request: Request, next: Parameter = "") -> Response:  # noqa: A002 its name in links
        """Send a browser to the provider; who is signed in goes on at once."""
        if staff_of(request):
            return RedirectResponse(own_path(next), _SEE_OTHER)
        attempt = begin(next, int(self._clock().timestamp()))
        try:
            address = await self._provider.sign_in_url(attempt, self._public_url + RETURN)
        except ProviderAwayError as error:
            raise _away(error) from error
        response = RedirectResponse(address, _SEE_OTHER)
        self._cookies.begin_attempt(response, attempt)
        return response

    async def come_back(
        self, request: Request, state: Parameter = "", code: Parameter = "", iss: Parameter = ""
    ) -> Response:
        """Take the provider's answer; who proves to be somebody is signed in and goes on."""
        attempt = self._cookies.attempt(request, state)
        if attempt is None:
            SIGN_INS.labels("lost").inc()
            raise _lost()
        try:
            id_token, staff = await self._identify(code, iss, attempt)
        except ProviderAwayError as away:
            raise _away(away) from away
        except NotProvenError as refused:
            SIGN_INS.labels("refused").inc()
            _log.warning("sign_in_refused", reason=str(refused))
            raise _refused() from refused
        now = self._clock()
        response = RedirectResponse(attempt.onward, _SEE_OTHER)
        session = Session(staff, self._settings.issuer, began=now, seen=now)
        self._cookies.begin_session(response, session, id_token)
        self._cookies.end_attempt(response, state)
        SIGN_INS.labels("signed_in").inc()
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session here and, if the provider has a place for it, there."""
        if comes_from_elsewhere(request.method, request.headers, self._public_url, browsers_only=True):
            raise foreign_form()
        async with request.form(max_fields=1, max_files=0) as form:
            page = own_path(str(form.get("sayfa", "")))
        onward, away = None, False
        try:
            onward = await self._provider.sign_out_url(
                self._public_url + SIGN_OUT, page, self._cookies.hint(request)
            )
        except ProviderAwayError as error:
            _log.warning("provider_away", reason=str(error))
            away = True
        # A redirect would be refused: our pages send forms to us alone (`form-action`), redirects included.
        headers = {"Refresh": f"0; url={onward}"} if onward else {}
        response = self._signed_out(request, page, headers=headers, onward=onward, away=away)
        self._cookies.end_session(response)
        return response

    async def signed_out(self, request: Request, state: Parameter = "") -> Response:
        """Say that nobody is signed in; the provider leads back here, with the page that was left."""
        page = own_path(state)
        if staff_of(request):
            return RedirectResponse(page, _SEE_OTHER)
        return self._signed_out(request, page)

    def _signed_out(
        self,
        request: Request,
        page: str,
        *,
        headers: Mapping[str, str] | None = None,
        onward: str | None = None,
        away: bool = False,
    ) -> Response:
        return self._pages.render(
            "signed_out.html", request, headers=headers, onward=onward, away=away, again=leading_to(page)
        )

    async def _identify(self, code: str, issuer: str, attempt: Attempt) -> tuple[str, Staff]:
        # The issuer in the answer tells a mix-up of providers (RFC 9207); not all send it.
        if not code or issuer not in {"", self._settings.issuer}:
            raise NotProvenError("the answer holds no code of this provider")
        id_token, claims = await self._provider.redeem(code, attempt, self._public_url + RETURN)
        return id_token, staff_from(claims, self._settings, self._access)


def leading_to(page: str) -> str:
    """Return the address that signs in and goes on to ``page``."""
    return f"{SIGN_IN}?next={quote(page, safe='/')}"


def sign_in_routes(ways: Ways) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(SIGN_IN, ways.leave, methods=["GET"])
    router.add_api_route(RETURN, ways.come_back, methods=["GET"])
    router.add_api_route(SIGN_OUT, ways.sign_out, methods=["POST"])
    router.add_api_route(SIGN_OUT, ways.signed_out, methods=["GET"])
    return router


def _away(error: ProviderAwayError) -> Problem:
    SIGN_INS.labels("provider_away").inc()
    _log.warning("provider_away", reason=str(error))
    return Problem(
        503,
        "sign-in-away",
        "Şu an giriş yapılamıyor",
        "Nobody can sign in just now",
        detail_tr="Giriş hizmeti yanıt vermiyor. Açık oturumlar sürer; bir dakika sonra yeniden deneyin.",
        detail_en="The sign-in service does not answer. Running sessions go on; try again in a minute.",
        headers={"Retry-After": "60"},
    )


def _lost() -> Problem:
    return Problem(
        400,
        "sign-in-lost",
        "Giriş yarıda kaldı",
        "The sign-in was broken off",
        detail_tr="Bu tarayıcıda başlamadı ya da on dakikayı geçti. Baştan başlayın.",
        detail_en="It did not begin in this browser, or took over ten minutes. Begin again.",
    )


def _refused() -> Problem:
    return Problem(
        403,
        "sign-in-refused",
        "Giriş kabul edilmedi",
        "The sign-in was not accepted",
        detail_tr="Giriş hizmetinin yanıtı kim olduğunuzu kanıtlamıyor. Baştan başlayın; "
        "yine olursa işletme ekibine bildirin.",
        detail_en="The answer of the sign-in service does not prove who you are. Begin again; "
        "if it happens again, tell operations.",
    )
