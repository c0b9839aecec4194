"""One attempt at one message: ask for the address, find the words, hand it over."""

from collections.abc import Awaitable, Callable

from services.notifier.domain.messages import PlannedMessage
from services.notifier.domain.results import Refused, Result
from services.notifier.rendering import Renderer
from services.notifier.transports.port import Outgoing, Transport
from services.notifier.vault import AddressBook

Attempt = Callable[[PlannedMessage], Awaitable[Result]]
"""Makes one attempt; raises `UnavailableError` when something it needs is away."""

_NO_ADDRESS = Refused("no address")


def by_mail(vault: AddressBook, renderer: Renderer, transport: Transport) -> Attempt:
    """Return how a message is sent as an e-mail."""

    async def attempt(message: PlannedMessage) -> Result:
        contact = await vault.contact(message)
        if contact is None:
            return _NO_ADDRESS
        words = renderer.mail(message, contact)
        return await transport.send(
            Outgoing(message.id, contact.address, words.text, subject=words.subject, html=words.html)
        )

    return attempt


def by_sms(vault: AddressBook, renderer: Renderer, transport: Transport) -> Attempt:
    """Return how a message is sent as an SMS."""

    async def attempt(message: PlannedMessage) -> Result:
        contact = await vault.contact(message)
        if contact is None:
            return _NO_ADDRESS
        return await transport.send(Outgoing(message.id, contact.address, renderer.sms(message, contact)))

    return attempt
