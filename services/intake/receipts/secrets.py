"""The tracking code: what proves that a receipt number is one's own. Derived on demand, stored nowhere."""

import hashlib
import hmac
from uuid import UUID

from shared.keyfiles import KEY_BYTES

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters without 0, 1, I and O: 32 characters, five bits each."""

_LENGTH = 8
_BITS = 5
_MASK = 0b11111


class TrackingCodes:
    """Derives and checks the codes of this installation's requests (HMAC-SHA256, 40 bits shown)."""

    def __init__(self, key: bytes) -> None:
        """Keep the installation's key.

        Raises:
            ValueError: the key is shorter than 32 bytes.
        """
        if len(key) < KEY_BYTES:
            raise ValueError(
                f"the key of the tracking codes needs {KEY_BYTES} bytes, this one has {len(key)}"
            )
        self._key = key

    def code_of(self, request_id: UUID) -> str:
        """Return the code as shown on the receipt, for example ``7K4P-9M2X``."""
        digest = hmac.digest(self._key, request_id.bytes, hashlib.sha256)
        number = int.from_bytes(digest[: _LENGTH * _BITS // 8])
        letters = [ALPHABET[number >> shift & _MASK] for shift in range(0, _LENGTH * _BITS, _BITS)]
        return "".join(letters[: _LENGTH // 2]) + "-" + "".join(letters[_LENGTH // 2 :])

    def proves(self, typed: str, request_id: UUID) -> bool:
        """Tell, in constant time, whether ``typed`` is this request's code; case and dashes do not matter."""
        expected = self.code_of(request_id).replace("-", "").encode()
        return hmac.compare_digest(_squeezed(typed).encode(errors="replace"), expected)


def _squeezed(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper()
