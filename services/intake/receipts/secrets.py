"""The tracking code: what proves that a receipt number is one's own. Derived on demand, stored nowhere."""

import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters without 0, 1, I and O: 32 characters, five bits each."""

KEY_BYTES = 32
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


def load_or_create_key(path: Path) -> bytes:
    """Return the key kept in ``path``, making it at the first start, readable by its owner alone.

    Several processes may start at once: the file appears whole or not at all, and all read the same one.

    Raises:
        OSError: the folder cannot be written or the file cannot be read.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, unlike a rename, fails if another process was faster.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _squeezed(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper()
