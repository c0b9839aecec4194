"""Links to files: signed, and dead after a while. Whoever has one needs nothing else, so nobody keeps one."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.intake.attachments.cabinet import Variant
from shared.clock import Clock

PREFIX: Final = "/dosya"
EXPIRY: Final = "son"
SIGNATURE: Final = "imza"


class Links:
    """Makes and checks the links of this installation (HMAC-SHA256)."""

    def __init__(self, key: bytes, *, lifetime: timedelta, clock: Clock) -> None:
        """Take what it works with.

        Args:
            key: the installation's key; what signs links is derived from it.
            lifetime: how long a link is good.
            clock: the present instant.
        """
        self._key = hmac.digest(key, b"links to attachments", hashlib.sha256)
        self._lifetime = lifetime
        self._clock = clock

    def path(self, attachment_id: UUID, variant: Variant) -> str:
        """Return a link, as a path of this service."""
        expiry = int((self._clock() + self._lifetime).timestamp())
        signature = self._signature(attachment_id, variant, expiry)
        return f"{PREFIX}/{attachment_id}/{variant}?{EXPIRY}={expiry}&{SIGNATURE}={signature}"

    def is_good(self, attachment_id: UUID, variant: Variant, expiry: int, signature: str) -> bool:
        """Tell, in constant time, whether these are the parts of a link that has not expired."""
        expected = self._signature(attachment_id, variant, expiry).encode()
        genuine = hmac.compare_digest(signature.encode(errors="replace"), expected)
        return genuine and expiry >= self._clock().timestamp()

    def _signature(self, attachment_id: UUID, variant: Variant, expiry: int) -> str:
        signed = f"{attachment_id}/{variant}/{expiry}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, signed, hashlib.sha256)).rstrip(b"=").decode()
