"""One attempt to sign in, from leaving for the provider until coming back. Pure but for its randomness."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

LIFE: Final = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""

_BYTES: Final = 32
# One slash, then no second one and no backslash, which browsers read as a slash; nothing that ends a line.
_OWN_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must be the same when the person comes back.

    Attributes:
        state: ties the answer to this browser.
        nonce: ties the identity to this attempt.
        verifier: proves that who fetches the identity is who left (PKCE, RFC 7636).
        onward: own path to go on to.
        began: seconds since 1970.
    """

    state: str
    nonce: str
    verifier: str
    onward: str
    began: int

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256, which the provider is told first."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_answered_by(self, state: str, now: int) -> bool:
        """Tell whether ``state`` came back from this attempt, and in time."""
        in_time = now - self.began < LIFE.total_seconds()
        return in_time and hmac.compare_digest(self.state.encode(), state.encode())

    def as_json(self) -> dict[str, Any]:
        """Return the content of the cookie."""
        return asdict(self)


def begin(onward: str | None, now: int) -> Attempt:
    """Return a new attempt that leads to ``onward`` if that is an own path, else to the first page."""
    state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
    return Attempt(state, nonce, verifier, own_path(onward), now)


def attempt_from(content: Mapping[str, Any]) -> Attempt:
    """Return the attempt that `Attempt.as_json` made ``content`` of."""
    return Attempt(**content)


def own_path(path: str | None) -> str:
    """Return ``path`` if it leads nowhere but to this service, else `/`."""
    return path if path and _OWN_PATH.fullmatch(path) else "/"
