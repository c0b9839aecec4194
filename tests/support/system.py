"""The whole system as ``istek up`` runs it, on ports and data of its own, each process at hand to kill."""

import json
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

import httpx
from supervisor.xmlrpc import SupervisorTransport

from deploy.embedded.settings import StackSettings
from deploy.embedded.supervision import socket_path
from shared.settings import ServiceSettings
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE
from tests.support.ports import own_ports
from tests.support.stack import PROJECT

_PORTS = ("KAFKA", "KAFKA_CONTROLLER", "MONGODB", "SMTP", "VIEWER", "INTAKE", "ROUTER", "NOTIFIER", "SLA")
_START_S = 240
_STOP_S = 180
_CLOCK_S = 120
_ERRORS = ('"level": "error"', '"level": "critical"', "Traceback")


class System:
    """A running system. Processes that are killed are started again by its process manager."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "data"
        self.ports = dict(zip(_PORTS, own_ports(len(_PORTS)), strict=True))
        self.environment: dict[str, str] = (
            os.environ
            | {f"ISTEK_{name}_PORT": str(port) for name, port in self.ports.items()}
            | {"ISTEK_DATA": str(self.data)}
            | settings
        )
        self.settings = StackSettings(data=self.data)
        for inherited in ("ISTEK_KAFKA", "ISTEK_MONGODB"):
            self.environment.pop(inherited, None)
        self._output = folder / "up.out"
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def kafka(self) -> str:
        """Bootstrap address of the broker."""
        return f"127.0.0.1:{self.ports['KAFKA']}"

    def url(self, name: str) -> str:
        """Address of ``INTAKE``, ``ROUTER``, ``NOTIFIER``, ``SLA`` or ``VIEWER``."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def start(self) -> None:
        """Start everything and wait until all of it is ready."""
        with self._output.open("wb") as output:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up"],
                env=self.environment,
                cwd=PROJECT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_S
        while "Ctrl-C ends everything" not in self._output.read_text():
            ended = self._running.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"the system did not start:\n{self._output.read_text()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End everything."""
        if self._running is not None:
            self._running.send_signal(signal.SIGTERM)
            self._running.wait(_STOP_S)

    def istek(self, *arguments: str, seconds: float = 180) -> subprocess.CompletedProcess[str]:
        """Run a command line against this system, for so many seconds at most."""
        environment = self.environment | {
            "ISTEK_KAFKA": self.kafka,
            "ISTEK_MONGODB": f"mongodb://127.0.0.1:{self.ports['MONGODB']}",
            "ISTEK_INTAKE_URL": self.url("INTAKE"),
            "ISTEK_ROUTER_URL": self.url("ROUTER"),
        }
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )

    def asking(self, service: str) -> httpx.Auth:
        """Return what proves to a service that the command line asks."""
        return tokens_of(ServiceSettings(data=self.data), COMMAND_LINE).at(service)

    def clock_of(self, request_id: str) -> dict[str, Any]:
        """Return a request's clock as the monitor shows it, once it has one."""
        deadline = time.monotonic() + _CLOCK_S
        while True:
            answer = httpx.get(
                f"{self.url('SLA')}/v1/clocks/{request_id}", auth=self.asking("sla_monitor"), timeout=30
            )
            if answer.status_code == httpx.codes.OK:
                return dict(answer.json())
            assert time.monotonic() < deadline, f"no clock for {request_id}: {answer.text}"
            time.sleep(0.2)

    def pid(self, program: str) -> int:
        """Process id of ``kafka``, ``mongodb``, ``sinks`` or a service, as it is now; 0 while it has none."""
        known = json.loads((self.data / "run" / "programs.json").read_text())
        return int(known.get(program, (0,))[0])

    def kill(self, program: str) -> None:
        """End a process as a power cut would, and wait until its successor is known."""
        before = self.pid(program)
        assert before, f"{program} is not running"
        os.kill(before, signal.SIGKILL)
        deadline = time.monotonic() + _START_S
        while self.pid(program) in {before, 0}:
            assert time.monotonic() < deadline, f"{program} was not started again"
            time.sleep(0.1)

    def hold(self, program: str) -> None:
        """Have the process manager stop a program, which then stays away."""
        self._ask("stopProcess", program)

    def release(self, program: str) -> None:
        """Have the process manager start a program again."""
        self._ask("startProcess", program)

    def _ask(self, method: str, program: str) -> None:
        transport = SupervisorTransport(None, None, f"unix://{socket_path(self.settings)}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as manager:
            getattr(manager.supervisor, method)(program)

    def ready(self) -> bool:
        """True while every service answers that it can do its work."""
        try:
            return all(
                httpx.get(f"{self.url(name)}/readyz", timeout=10).status_code == httpx.codes.OK
                for name in ("INTAKE", "ROUTER", "NOTIFIER", "SLA")
            )
        except httpx.HTTPError:
            return False

    def errors(self) -> list[str]:
        """Return the lines of the services' logs at level error or above."""
        found = []
        for name in ("intake", "router", "notifier", "sla_monitor"):
            lines = (self.data / "log" / f"{name}.log").read_text().splitlines()
            found += [f"{name}: {line[:300]}" for line in lines if any(sign in line for sign in _ERRORS)]
        return found
