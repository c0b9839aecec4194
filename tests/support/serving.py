"""Applications served for who wants an address: from this process, or as a process of their own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from deploy.embedded.process import ServerProcess
from deploy.embedded.programs import answers_ready, uvicorn_command
from deploy.embedded.settings import http_url
from tests.support.ports import own_ports

AXE = Path(__file__).parents[1] / "browser/vendor/axe.min.js"
"""The accessibility checker, as a script to run in a page."""


def listening() -> tuple[socket.socket, str]:
    """Return a port that is held from now on, and its address, for who must know it before it is served."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def served(app: FastAPI, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve an application from a thread of its own, on what `listening` gave or a free port; yield where.

    Raises:
        RuntimeError: the application did not start; its log says why.
    """
    listener = listener or listening()[0]
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", proxy_headers=False, h11_max_incomplete_event_size=16_384)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the application did not start")
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
    (port,) = own_ports(1)
    name = application.partition(":")[0]
    log = folder / f"{name}.log"
    command = uvicorn_command(application, port)
    return ServerProcess(name, command, log, lambda: answers_ready(http_url(port)), environment), port
