"""The process manager: its configuration, and what we ask of it while it runs."""

import configparser
import hashlib
import http.client
import io
import os
import shlex
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from supervisor.xmlrpc import SupervisorTransport

from deploy.embedded.errors import StackError
from deploy.embedded.process import tail
from deploy.embedded.programs import Program
from deploy.embedded.settings import PROJECT, StackSettings

_STARTUP_SECONDS = 15
_LOG_BYTES = 10 << 20


def socket_path(settings: StackSettings) -> Path:
    """Return the process manager's socket: in the temporary folder, for a socket's path may not be long."""
    digest = hashlib.sha256(str(settings.data.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"istek-{os.getuid()}-{digest}.sock"


def pid_path(settings: StackSettings) -> Path:
    """Return the file with the process manager's id."""
    return settings.run_folder / "supervisord.pid"


def configuration(programs: Sequence[Program], settings: StackSettings) -> str:
    """Return the process manager's configuration file.

    Nothing starts by itself: we start one after the other. Stopping is left to the process manager: it ends
    the highest priority first and waits for it, so services end before the database and the broker, whoever
    sends the signal.
    """
    sections: dict[str, dict[str, object]] = {
        "supervisord": {
            "nodaemon": "true",
            "logfile": settings.log_folder.resolve() / "supervisord.log",
            "logfile_maxbytes": _LOG_BYTES,
            "logfile_backups": 1,
            "pidfile": pid_path(settings).resolve(),
            "nocleanup": "true",
        },
        "unix_http_server": {"file": socket_path(settings), "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for position, program in enumerate(programs):
        sections[f"program:{program.name}"] = _program_section(program, position, settings)
    parser = configparser.RawConfigParser()
    parser.read_dict({name: _escaped(section) for name, section in sections.items()})
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def _program_section(program: Program, position: int, settings: StackSettings) -> dict[str, object]:
    return {
        "command": shlex.join(program.command()),
        "directory": PROJECT,
        "priority": 10 * (position + 1),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": 1,
        # Each try waits a second longer than the one before; what needs longer than this needs a person.
        "startretries": 60,
        "stopsignal": "TERM",
        "stopwaitsecs": program.stop_seconds,
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": log_path(program.name, settings).resolve(),
        "stdout_logfile_maxbytes": _LOG_BYTES,
        "stdout_logfile_backups": 2,
    }


def log_path(name: str, settings: StackSettings) -> Path:
    """Return a program's log file."""
    return settings.log_folder / f"{name}.log"


def _escaped(section: dict[str, object]) -> dict[str, str]:
    # The process manager expands %(name)s in values.
    return {key: str(value).replace("%", "%%") for key, value in section.items()}


class Supervisor:
    """A running process manager.

    Args:
        settings: Where its files are.
    """

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None

    def launch(self, programs: Sequence[Program], lock: TextIO) -> None:
        """Start the process manager in our process group and wait until it listens.

        Args:
            programs: What it will look after.
            lock: The lock of this run. The process manager inherits it, so that the folder stays locked
                should it outlive us.

        Raises:
            StackError: It did not start.
        """
        file = self._settings.run_folder / "supervisord.conf"
        file.write_text(configuration(programs, self._settings), encoding="utf-8")
        self._child = subprocess.Popen(  # noqa: S603 - the command is ours
            [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | self._settings.service_environment(),
            pass_fds=[lock.fileno()],
        )
        deadline = time.monotonic() + _STARTUP_SECONDS
        while not self.answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                log = self._settings.log_folder / "supervisord.log"
                raise StackError(f"the process manager did not start:\n{tail(log)}")
            time.sleep(0.05)

    @property
    def ended(self) -> bool:
        """Whether the process manager that we launched is gone."""
        return self._child is None or self._child.poll() is not None

    def answers(self) -> bool:
        """Return whether a process manager listens."""
        try:
            self._call("getState")
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False
        return True

    def start(self, name: str) -> None:
        """Start a program without waiting for it."""
        self._call("startProcess", name, False)

    def restart(self, name: str) -> None:
        """End a running program and start it again, without waiting until it is ready."""
        self._call("stopProcess", name)
        self.start(name)

    def processes(self) -> dict[str, dict[str, Any]]:
        """Return what the process manager knows of each program, by name."""
        answer = cast(list[dict[str, Any]], self._call("getAllProcessInfo"))
        return {info["name"]: info for info in answer}

    def stop(self, timeout: float) -> None:
        """End the process manager and with it all programs, the last started first.

        Raises:
            StackError: It was still there after ``timeout`` seconds.
        """
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise StackError(f"the process manager (pid {self._child.pid}) does not end: kill it") from None

    def _call(self, method: str, *arguments: object) -> object:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{socket_path(self._settings)}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)
