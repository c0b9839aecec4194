"""Applications served for who wants an address: from this process, or as a process of their own."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from deploy.embedded.ports import free_ports
from deploy.embedded.process import ServerProcess
from deploy.embedded.programs import answers_ready
from deploy.embedded.settings import http_url

AXE = Path(__file__).parents[1] / "browser/vendor/axe.min.js"
"""The accessibility checker, as a script to run in a page."""


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Serve an application from a thread of its own, on a free port or a given one, and yield its address."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", proxy_headers=False, h11_max_incomplete_event_size=16_384)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def process_of(application: str, folder: Path, environment: dict[str, str]) -> tuple[ServerProcess, int]:
    """Return an application as a process to start, and its port on this machine.

    Args:
        application: its factory, such as ``services.intake.app:create_app``.
        folder: receives its log.
        environment: all of it.
    """
    (port,) = free_ports(1)
    name = application.partition(":")[0]
    command = [
        *(sys.executable, "-m", "uvicorn", application, "--factory", "--loop", "uvloop"),
        *("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"),
    ]
    log = folder / f"{name}.log"
    return ServerProcess(name, command, log, lambda: answers_ready(http_url(port)), environment), port
