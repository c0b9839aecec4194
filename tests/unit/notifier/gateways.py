"""Gateways in this process that say what a test wants."""

import asyncio
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtpd.smtp
import httpx

ADDRESS = "ayse@ornek.example"
PHONE = "+905550000000"


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


class SmsGateway:
    """Answers in the gateway's place."""

    address = PHONE

    def __init__(self) -> None:
        self.mood = "takes"
        self.status: int | None = None
        self.taken: list[dict[str, str]] = []

    def ids(self) -> list[str]:
        return [sms["id"] for sms in self.taken]

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.mood == "silent":
            raise httpx.ReadTimeout("silent", request=request)
        statuses = {"takes": 202, "later": 429, "never": 422, "away": 503}
        status = self.status or statuses[self.mood]
        if status == statuses["takes"]:
            assert request.url.path == "/sms/v1/messages"
            self.taken.append(json.loads(request.content))
        return httpx.Response(status, json={"detail": f"about {PHONE}"})
