"""Ports for servers that run as processes of their own, which is before anything of them listens."""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Final, TextIO

from deploy.embedded.ports import free_ports

_FOLDER: Final = Path(tempfile.gettempdir()) / f"istek-test-ports-{os.getuid()}"
_locks: Final[list[TextIO]] = []


def own_ports(count: int) -> list[int]:
    """Return ports that are free now, and that no other test process is given while this one lives.

    A server may need seconds until it listens; till then nothing but a lock keeps others from its port. The
    kernel drops a lock however its holder ends.
    """
    _FOLDER.mkdir(exist_ok=True)
    found: list[int] = []
    while len(found) < count:
        (port,) = free_ports(1)
        lock = (_FOLDER / str(port)).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _locks.append(lock)
        found.append(port)
    return found
