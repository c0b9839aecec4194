"""Applications served from this process, for browsers and clients that want an address."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

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
