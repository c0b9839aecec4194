"""What every transport must do, whatever its gateway; each transport's test inherits it."""

from typing import Protocol
from uuid import UUID

import pytest

from services.notifier.domain.results import Deferred, Delivered, Refused
from services.notifier.transports.port import Outgoing, Transport
from shared.outcomes import UnavailableError

ADDRESS_PARTS = ("ayse", "ornek", "905550000000")
OUTGOING = Outgoing(
    id=UUID("7d3f0c1e-1111-5222-8333-444455556666"),
    address="",
    text="Başvurunuz alındı.",
    subject="Başvurunuz alındı",
    html="<p>Başvurunuz alındı.</p>",
)


class Gateway(Protocol):
    """A gateway under the test's control. ``mood`` is what it says to the next message."""

    address: str
    mood: str  # "takes", "later", "never", "away" or "silent"

    def ids(self) -> list[str]: ...


class TransportContract:
    """Inherit, and provide the fixtures ``gateway`` and ``transport`` that belong together."""

    @pytest.fixture
    def outgoing(self, gateway: Gateway) -> Outgoing:
        return Outgoing(OUTGOING.id, gateway.address, OUTGOING.text, OUTGOING.subject, OUTGOING.html)

    async def test_a_message_that_is_taken_is_delivered_with_evidence(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing
    ) -> None:
        result = await transport.send(outgoing)
        assert isinstance(result, Delivered)
        assert result.evidence
        assert gateway.ids() == [str(outgoing.id)]

    async def test_a_message_sent_again_is_known_by_the_same_id(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing
    ) -> None:
        await transport.send(outgoing)
        await transport.send(outgoing)
        assert set(gateway.ids()) == {str(outgoing.id)}

    async def test_a_passing_refusal_puts_the_message_off(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing
    ) -> None:
        gateway.mood = "later"
        assert isinstance(await transport.send(outgoing), Deferred)
        gateway.mood = "takes"
        assert isinstance(await transport.send(outgoing), Delivered)

    async def test_a_lasting_refusal_ends_the_message_and_not_the_next(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing
    ) -> None:
        gateway.mood = "never"
        assert isinstance(await transport.send(outgoing), Refused)
        gateway.mood = "takes"
        assert isinstance(await transport.send(outgoing), Delivered)

    @pytest.mark.parametrize("mood", ["away", "silent"])
    async def test_a_gateway_that_is_away_says_nothing_of_the_message(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing, mood: str
    ) -> None:
        gateway.mood = mood
        with pytest.raises(UnavailableError):
            await transport.send(outgoing)
        gateway.mood = "takes"
        assert isinstance(await transport.send(outgoing), Delivered)

    @pytest.mark.parametrize("mood", ["takes", "later", "never"])
    async def test_what_comes_back_holds_no_address(
        self, gateway: Gateway, transport: Transport, outgoing: Outgoing, mood: str
    ) -> None:
        gateway.mood = mood
        said = str(await transport.send(outgoing))
        assert not [part for part in ADDRESS_PARTS if part in said]
