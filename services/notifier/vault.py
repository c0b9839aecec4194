"""The address for one message, asked of intake's vault when it is needed and kept nowhere."""

from typing import Protocol

import httpx

from services.notifier.domain.messages import Contact, PlannedMessage
from shared.vault_contact import vault_contact


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
        told = await vault_contact(self._client, message.request_id, message.medium, message.purpose)
        if told is None:
            return None
        return Contact(
            address=told["address"],
            tracking_url=told["tracking_url"],
            receipt_number=told["receipt_number"],
            name=told.get("name"),
        )

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
