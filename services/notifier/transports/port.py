"""What a way to reach people must do. `tests/unit/notifier/transport_contract.py` holds every one to it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.notifier.domain.results import Result


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with its address and its words. ``id`` stays the same however often it is sent.

    Attributes:
        subject: for media that have one.
        html: the text once more as HTML, for media that take it.
    """

    id: UUID
    address: str
    text: str
    subject: str = ""
    html: str | None = None


class Transport(Protocol):
    """One gateway."""

    async def send(self, outgoing: Outgoing) -> Result:
        """Hand over one message and return what the gateway said of it.

        A message that is sent again carries the same id, so that the gateway or the reader can tell. What
        comes back names neither address nor content.

        Raises:
            UnavailableError: the gateway is away or turns us away, which says nothing of the message.
        """
        ...

    async def close(self) -> None:
        """Give up all connections."""
        ...
