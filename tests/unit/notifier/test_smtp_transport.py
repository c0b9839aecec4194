import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtpd.smtp
import pytest
from aiosmtplib import SMTP

from services.notifier.domain.results import Delivered, Refused
from services.notifier.transports.port import Outgoing
from services.notifier.transports.smtp import SmtpTransport
from shared.outcomes import UnavailableError
from tests.unit.notifier.transport_contract import OUTGOING, TransportContract

ADDRESS = "ayse@ornek.example"


class Relay:
    """An SMTP server in this process that says what the test wants."""

    address = ADDRESS

    def __init__(self) -> None:
        self.mood = "takes"
        self.mails: list[EmailMessage] = []
        self.connections: list[asyncio.Transport] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()

    def hang_up(self) -> None:
        for connection in self.connections:
            connection.close()

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"])[1:-1].partition("@")[0] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - the server's interface
        self,
        _server: aiosmtpd.smtp.SMTP,
        _session: object,
        envelope: Any,  # noqa: ANN401 - the server ships no types
        address: str,
        _options: list[str],
    ) -> str:
        answers = {
            "later": f"450 4.2.1 <{address}> mailbox busy",
            "never": f"550 5.1.1 <{address}> no such user",
            "away": "421 4.3.2 closing",
        }
        if self.mood == "silent":
            await asyncio.sleep(5)
        if self.mood in answers:
            return answers[self.mood]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - the server's interface
        self,
        _server: aiosmtpd.smtp.SMTP,
        _session: object,
        envelope: Any,  # noqa: ANN401 - the server ships no types
    ) -> str:
        if self.mood == "dislikes":
            return "554 5.7.1 content refused"
        self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
        return f"250 2.0.0 queued for <{ADDRESS}>"

    def _serve(self) -> aiosmtpd.smtp.SMTP:
        relay = self

        class Watched(aiosmtpd.smtp.SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, asyncio.Transport)
                relay.connections.append(transport)
                super().connection_made(transport)

        return Watched(self, enable_SMTPUTF8=False)


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
