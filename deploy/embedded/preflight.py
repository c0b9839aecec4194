"""What must be true before anything starts; each fault is one line that says what to do."""

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from deploy.embedded.errors import StackError
from deploy.embedded.ports import is_free
from deploy.embedded.programs import Program
from deploy.embedded.settings import StackSettings


def check_ports(programs: Iterable[Program]) -> None:
    """Check that every port is free.

    Raises:
        StackError: One is taken.
    """
    for program in programs:
        for port in program.ports:
            if not is_free(port.number):
                raise StackError(
                    f"port {port.number} ({program.name}) is taken by another program: "
                    f"end that one, or choose another port with {port.variable}=<port>"
                )


def make_folders(settings: StackSettings) -> None:
    """Make the data folder with its parts.

    Raises:
        StackError: It cannot be written.
    """
    for folder in (settings.data, settings.log_folder, settings.run_folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            writable = os.access(folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            raise StackError(
                f"the data folder {settings.data} cannot be written: "
                "correct its permissions, or choose another one with ISTEK_DATA=<folder>"
            )


def lock_path(settings: StackSettings) -> Path:
    """Return the file that a running stack holds locked and that names its process id."""
    return settings.run_folder / "istek.pid"


@contextlib.contextmanager
def only_run(settings: StackSettings) -> Iterator[TextIO]:
    """Be the only run on the data folder; yields the lock, which a child may inherit and so hold as well.

    Raises:
        StackError: Another run holds it.
    """
    with lock_path(settings).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StackError(
                f"a stack already runs on {settings.data} (pid {running_pid(settings)}): "
                "end it with `istek down`, or choose another folder with ISTEK_DATA=<folder> and other ports"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock
        lock.truncate(0)


def is_locked(settings: StackSettings) -> bool:
    """Return whether a stack holds the data folder."""
    try:
        with lock_path(settings).open("r", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def running_pid(settings: StackSettings) -> int | None:
    """Return the process id in the lock file, if there is one."""
    return read_pid(lock_path(settings))


def read_pid(path: Path) -> int | None:
    """Return the process id that a file holds, or None."""
    try:
        return int(path.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
