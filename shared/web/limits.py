"""A body over the limit is refused before it is read whole."""

import re
from collections.abc import Mapping

from prometheus_client import Counter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problem_catalogue import standard_problem
from shared.web.problems import preferred_language, problem_response

REFUSED = Counter("istek_http_bodies_refused_total", "Bodies refused for their size", ["reason"])

_TOO_LARGE = 413


class BodyLimit:
    """Refuses bodies over the limit with 413: by Content-Length unread, else once the limit is passed.

    Args:
        app: what stands behind.
        max_bytes: the limit.
        larger: limits of paths that take files, by patterns of the whole path.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = [(re.compile(path), limit) for path, limit in (larger or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        if _declared_length(scope) > limit:
            REFUSED.labels("declared").inc()
            await _refuse(scope, receive, send)
            return

        received = 0
        answered = False

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                REFUSED.labels("streamed").inc()
                # An HTTPException, because FastAPI turns any other error of a body into "400 Bad Request".
                raise HTTPException(_TOO_LARGE)
            return message

        async def watching_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counting_receive, watching_send)
        except HTTPException as error:
            if error.status_code != _TOO_LARGE or answered:
                raise
            await _refuse(scope, receive, send)

    def _limit(self, path: str) -> int:
        return next((limit for taken, limit in self._larger if taken.fullmatch(path)), self._max_bytes)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_response(standard_problem(_TOO_LARGE), preferred_language(Request(scope)))
    # What remains of the body is not read, so the connection cannot carry another request.
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
