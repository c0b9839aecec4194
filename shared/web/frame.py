"""Everything around the routes of a service, put on in the one order that works."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.web.limits import BodyDeadline, BodyLimit
from shared.web.pages import Pages
from shared.web.problem_handlers import Dialects, install_problem_handlers
from shared.web.security import SecurityHeaders
from shared.web.settings import WebSettings
from shared.web.static_files import mount_static

_ASKED_HEADERS: Final = ("Authorization", "Content-Type", "Idempotency-Key", "Traceparent", "X-Api-Key")
_TOLD_HEADERS: Final = ("Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After")


def install_frame(
    app: FastAPI,
    *,
    pages: Pages | None = None,
    settings: WebSettings | None = None,
    larger_bodies: Mapping[str, int] | None = None,
    dialects: Dialects | None = None,
) -> None:
    """Give `app` its limits, problems, headers and static files.

    Args:
        app: an app to which no middleware has been added yet that must stand outside of these.
        pages: the service's pages; without them every error is JSON and no static file is served.
        settings: defaults to those of `pages`.
        larger_bodies: limits in bytes of paths that take files, by patterns of the whole path.
        dialects: paths below which a problem is told in the form of a standard.
    """
    chosen = settings or (pages.settings if pages else WebSettings())
    # What is added first stands innermost; the headers, added last, complete every answer.
    app.add_middleware(BodyLimit, max_bytes=chosen.max_body_bytes, larger=larger_bodies)
    app.add_middleware(BodyDeadline, grace_s=chosen.body_grace_s, bytes_per_s=chosen.body_bytes_per_s)
    install_problem_handlers(app, pages, dialects)
    if chosen.cors_origins:
        # Without credentials: who calls from a script shows a key or a code, never a cookie.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=chosen.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=_ASKED_HEADERS,
            expose_headers=_TOLD_HEADERS,
        )
    app.add_middleware(SecurityHeaders, settings=chosen)
    if chosen.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(chosen.trusted_proxies))
    if pages is not None:
        mount_static(app, pages.assets)
