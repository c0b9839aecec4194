"""Headers that tell browsers what a page may do. No page has inline scripts or styles."""

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.settings import WebSettings

SECRET_PARAMETER = "s"  # noqa: S105 the name of the parameter, not a secret
"""Query parameter that carries the applicant's secret in the link on the receipt."""

_PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def content_security_policy(tile_host: str = "") -> str:
    """Return the policy of all pages; `tile_host` is the origin of the map tiles, if there is one.

    `data:` images are the icons inside the vendored stylesheet and the map's blank pixel.
    """
    images = " ".join(filter(None, ("'self'", "data:", tile_host)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images}; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Adds the headers that an answer does not carry yet; an answer may set its own."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(settings.tile_host),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Permissions-Policy": _PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Pages show one person's matter; nothing between us and the browser may keep them.
            "Cache-Control": "no-store",
        }
        if settings.hsts_seconds:
            self._headers["Strict-Transport-Security"] = f"max-age={settings.hsts_seconds}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Elsewhere same-origin, so that forms post with their Origin, which guards against CSRF.
        holds_secret = SECRET_PARAMETER in QueryParams(scope["query_string"])
        headers = {**self._headers, "Referrer-Policy": "no-referrer" if holds_secret else "same-origin"}

        async def completing_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in headers.items():
                    sent.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, completing_send)
