"""The installation's master keys: the first wraps, every one of them unwraps.

A master key is never used itself; what wraps data keys, what hashes contacts and the key's id are derived
from it.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_ID_BYTES: Final = 8


class UnknownKeyError(Exception):
    """Something was sealed under a master key that is not at hand."""


class DamagedError(Exception):
    """A ciphertext, its key or what it is bound to was changed."""


class MasterKey:
    """One master key.

    Attributes:
        id: what ciphertexts name it by; tells nothing of the key.
    """

    def __init__(self, secret: bytes) -> None:
        """Derive what is needed.

        Raises:
            ValueError: the secret has another length than 32 bytes.
        """
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, this one has {len(secret)}")
        self._wrapping = AESGCM(_derived(secret, "wrap", KEY_BYTES))
        self._lookup = _derived(secret, "lookup", KEY_BYTES)
        self.id = _derived(secret, "id", _ID_BYTES).hex()

    def wrap(self, data_key: bytes, binding: bytes) -> bytes:
        """Return the data key as it may be stored, bound to ``binding``."""
        return encrypt(self._wrapping, data_key, binding)

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytes:
        """Return the data key.

        Raises:
            DamagedError: it was changed, or belongs to something else.
        """
        return decrypt(self._wrapping, wrapped, binding)

    def hash_of(self, contact: str) -> str:
        """Return what a contact is looked up by."""
        return hmac.digest(self._lookup, contact.encode(), hashlib.sha256).hex()


class Keyring:
    """All master keys at hand."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        """Keep them, the one that wraps first.

        Raises:
            ValueError: there is none, or one has a wrong length.
        """
        if not secrets:
            raise ValueError("there is no master key")
        self.keys = tuple(MasterKey(secret) for secret in secrets)

    @property
    def current(self) -> MasterKey:
        """The key that wraps."""
        return self.keys[0]

    def key(self, key_id: str) -> MasterKey:
        """Return the key with this id.

        Raises:
            UnknownKeyError: it is not at hand.
        """
        for key in self.keys:
            if key.id == key_id:
                return key
        raise UnknownKeyError(f"master key {key_id} is not at hand")


def encrypt(cipher: AESGCM, plain: bytes, binding: bytes) -> bytes:
    """Return a fresh nonce and behind it the ciphertext with its tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, binding)


def decrypt(cipher: AESGCM, sealed: bytes, binding: bytes) -> bytes:
    """Return what `encrypt` was given.

    Raises:
        DamagedError: a byte of it or of ``binding`` is another.
    """
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding)
    except (InvalidTag, ValueError) as error:
        raise DamagedError("a ciphertext does not fit its key or its place") from error


def _derived(secret: bytes, use: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"istek vault {use}".encode()).derive(secret)
