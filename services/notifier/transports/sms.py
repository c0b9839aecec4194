"""SMS through a gateway's HTTP interface."""

import httpx

from services.notifier.domain.results import Deferred, Delivered, Refused, Result
from services.notifier.transports.port import Outgoing
from shared.outcomes import UnavailableError

_PATH = "/sms/v1/messages"
_OURS = frozenset({401, 403, 404, 405})
"""Answers that speak of our configuration, not of the message."""
_LATER = frozenset({408, 409, 425, 429})


class SmsTransport:
    """Posts ``{id, to, text}``; the gateway takes an id once.

    Args:
        client: speaks to the gateway; its base address and time-out are the gateway's.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(self, outgoing: Outgoing) -> Result:
        """Send one SMS; see `Transport.send`. A status of 5xx means that the gateway is away."""
        message = {"id": str(outgoing.id), "to": outgoing.address, "text": outgoing.text}
        try:
            answer = await self._client.post(_PATH, json=message)
        except httpx.HTTPError as error:
            raise UnavailableError(f"SMS gateway away: {type(error).__name__}") from error
        said = f"sms gateway {answer.status_code}"
        if answer.is_success:
            return Delivered(said)
        if answer.status_code in _LATER:
            return Deferred(said)
        if answer.is_client_error and answer.status_code not in _OURS:
            return Refused(said)
        raise UnavailableError(f"SMS gateway away: status {answer.status_code}")

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
