import asyncio
from collections.abc import AsyncIterator

import pytest
from aiosmtplib import SMTP

from services.notifier.domain.results import Delivered, Refused
from services.notifier.transports.port import Outgoing
from services.notifier.transports.smtp import SmtpTransport
from shared.outcomes import UnavailableError
from tests.unit.notifier.gateways import ADDRESS, Relay
from tests.unit.notifier.transport_contract import OUTGOING, TransportContract


@pytest.fixture
async def gateway() -> AsyncIterator[Relay]:
    relay = Relay()
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
async def transport(gateway: Relay) -> AsyncIterator[SmtpTransport]:
    transport = SmtpTransport(
        lambda: SMTP(hostname="127.0.0.1", port=gateway.port),
        sender="Beyoğlu Belediyesi <istek@beyoglu.bel.tr>",
        domain="istek.test",
        timeout_s=0.5,
        idle=2,
    )
    yield transport
    await transport.close()


class TestSmtp(TransportContract):
    pass


async def test_a_mail_says_who_it_is_from_and_that_nobody_typed_it(
    gateway: Relay, transport: SmtpTransport
) -> None:
    await transport.send(Outgoing(OUTGOING.id, ADDRESS, OUTGOING.text, OUTGOING.subject, OUTGOING.html))
    (mail,) = gateway.mails
    assert mail["From"] == "Beyoğlu Belediyesi <istek@beyoglu.bel.tr>"
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "Başvurunuz alındı"
    assert mail["Message-ID"] == f"<{OUTGOING.id}@istek.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Başvurunuz alındı."
    assert html.get_content().strip() == "<p>Başvurunuz alındı.</p>"


async def test_one_connection_carries_many_mails(gateway: Relay, transport: SmtpTransport) -> None:
    for _ in range(5):
        await transport.send(Outgoing(OUTGOING.id, ADDRESS, "a"))
    assert len(gateway.connections) == 1


async def test_mails_sent_together_do_not_wait_for_each_other(
    gateway: Relay, transport: SmtpTransport
) -> None:
    await asyncio.gather(*(transport.send(Outgoing(OUTGOING.id, ADDRESS, "a")) for _ in range(4)))
    assert len(gateway.mails) == 4
    assert len(gateway.connections) == 4


async def test_a_connection_that_the_relay_closed_is_not_used_again(
    gateway: Relay, transport: SmtpTransport
) -> None:
    await transport.send(Outgoing(OUTGOING.id, ADDRESS, "a"))
    gateway.hang_up()
    await asyncio.sleep(0.05)
    assert isinstance(await transport.send(Outgoing(OUTGOING.id, ADDRESS, "b")), Delivered)
    assert len(gateway.connections) == 2


async def test_content_that_the_relay_refuses_ends_the_message(
    gateway: Relay, transport: SmtpTransport
) -> None:
    gateway.mood = "dislikes"
    assert await transport.send(Outgoing(OUTGOING.id, ADDRESS, "a")) == Refused(
        "smtp 554 5.7.1 content refused"
    )


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: c@d", "ayşe@örnek.example"])
async def test_an_address_nobody_can_write_to_is_refused(
    gateway: Relay, transport: SmtpTransport, address: str
) -> None:
    assert isinstance(await transport.send(Outgoing(OUTGOING.id, address, "a")), Refused)
    assert gateway.mails == []


async def test_nobody_listening_is_an_outage(gateway: Relay, transport: SmtpTransport) -> None:
    await gateway.stop()
    with pytest.raises(UnavailableError, match="mail relay away"):
        await transport.send(Outgoing(OUTGOING.id, ADDRESS, "a"))
