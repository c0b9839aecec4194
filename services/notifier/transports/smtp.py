"""E-mail through one SMTP relay, over a few connections that are kept."""

import asyncio
from collections import deque
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
)

from services.notifier.domain.results import Deferred, Delivered, Refused, Result
from services.notifier.transports.port import Outgoing
from shared.outcomes import UnavailableError
from shared.text.masking import mask_personal

_PERMANENT = 500
_SERVICE_NOT_AVAILABLE = 421
_EVIDENCE_CHARS = 200


class SmtpTransport:
    """Sends mails with ``Message-ID: <id@domain>``, so that a mail sent twice is seen to be one.

    Args:
        connect: makes a client for the relay, not yet connected.
        sender: the From address, with or without a name.
        domain: right side of message ids.
        timeout_s: longest wait for one mail, connecting included.
        idle: connections kept for later mails.
    """

    def __init__(
        self,
        connect: Callable[[], SMTP],
        *,
        sender: str,
        domain: str,
        timeout_s: float = 10.0,
        idle: int = 8,
    ) -> None:
        self._connect = connect
        self._sender = sender
        self._domain = domain
        self._timeout_s = timeout_s
        self._idle: deque[SMTP] = deque(maxlen=idle)

    async def send(self, outgoing: Outgoing) -> Result:
        """Send one mail; see `Transport.send`.

        The relay answers for the recipient (RCPT) and for the content (DATA): 5xx there refuses the mail, 4xx
        puts it off. Anything else, 421 and time-outs included, means that the relay is away or turns us away.
        """
        try:
            mail = self._mail(outgoing)
        except ValueError:
            return Refused("not a mail address")
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._deliver(mail)
        except (SMTPException, OSError, TimeoutError) as error:
            raise UnavailableError(f"mail relay away: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    async def _deliver(self, mail: EmailMessage) -> Result:
        connection = await self._borrow()
        try:
            _, answer = await connection.send_message(mail)
            result: Result = Delivered(_said(250, answer))
        except SMTPRecipientsRefused as refusal:
            first = refusal.recipients[0]
            result = _judged(first.code, first.message, refusal)
        except SMTPDataError as refusal:
            result = _judged(refusal.code, refusal.message, refusal)
        except SMTPNotSupported:
            result = Refused("the relay cannot write this address")
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        return result

    async def _borrow(self) -> SMTP:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
        connection = self._connect()
        try:
            await connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: SMTP) -> None:
        if len(self._idle) == self._idle.maxlen:
            connection.close()
        else:
            self._idle.append(connection)

    def _mail(self, outgoing: Outgoing) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = outgoing.address
        mail["Subject"] = outgoing.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{outgoing.id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if not mail["To"].addresses or mail["To"].defects:
            raise ValueError("no address")
        mail.set_content(outgoing.text)
        if outgoing.html is not None:
            mail.add_alternative(outgoing.html, subtype="html")
        return mail


def _judged(code: int, answer: str, refusal: SMTPException) -> Result:
    if code == _SERVICE_NOT_AVAILABLE:
        raise refusal
    said = _said(code, answer)
    return Refused(said) if code >= _PERMANENT else Deferred(said)


def _said(code: int, answer: str) -> str:
    return f"smtp {code} {mask_personal(' '.join(answer.split()))}".strip()[:_EVIDENCE_CHARS]
