"""What a key stands for: which client, at which doors, for which directorates, how long."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from shared.contracts.vocabulary import Channel

ANONYMOUS: Final = "api"
"""Whose idempotency keys those of callers without an API key are."""
RESERVED: Final = frozenset({ANONYMOUS, "form"})

_CLIENT_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Client:
    """A channel frontend, or a system of directorates.

    Attributes:
        id: its name; its idempotency keys and its rate are counted under it.
        channels: the doors it may use.
        departments: the directorates it may act for, by slug.
    """

    id: str
    channels: frozenset[Channel]
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """One key of a client, without the key. A client may hold several, to change them without a gap.

    Attributes:
        key_hash: SHA-256 of the key.
        client: name of the client.
        channels: the doors it may use.
        created_on: when it was made.
        expires_on: the last day on which it counts; None if it has none.
        revoked_on: since when it does not count any more.
        last_used_on: the last day on which it was shown.
        departments: the directorates it may act for, by slug.
    """

    key_hash: str
    client: str
    channels: frozenset[Channel]
    created_on: date
    expires_on: date | None = None
    revoked_on: date | None = None
    last_used_on: date | None = None
    departments: frozenset[str] = frozenset()

    @property
    def key_id(self) -> str:
        """What people name the key by: the beginning of its hash."""
        return self.key_hash[:12]

    def holds_on(self, day: date) -> bool:
        """Tell whether the key counts on ``day``, a day in Istanbul."""
        return self.revoked_on is None and (self.expires_on is None or day <= self.expires_on)


class ClientOf(Protocol):
    """Who holds a key. Answers at once, from memory."""

    def __call__(self, api_key: str, /) -> Client | None:
        """Return the client that holds ``api_key``, or None if it is no key or does not count any more."""


def is_client_name(name: str) -> bool:
    """Tell whether a client may be called so: 1 to 40 of a–z, 0–9 and inner dashes, and not reserved."""
    return _CLIENT_NAME.fullmatch(name) is not None and name not in RESERVED
