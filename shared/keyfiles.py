"""Secret keys that make themselves: a file of random bytes that only its owner reads."""

import os
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32


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
