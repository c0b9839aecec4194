"""Stands before all routes: counts who comes, and turns away what is too much before its body is read."""

import time
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.clients.doorkeeper import key_in
from services.intake.clients.grants import ClientOf
from services.intake.turnstile.address import network_of
from services.intake.turnstile.buckets import Buckets
from services.intake.turnstile.load import Capacity, has_room, retry_after_s
from services.intake.turnstile.meter import SCOPE_KEY, Meter
from services.intake.turnstile.metrics import IN_FLIGHT, TURNED_AWAY
from services.intake.turnstile.passages import Passage, passage_of
from services.intake.turnstile.refusals import overloaded, rate_headers, too_often

_WRONG: Final = 404
"""The one answer to a wrong number and to a wrong code."""
_WEIGHT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; a limit that is None is not kept.

    Attributes:
        capacity: how much the door carries at once.
        client: requests of one client that shows its key.
        address: requests from one address without a key.
        proofs: wrong numbers and codes from one address; while there is no token, right ones are refused too.
    """

    capacity: Capacity
    client: Buckets | None = None
    address: Buckets | None = None
    proofs: Buckets | None = None


class Turnstile:
    """ASGI middleware; its refusals are `Problem`s for the frame around it to answer with."""

    def __init__(self, app: ASGIApp, limits: Limits, client_of: ClientOf) -> None:
        self._app = app
        self._limits = limits
        self._client_of = client_of
        self._in_flight = 0
        IN_FLIGHT.set_function(lambda: self._in_flight)
        self._latency_s = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            Problem: 503, the door carries all it can; 429, this caller comes too often.
        """
        passage = passage_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        match passage:
            case None:
                await self._app(scope, receive, send)
            case Passage.PROOF:
                await self._prove(scope, receive, send)
            case Passage.POST | Passage.FORM_POST | Passage.URGENT_POST:
                await self._post(scope, receive, send, passage)

    async def _prove(self, scope: Scope, receive: Receive, send: Send) -> None:
        buckets, caller = self._limits.proofs, _address(scope)
        if buckets is None:
            await self._app(scope, receive, send)
            return
        # Taken before the look and given back after a right one, so that many at once are no way around it.
        taken = buckets.take(caller)
        if not taken.allowed:
            TURNED_AWAY.labels("proofs").inc()
            raise too_often("proofs", buckets.rate, taken)

        async def watching_send(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != _WRONG:
                buckets.give_back(caller)
            await send(message)

        await self._app(scope, receive, watching_send)

    async def _post(self, scope: Scope, receive: Receive, send: Send, passage: Passage) -> None:
        form = passage is Passage.FORM_POST
        if not has_room(self._limits.capacity, self._in_flight, urgent=passage is Passage.URGENT_POST):
            TURNED_AWAY.labels("overload").inc()
            raise overloaded(retry_after_s(self._latency_s), form=form)
        meter = self._count(scope, form=form)
        if meter is not None:
            scope[SCOPE_KEY] = meter
        arrived_at: float | None = None

        async def watching_receive() -> Message:
            nonlocal arrived_at
            message = await receive()
            # Who sends slowly is not in flight yet, so a thousand of those keep nobody else out.
            if arrived_at is None and not message.get("more_body", False):
                arrived_at = time.monotonic()
                self._in_flight += 1
            return message

        try:
            await self._app(scope, watching_receive, send if meter is None else _telling(meter, send))
        finally:
            if arrived_at is not None:
                self._in_flight -= 1
                self._latency_s += _WEIGHT * (time.monotonic() - arrived_at - self._latency_s)

    def _count(self, scope: Scope, *, form: bool) -> Meter | None:
        """Count the request under its client or address; return what charges more, if there is a limit.

        Raises:
            Problem: 429, it is one too many.
        """
        key = key_in(Headers(scope=scope))
        client = self._client_of(key) if key else None
        name, buckets, caller = (
            ("client", self._limits.client, client.id)
            if client
            else ("address", self._limits.address, _address(scope))
        )
        if buckets is None:
            return None
        taken = buckets.take(caller)
        if not taken.allowed:
            TURNED_AWAY.labels(name).inc()
            raise too_often(name, buckets.rate, taken, form=form)
        return Meter(name, buckets, caller, rate_headers(name, buckets.rate, taken))


def _telling(meter: Meter, send: Send) -> Send:
    """Return a ``send`` that completes an answer by what is left to its caller."""

    async def completing_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in meter.headers.items():
                headers.setdefault(name, value)
        await send(message)

    return completing_send


def _address(scope: Scope) -> str:
    return network_of(scope["client"][0]) if scope.get("client") else ""
