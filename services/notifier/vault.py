"""The address for one message, asked of intake's vault when it is needed and kept nowhere."""

from typing import Protocol

import httpx

from services.notifier.domain.messages import Contact, PlannedMessage
from shared.outcomes import UnavailableError

_NOT_FOUND = 404


class AddressBook(Protocol):
    """Knows where a message goes."""

    async def contact(self, message: PlannedMessage) -> Contact | None:
        """Return where ``message`` goes, or None if the applicant left no address for its medium.

        Raises:
            UnavailableError: the vault is away or turns us away.
        """
        ...


class Vault:
    """Intake's vault over HTTP. Each question says what for and is logged; the client proves who asks."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def contact(self, message: PlannedMessage) -> Contact | None:
        """See `AddressBook.contact`."""
        try:
            answer = await self._client.get(
                f"/internal/v1/vault/{message.request_id}/contact",
                params={"medium": message.medium.value, "purpose": message.purpose},
            )
        except httpx.HTTPError as error:
            raise UnavailableError(f"vault away: {type(error).__name__}") from error
        if answer.status_code == _NOT_FOUND:
            return None
        if not answer.is_success:
            raise UnavailableError(f"vault away: status {answer.status_code}")
        told = answer.json()
        return Contact(
            address=told["address"],
            tracking_url=told["tracking_url"],
            receipt_number=told["receipt_number"],
            name=told.get("name"),
        )

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
