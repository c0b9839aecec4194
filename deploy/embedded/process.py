"""One server as a child process: started, waited for, stopped or killed by its own id."""

import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.embedded.errors import StackError
from deploy.embedded.ports import Ready

_TAIL_LINES = 15


class ServerProcess:
    """A server that runs outside of any process manager, for tests and tools.

    Args:
        name: What messages call it.
        command: Program and arguments.
        log: File that receives its output, appended to over restarts.
        ready: Says whether the server answers.
        environment: Its whole environment; None inherits ours.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        ready: Ready,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._ready = ready
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        if self._child is None:
            raise StackError(f"{self.name} is not running; start it first")
        return self._child.pid

    def start(self, timeout: float = 60) -> None:
        """Start the server and return when it answers.

        Raises:
            StackError: It ended or did not answer within ``timeout`` seconds; the message quotes it.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            # A session of its own, so that Ctrl-C on a terminal reaches us and not the server.
            self._child = subprocess.Popen(  # noqa: S603 - the command is ours
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while not self._ready():
            if self._child.poll() is not None:
                raise StackError(
                    f"{self.name} ended at once, code {self._child.returncode}:\n{tail(self.log)}"
                )
            if time.monotonic() > deadline:
                self.kill()
                raise StackError(f"{self.name} did not answer within {timeout:.0f} s:\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self, timeout: float = 20) -> None:
        """End the server with SIGTERM, and with SIGKILL when it takes longer than ``timeout`` seconds."""
        self._end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """End the server with SIGKILL, as a power cut for this process alone."""
        self._end(signal.SIGKILL, timeout=10)

    def _end(self, how: signal.Signals, timeout: float) -> None:
        if self._child is None:
            return
        self._child.send_signal(how)
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()


def tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """Return the last lines of a log file, or a remark when there is none."""
    if not log.is_file():
        return f"(no output in {log})"
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(text[-lines:]) or f"(no output in {log})"
