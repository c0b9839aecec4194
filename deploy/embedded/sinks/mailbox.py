"""Mails as they arrived: one ``.eml`` file per Message-ID, and an index in memory."""

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from deploy.embedded.sinks.journal import Journal

_UNSAFE = re.compile(r"[^A-Za-z0-9._@-]+")
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Mail:
    """One mail in the list.

    Attributes:
        id: File name without its ending.
        received_at: First arrival, ISO 8601 in UTC.
        message_id: The Message-ID header, empty when there was none.
        repeats: Further arrivals of the same Message-ID.
    """

    id: str
    received_at: str
    message_id: str
    sender: str
    recipients: list[str]
    subject: str
    repeats: int = 0


class Mailbox:
    """All mails that the SMTP sink accepted.

    Args:
        folder: Receives the files and the journal; what is there from an earlier run is shown again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._journal = Journal(folder / "received.jsonl")
        self._mails: dict[str, Mail] = {}
        for entry in self._journal.entries():
            self._count(Mail(**entry))

    def receive(self, sender: str, recipients: list[str], content: bytes) -> Mail:
        """Store a mail; one whose Message-ID is known replaces the file and raises the count of repeats."""
        message = _parse(content)
        message_id = str(message["Message-ID"] or "").strip()
        name = _file_name(message_id, content)
        (self._folder / f"{name}.eml").write_bytes(content)
        mail = Mail(
            id=name,
            received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            message_id=message_id,
            sender=sender,
            recipients=recipients,
            subject=str(message["Subject"] or ""),
        )
        self._journal.append(asdict(mail))
        return self._count(mail)

    def newest_first(self) -> list[Mail]:
        """Return every mail, the latest first."""
        return list(reversed(self._mails.values()))

    def __len__(self) -> int:
        return len(self._mails)

    def find(self, mail_id: str) -> Mail | None:
        """Return the mail of this id, if there is one."""
        return self._mails.get(mail_id)

    def source(self, mail: Mail) -> bytes:
        """Return the mail as it was received."""
        return (self._folder / f"{mail.id}.eml").read_bytes()

    def text(self, mail: Mail) -> str:
        """Return the mail's plain text, or its HTML source when it has no plain text."""
        body = _parse(self.source(mail)).get_body(preferencelist=("plain", "html"))
        return str(body.get_content()) if body else ""

    def clear(self) -> None:
        """Delete every mail."""
        for mail in self._mails.values():
            (self._folder / f"{mail.id}.eml").unlink(missing_ok=True)
        self._mails.clear()
        self._journal.clear()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _count(self, mail: Mail) -> Mail:
        known = self._mails.get(mail.id)
        self._mails[mail.id] = replace(known, repeats=known.repeats + 1) if known else mail
        return self._mails[mail.id]


def _parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _file_name(message_id: str, content: bytes) -> str:
    """Return a safe file name that is the same for the same Message-ID and for no other."""
    readable = _UNSAFE.sub("_", message_id.strip("<>")).lstrip(".")
    if readable and f"<{readable}>" == message_id and len(readable) <= _LONGEST_NAME:
        return readable
    digest = hashlib.sha256(message_id.encode() or content).hexdigest()[:16]
    return f"{readable[: _LONGEST_NAME - 17]}-{digest}" if readable else digest
