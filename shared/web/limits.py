"""A body over the limit is refused before it is read whole, and one that never comes is not waited for."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from prometheus_client import Counter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problem_catalogue import standard_problem
from shared.web.problems import Problem

REFUSED = Counter("istek_http_bodies_refused_total", "Bodies refused for their size or pace", ["reason"])

_TOO_SLOW: Final = 408
_TOO_LARGE: Final = 413


class BodyLimit:
    """Refuses bodies over the limit with 413: by Content-Length unread, else once the limit is passed.

    A declared length is believed: the server reads no more than that as this request's body.

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
        """Pass the request on.

        Raises:
            Problem: 413, for the frame around to answer with.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        declared = _declared_length(scope)
        if declared is None:
            await self._counting(limit, scope, receive, send)
        elif declared <= limit:
            await self._app(scope, receive, send)
        else:
            REFUSED.labels("declared").inc()
            raise _too_large()

    async def _counting(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
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
            raise _too_large() from None

    def _limit(self, path: str) -> int:
        return next((limit for taken, limit in self._larger if taken.fullmatch(path)), self._max_bytes)


class BodyDeadline:
    """Ends a request with 408 when its body comes too slowly, so that slow senders do not pile up.

    A body may take `grace_s` seconds, and more for what has come of it, at `bytes_per_s`: a large file over a
    bad line is let through, a byte now and then is not.
    """

    def __init__(self, app: ASGIApp, grace_s: float, bytes_per_s: int) -> None:
        self._app = app
        self._grace_s = grace_s
        self._bytes_per_s = bytes_per_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its body ends with an `HTTPException` once it is late."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = asyncio.get_running_loop().time()
        received = 0
        whole = False

        async def timed_receive() -> Message:
            nonlocal received, whole
            if whole:
                # What is waited for now is the end of the connection, which may take as long as the answer.
                return await receive()
            try:
                async with asyncio.timeout_at(begun + self._grace_s + received / self._bytes_per_s):
                    message = await receive()
            except TimeoutError:
                REFUSED.labels("slow").inc()
                raise HTTPException(_TOO_SLOW, headers={"Connection": "close"}) from None
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, timed_receive, send)


def _declared_length(scope: Scope) -> int | None:
    """Return how many bytes the body has by its header; None where only its end will tell."""
    declared = None
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            # It counts for more than a length beside it (RFC 9112, 6.3).
            return None
        if name == b"content-length" and value.isdigit():
            declared = int(value)
    return declared


def _too_large() -> Problem:
    # What remains of the body is not read, so the connection cannot carry another request.
    return standard_problem(_TOO_LARGE, headers={"Connection": "close"})
