"""Seals a file under a key of its own, bound to what it is and whose."""

import base64
import json
from dataclasses import asdict
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake.attachments.pictures import Offer
from services.intake.vault.keyring import decrypt, encrypt

_BITS: Final = 256


class FileKey:
    """The key of one file: content, thumbnail and offer are under it."""

    def __init__(self, key: bytes) -> None:
        self.bytes = key
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls) -> "FileKey":
        """Return a key nobody has."""
        return cls(AESGCM.generate_key(_BITS))

    @classmethod
    def of_text(cls, text: str) -> "FileKey":
        """Return the key that `text` wrote."""
        return cls(base64.b64decode(text))

    @property
    def text(self) -> str:
        """The key as the vault keeps it among a request's contents."""
        return base64.b64encode(self.bytes).decode()

    def seal(self, content: bytes, part: str, binding: bytes) -> bytes:
        """Return the ciphertext of one ``part`` of the file."""
        return encrypt(self._cipher, content, binding + part.encode())

    def open(self, sealed: bytes, part: str, binding: bytes) -> bytes:
        """Return what `seal` was given.

        Raises:
            DamagedError: it was changed, or is another part or another file.
        """
        return decrypt(self._cipher, sealed, binding + part.encode())


def offer_to_bytes(offer: Offer) -> bytes:
    """Return what a camera told, as text."""
    return json.dumps(asdict(offer), default=datetime.isoformat).encode()


def offer_of_bytes(text: bytes) -> Offer:
    """Return what `offer_to_bytes` wrote."""
    members = json.loads(text)
    taken_at = members.pop("taken_at")
    return Offer(**members, taken_at=datetime.fromisoformat(taken_at) if taken_at else None)
