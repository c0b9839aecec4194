"""The SMTP side: takes every mail to every address and puts it into the mailbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.settings import LOOPBACK
from deploy.embedded.sinks.faults import Faults, SmtpFaultPlan
from deploy.embedded.sinks.mailbox import Mailbox

_REFUSALS = {
    421: "421 4.3.2 Service not available (fault plan)",
    550: "550 5.1.1 Mailbox unavailable (fault plan)",
}
_LARGEST_MAIL = 25 << 20


class Reception:
    """Answers the commands of one SMTP conversation; aiosmtpd calls the methods by name."""

    def __init__(self, mailbox: Mailbox, faults: Faults[SmtpFaultPlan]) -> None:
        self._mailbox = mailbox
        self._faults = faults

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if await self._faults.strike():
            return _REFUSALS[self._faults.plan.code]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store a mail and say so."""
        content = envelope.original_content or b""
        mail = self._mailbox.receive(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return f"250 2.6.0 OK {mail.id}"


@contextlib.asynccontextmanager
async def listening(port: int, reception: Reception) -> AsyncIterator[None]:
    """Serve SMTP on ``port`` of the loopback address in the running event loop."""
    loop = asyncio.get_running_loop()

    def connected() -> SMTP:
        return SMTP(
            reception,
            data_size_limit=_LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname="localhost",
            loop=loop,
        )

    server = await loop.create_server(connected, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
