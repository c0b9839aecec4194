"""What a request costs its caller beyond its token at the turnstile, once it is known how much it holds."""

from typing import Final

from starlette.requests import Request

from services.intake.turnstile.buckets import Buckets
from services.intake.turnstile.metrics import TURNED_AWAY
from services.intake.turnstile.refusals import rate_headers, too_many_at_once

SCOPE_KEY: Final = "istek.meter"


class Meter:
    """Charges the caller of one request, for whom the turnstile has taken one token already.

    Attributes:
        headers: what the answer says of the limit, brought up to date by each charge.
    """

    def __init__(self, name: str, buckets: Buckets, caller: str, headers: dict[str, str]) -> None:
        self.headers = headers
        self._name = name
        self._buckets = buckets
        self._caller = caller

    def charge(self, items: int) -> None:
        """Let the request count as so many.

        No batch costs more than a full bucket holds, so that any legal one passes on a fresh allowance.

        Raises:
            Problem: 429, its caller may not send as many now. The token from the turnstile stays spent.
        """
        more = min(items, self._buckets.rate.count) - 1
        if more <= 0:
            return
        taken = self._buckets.take(self._caller, more)
        if not taken.allowed:
            TURNED_AWAY.labels(self._name).inc()
            # The next try needs the token, too, that this one has spent.
            lacking = self._buckets.take(self._caller, more + 1)
            raise too_many_at_once(self._name, self._buckets.rate, lacking, items)
        self.headers.update(rate_headers(self._name, self._buckets.rate, taken))


def charge(request: Request, items: int) -> None:
    """Let a request that holds several items count as so many; before any of them is worked on.

    Raises:
        Problem: 429, its caller may not send as many now.
    """
    meter: Meter | None = request.scope.get(SCOPE_KEY)
    if meter is not None:
        meter.charge(items)
