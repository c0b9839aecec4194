"""Everything around the routes of a service, put on in the one order that works."""

from collections.abc import Mapping

from fastapi import FastAPI

from shared.web.limits import BodyLimit
from shared.web.pages import Pages
from shared.web.problem_handlers import install_problem_handlers
from shared.web.security import SecurityHeaders
from shared.web.settings import WebSettings
from shared.web.static_files import mount_static


def install_frame(
    app: FastAPI,
    *,
    pages: Pages | None = None,
    settings: WebSettings | None = None,
    larger_bodies: Mapping[str, int] | None = None,
) -> None:
    """Give `app` its limits, problems, headers and static files.

    Args:
        app: an app to which no middleware has been added yet that must stand outside of these.
        pages: the service's pages; without them every error is JSON and no static file is served.
        settings: defaults to those of `pages`.
        larger_bodies: limits in bytes of paths that take files, by patterns of the whole path.
    """
    chosen = settings or (pages.settings if pages else WebSettings())
    # What is added first stands innermost; the headers, added last, complete every answer.
    app.add_middleware(BodyLimit, max_bytes=chosen.max_body_bytes, larger=larger_bodies)
    install_problem_handlers(app, pages)
    app.add_middleware(SecurityHeaders, settings=chosen)
    if pages is not None:
        mount_static(app, pages.assets)
