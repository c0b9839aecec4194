"""The form of an API key: ``istek_`` and 58 letters and digits, of which the last seven check the others.

A key is 256 random bits, so its SHA-256 is all that needs to be stored: slow hashes make guessing costly
where people choose the secret, and here there is nothing to guess. They would cost every request what they
cost an attacker. The prefix lets scanners of repositories find a key that leaked; the checksum refuses a
mistyped one without a look at the register.
"""

import base64
import binascii
import hashlib
import secrets
import zlib
from typing import Final

PREFIX: Final = "istek_"
_SECRET_BYTES: Final = 32
_CHECK_BYTES: Final = 4
_LETTERS: Final = 58
_PADDING: Final = "======"


def new_key() -> str:
    """Return a key that nobody has yet."""
    secret = secrets.token_bytes(_SECRET_BYTES)
    written = base64.b32encode(secret + _check(secret)).decode().rstrip("=").lower()
    return PREFIX + written


def is_well_formed(key: str) -> bool:
    """Tell whether ``key`` has the form of a key and its checksum fits; says nothing of who holds it."""
    written = key.removeprefix(PREFIX)
    if len(key) != len(PREFIX) + _LETTERS or len(written) != _LETTERS or written != written.lower():
        return False
    try:
        read = base64.b32decode(written.upper() + _PADDING)
    except (binascii.Error, ValueError):
        return False
    return _check(read[:_SECRET_BYTES]) == read[_SECRET_BYTES:]


def hash_of(key: str) -> str:
    """Return what is stored of a key: its SHA-256, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def _check(secret: bytes) -> bytes:
    return zlib.crc32(PREFIX.encode() + secret).to_bytes(_CHECK_BYTES)
