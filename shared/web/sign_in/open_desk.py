"""Staff pages without sign-in: for one machine and whoever sits before it."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request

from shared.web.pages import Pages
from shared.web.problems import Problem
from shared.web.sign_in.access import Area
from shared.web.sign_in.guarding import Guard, foreign_form
from shared.web.sign_in.origin import comes_from_elsewhere
from shared.web.sign_in.settings import SignInSettings, is_loopback

_log = structlog.get_logger(__name__)
_HOW: Final = "set ISTEK_OIDC_ISSUER, ISTEK_OIDC_CLIENT_ID and ISTEK_OIDC_COOKIE_KEY (docs/operations.md)"


class OpenPagesError(Exception):
    """Staff pages would stand open to others than this machine."""


class OpenDesk:
    """Lets everybody in who is at this machine; forms ask for the staff code."""

    def __init__(self, settings: SignInSettings, urls: Sequence[str]) -> None:
        """Keep who may come in.

        Args:
            settings: say whether something before these pages signs people in.
            urls: where browsers reach these pages.

        Raises:
            OpenPagesError: nothing does, and others than this machine reach them.
        """
        self._anywhere = settings.off
        self._urls = tuple(dict.fromkeys(urls))
        public = [url for url in urls if not is_loopback(urlsplit(url).hostname)]
        if public and not self._anywhere:
            raise OpenPagesError(
                f"staff pages at {public[0]} would be open to everybody: {_HOW}. If something before them "
                "signs people in, say so with ISTEK_OIDC_OFF=true"
            )

    def guard(self, area: Area) -> Guard:  # noqa: ARG002 who is at this machine may be anywhere
        """See `SignIn.guard`."""

        async def pass_if_here(request: Request) -> None:
            if not self._anywhere and not _is_here(request):
                raise _not_here()
            own_origin = f"{request.url.scheme}://{request.url.netloc}"
            if comes_from_elsewhere(request.method, request.headers, own_origin, browsers_only=False):
                raise foreign_form()

        return pass_if_here

    def install(self, app: FastAPI, pages: Pages) -> None:  # noqa: ARG002 nobody signs in here
        """See `SignIn.install`; says aloud that the pages are open."""
        _log.warning("staff_pages_open", addresses=self._urls, why="nobody signs in", change=_HOW)

    async def close(self) -> None:
        """See `SignIn.close`."""


def _is_here(request: Request) -> bool:
    """Tell whether the caller is this machine, and meant it by the name it used.

    The name matters too: a proxy on this machine calls for others, and any site's name can be made to lead
    here.
    """
    peer = request.client.host if request.client else None
    return is_loopback(peer) and is_loopback(request.url.hostname)


def _not_here() -> Problem:
    return Problem(
        403,
        "sign-in-not-set-up",
        "Bu sayfa yalnız kendi makinesinde açık",
        "This page is open on its own machine only",
        detail_tr="Görevli girişi kurulmamış. İşletme ekibi docs/operations.md sayfasına göre kurabilir.",
        detail_en="Sign-in of staff is not set up. Operations can do that as docs/operations.md says.",
    )
