"""Headers that tell browsers what a page may do. No page has inline scripts or styles."""

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.settings import WebSettings

SECRET_PARAMETER = "s"  # noqa: S105 the name of the parameter, not a secret
"""Query parameter that carries the applicant's secret in the link on the receipt."""

_PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def content_security_policy(*image_origins: str) -> str:
    """Return the policy of all pages.

    `image_origins` are foreign sources of images: of the map tiles, of files on a page that shows some; an
    empty one is none.

    `data:` images are the icons inside the vendored stylesheet and the map's blank pixel.
    """
    images = " ".join(filter(None, ("'self'", "data:", *image_origins)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images}; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _raw(name: str, value: str) -> tuple[bytes, bytes]:
    return name.lower().encode("latin-1"), value.encode("latin-1")


_CONTENT_TYPE = b"content-type"
# Nothing that a browser would load, run, frame or ask its user for stands in data.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

# Elsewhere same-origin, so that forms post with their Origin, which guards against CSRF.
_REFERRER = _raw("Referrer-Policy", "same-origin")
_REFERRER_OF_SECRETS = _raw("Referrer-Policy", "no-referrer")


class SecurityHeaders:
    """Adds the headers that an answer does not carry yet; an answer may set its own.

    JSON is data and no document: it gets a policy that allows nothing, and none of the headers by which a
    document's powers are told (OWASP's REST security: they mean nothing there).
    """

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        common = {
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Pages show one person's matter; nothing between us and the browser may keep them.
            "Cache-Control": "no-store",
        }
        if settings.hsts_seconds:
            common["Strict-Transport-Security"] = f"max-age={settings.hsts_seconds}; includeSubDomains"
        document = {
            "Content-Security-Policy": content_security_policy(settings.tile_host),
            "X-Frame-Options": "DENY",
            "Permissions-Policy": _PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        shared = [_raw(name, value) for name, value in common.items()]
        self._of_documents = (*(_raw(name, value) for name, value in document.items()), *shared, _REFERRER)
        self._of_data = (_raw("Content-Security-Policy", _DATA_POLICY), *shared)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"]
        holds_secret = bool(query) and SECRET_PARAMETER in QueryParams(query)

        async def completing_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower(): value for name, value in message.setdefault("headers", [])}
                wanted = self._of_data if _is_json(own.get(_CONTENT_TYPE, b"")) else self._of_documents
                if holds_secret:
                    wanted = (_REFERRER_OF_SECRETS, *(header for header in wanted if header is not _REFERRER))
                message["headers"] = [
                    *message["headers"],
                    *[header for header in wanted if header[0] not in own],
                ]
            await send(message)

        await self._app(scope, receive, completing_send)


def _is_json(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].endswith((b"/json", b"+json"))
