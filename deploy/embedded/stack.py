"""Starting, watching and ending the whole stack on one machine."""

import contextlib
import http.client
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from deploy.embedded.errors import StackError
from deploy.embedded.orphans import end_remembered, remember
from deploy.embedded.preflight import (
    check_ports,
    is_locked,
    make_folders,
    only_run,
    read_pid,
    running_pid,
)
from deploy.embedded.process import tail
from deploy.embedded.programs import Program
from deploy.embedded.settings import StackSettings
from deploy.embedded.supervision import Supervisor, log_path, pid_path
from deploy.embedded.targets import choose_targets

_ENDED_STATES = {"BACKOFF", "EXITED", "FATAL"}
_LOOK_SECONDS = 1.0

Say = Callable[[str], None]
"""Receives progress lines for the person at the terminal."""


class Stack:
    """The programs of one data folder.

    Args:
        settings: Where files and ports are.
        programs: What to run, in starting order.
        say: Receives progress lines.
    """

    def __init__(self, settings: StackSettings, programs: Sequence[Program], say: Say) -> None:
        self._settings = settings
        self._programs = programs
        self._say = say
        self._supervisor = Supervisor(settings)
        self._pids: dict[str, int] = {}

    def run(self, when_up: Callable[[], None]) -> None:
        """Start everything in order, call ``when_up``, and keep it running until SIGINT or SIGTERM.

        Raises:
            StackError: Something needed is missing, did not become ready, or the process manager died.
        """
        make_folders(self._settings)
        with only_run(self._settings) as lock, _stopping_on_signals():
            self._end_remains()
            check_ports(self._programs)
            choose_targets(self._settings, self._settings.sla_policies)
            try:
                self._start(lock)
                when_up()
                self._watch()
            except KeyboardInterrupt:
                self._say("Stopping, services first")
            finally:
                _ignore_signals()
                self._end()

    def _start(self, lock: TextIO) -> None:
        for program in self._programs:
            program.prepare(self._say)
        self._supervisor.launch(self._programs, lock)
        for program in self._programs:
            began = time.monotonic()
            self._supervisor.start(program.name)
            self._wait_until_ready(program)
            program.once_ready()
            self._say(f"{program.name} is ready ({time.monotonic() - began:.1f} s)")

    def _wait_until_ready(self, program: Program) -> None:
        deadline = time.monotonic() + program.start_seconds
        while not program.ready():
            self._check_supervisor()
            state = self._look()[program.name]
            log = log_path(program.name, self._settings)
            if state in _ENDED_STATES:
                raise StackError(f"{program.name} ended while starting; the end of {log}:\n{tail(log)}")
            if time.monotonic() > deadline:
                raise StackError(
                    f"{program.name} was not ready after {program.start_seconds:.0f} s; "
                    f"the end of {log}:\n{tail(log)}"
                )
            time.sleep(0.1)

    def _watch(self) -> None:
        before = self._pids
        while True:
            self._check_supervisor()
            self._look()
            for name, pid in self._pids.items():
                if before.get(name) != pid:
                    self._say(f"{name} ended and was started again (see {log_path(name, self._settings)})")
            before = before | self._pids
            time.sleep(_LOOK_SECONDS)

    def _look(self) -> dict[str, str]:
        """Return each program's state, and write down the process ids when they changed."""
        try:
            processes = self._supervisor.processes()
        except (OSError, http.client.HTTPException) as error:
            # A killed process manager breaks off a conversation before the system reports its end.
            raise self._supervisor_died() from error
        pids = {p.name: processes[p.name]["pid"] for p in self._programs if processes[p.name]["pid"]}
        if pids != self._pids:
            self._pids = pids
            remember(_programs_path(self._settings), pids)
        return {name: info["statename"] for name, info in processes.items()}

    def _check_supervisor(self) -> None:
        if self._supervisor.ended:
            raise self._supervisor_died()

    def _supervisor_died(self) -> StackError:
        return StackError(
            f"the process manager died (see {self._settings.log_folder / 'supervisord.log'}); "
            "its programs are being ended, run again"
        )

    def _end_remains(self) -> None:
        if names := end_remembered(_programs_path(self._settings)):
            self._say(f"Ended what an earlier run left behind: {', '.join(names)}")

    def _end(self) -> None:
        self._supervisor.stop(timeout=sum(program.stop_seconds for program in self._programs) + 10)
        end_remembered(_programs_path(self._settings))


def end_stack(settings: StackSettings, say: Say, timeout: float = 180) -> bool:
    """End the stack of a data folder, whatever is left of it.

    Returns:
        Whether anything ran.

    Raises:
        StackError: It did not end in time.
    """
    found = is_locked(settings)
    if found:
        # The starter ends everything; without it the process manager does.
        for pid in (running_pid(settings), read_pid(pid_path(settings))):
            if pid and _signalled(pid):
                say(f"Ending the stack of {settings.data} (pid {pid})")
                break
        deadline = time.monotonic() + timeout
        while is_locked(settings):
            if time.monotonic() > deadline:
                raise StackError(f"the stack of {settings.data} has not ended after {timeout:.0f} s")
            time.sleep(0.1)
    orphans = end_remembered(_programs_path(settings))
    if orphans:
        say(f"Ended what had outlived its process manager: {', '.join(orphans)}")
    return found or bool(orphans)


def _programs_path(settings: StackSettings) -> Path:
    return settings.run_folder / "programs.json"


def _signalled(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    # Ending is under way and bounded; an impatient second Ctrl-C must not leave programs behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
