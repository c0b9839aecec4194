"""Programs that outlived their process manager: known by process id and start time."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

_STOP_SECONDS = 30


def started_at(pid: int) -> str | None:
    """Return when a process started, in whatever unit the system has, or None when it is gone.

    Together with the id it tells one process from a later one that got the same number.
    """
    stat = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(OSError):
        # The name in the second field may hold blanks; fields are counted after it (proc(5), field 22).
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    if Path("/proc/self/stat").exists():
        return None
    found = subprocess.run(  # noqa: S603 - a number is passed
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None


def remember(path: Path, pids: Mapping[str, int]) -> None:
    """Write down the process ids of the running programs, in starting order."""
    known = {name: [pid, started_at(pid)] for name, pid in pids.items()}
    staged = path.with_suffix(".new")
    staged.write_text(json.dumps(known), encoding="utf-8")
    staged.replace(path)


def end_remembered(path: Path) -> list[str]:
    """End the programs that were written down and still run, the last started first.

    Returns:
        Their names.
    """
    if not path.is_file():
        return []
    known: dict[str, list[object]] = json.loads(path.read_text(encoding="utf-8"))
    ended = []
    for name, (pid, start) in reversed(known.items()):
        if isinstance(pid, int) and start and started_at(pid) == start:
            _end(pid, str(start))
            ended.append(name)
    path.unlink()
    return ended


def _end(pid: int, start: str) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + _STOP_SECONDS
        while started_at(pid) == start:
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        else:
            return
