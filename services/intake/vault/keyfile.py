"""Where the master keys come from: a file made at the first start, or the settings."""

import base64
import binascii
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from services.intake.vault.keyring import KEY_BYTES, Keyring
from shared.keyfiles import load_or_create_key

_GRACE_S: Final = 60.0
_LOOK_S: Final = 1.0


class KeySource(Protocol):
    """Knows the master keys in force."""

    def ring(self) -> Keyring:
        """Return them as they are now."""
        ...

    def recent_ring(self) -> Keyring:
        """Return them as they are or were a second ago, which is good enough to seal, and not to read."""
        ...


class RotationRunsError(Exception):
    """Another process rotates these keys."""


class FixedKeys:
    """Keys from the settings; a rotation is begun and ended by whoever sets them."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._ring = Keyring(secrets)

    def ring(self) -> Keyring:
        """See `KeySource.ring`."""
        return self._ring

    def recent_ring(self) -> Keyring:
        """See `KeySource.recent_ring`."""
        return self._ring


class KeyFile:
    """Keys of 32 bytes in one file, the one that wraps first. All replicas share it, and notice a change."""

    def __init__(self, path: Path) -> None:
        """Read the file, making it at the first start.

        Raises:
            OSError: the folder cannot be written or the file cannot be read.
            ValueError: it holds no keys.
        """
        load_or_create_key(path)
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._looked_at = 0.0
        self._ring = self.ring()

    def ring(self) -> Keyring:
        """See `KeySource.ring`."""
        self._looked_at = time.monotonic()
        now = self._path.stat()
        seen = (now.st_ino, now.st_mtime_ns)
        if seen != self._seen:
            self._ring, self._seen = Keyring(self._secrets()), seen
        return self._ring

    def recent_ring(self) -> Keyring:
        """See `KeySource.recent_ring`."""
        # For each request to look at the file costs more than to seal.
        return self._ring if time.monotonic() < self._looked_at + _LOOK_S else self.ring()

    @contextmanager
    def rotating(self) -> Iterator[None]:
        """Keep other rotations away; a process that dies lets go.

        Raises:
            RotationRunsError: one runs already.
        """
        lock = self._path.with_suffix(".lock")
        with lock.open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RotationRunsError(f"{lock} is held by another rotation") from None
            yield

    def begin(self) -> bool:
        """Put a new key first; False if there are several already, because a rotation is not finished."""
        secrets = self._secrets()
        if len(secrets) > 1:
            return False
        self._write([os.urandom(KEY_BYTES), *secrets])
        return True

    def finish(self) -> bool:
        """Destroy the keys that wrap no more; False while somebody may not have noticed the new one."""
        if time.time() - self._path.stat().st_mtime < _GRACE_S:
            return False
        self._write(self._secrets()[:1])
        return True

    def _secrets(self) -> list[bytes]:
        content = self._path.read_bytes()
        if len(content) % KEY_BYTES:
            raise ValueError(f"{self._path}: {len(content)} bytes are no whole number of keys")
        return [content[at : at + KEY_BYTES] for at in range(0, len(content), KEY_BYTES)]

    def _write(self, secrets: Sequence[bytes]) -> None:
        """Replace the file as a whole: it has the old keys or the new ones, whenever the process ends."""
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            file.write(b"".join(secrets))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            # The name must be on disk before the first data key is wrapped under the new key.
            os.fsync(folder)
        finally:
            os.close(folder)


def key_source(setting: str | None, file: Path) -> KeySource:
    """Return the keys of the setting, or of the file where there is none.

    Raises:
        OSError: the file cannot be made or read.
        ValueError: the setting or the file holds no keys.
    """
    return FixedKeys(secrets_from(setting)) if setting else KeyFile(file)


def secrets_from(setting: str) -> list[bytes]:
    """Return the keys in a setting, base64, separated by commas.

    Raises:
        ValueError: one of them is no base64.
    """
    try:
        return [base64.b64decode(part.strip(), validate=True) for part in setting.split(",")]
    except binascii.Error:
        raise ValueError("the vault keys are no base64 separated by commas") from None
