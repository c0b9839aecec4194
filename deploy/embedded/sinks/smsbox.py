"""Short messages that the SMS gateway accepted."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded.sinks.journal import Journal
from shared.text.sms_parts import count_parts


@dataclass(frozen=True)
class Sms:
    """One short message.

    Attributes:
        id: The sender's own id, by which repeats are known.
        accepted_at: First acceptance, ISO 8601 in UTC.
        parts: Parts that a network would charge.
        repeats: Further requests with the same id.
    """

    id: str
    to: str
    text: str
    accepted_at: str
    parts: int
    encoding: str
    repeats: int = 0


class ReusedIdError(Exception):
    """An id came again with another recipient or text."""


class Smsbox:
    """All short messages by id.

    Args:
        folder: Receives the journal; what is there from an earlier run is shown again.
    """

    def __init__(self, folder: Path) -> None:
        self._journal = Journal(folder / "received.jsonl")
        self._messages: dict[str, Sms] = {}
        for entry in self._journal.entries():
            self._count(Sms(**entry))

    def accept(self, sms_id: str, to: str, text: str) -> Sms:
        """Store a message; a known id changes nothing but the count of repeats.

        Raises:
            ReusedIdError: The id is known with another recipient or text.
        """
        known = self._messages.get(sms_id)
        if known and (known.to, known.text) != (to, text):
            raise ReusedIdError(sms_id)
        parts = count_parts(text)
        sms = Sms(
            id=sms_id,
            to=to,
            text=text,
            accepted_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            parts=parts.count,
            encoding=parts.encoding,
        )
        self._journal.append(asdict(sms))
        return self._count(sms)

    def newest_first(self) -> list[Sms]:
        """Return every message, the latest first."""
        return list(reversed(self._messages.values()))

    def __len__(self) -> int:
        return len(self._messages)

    def find(self, sms_id: str) -> Sms | None:
        """Return the message of this id, if there is one."""
        return self._messages.get(sms_id)

    def clear(self) -> None:
        """Forget every message."""
        self._messages.clear()
        self._journal.clear()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _count(self, sms: Sms) -> Sms:
        known = self._messages.get(sms.id)
        self._messages[sms.id] = replace(known, repeats=known.repeats + 1) if known else sms
        return self._messages[sms.id]
