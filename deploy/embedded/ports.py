"""Questions to TCP ports on this machine."""

import random
import socket
import struct
from collections.abc import Callable
from itertools import islice

from deploy.embedded.settings import LOOPBACK

_SERVER_PORTS = range(20_000, 30_000)

Ready = Callable[[], bool]
"""Says whether a server answers; asked again and again until it does."""


def is_free(port: int) -> bool:
    """Return whether a server could listen on ``port`` of the loopback address now."""
    with socket.socket() as probe:
        # A port in TIME_WAIT is free for the servers, which all set this option.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    """Return ``count`` different ports that are free now.

    They lie below the range from which systems take the local ports of outgoing connections, so that no
    client occupies one while its server restarts.
    """
    candidates = random.sample(_SERVER_PORTS, len(_SERVER_PORTS))
    return list(islice(filter(is_free, candidates), count))


def accepts_connections(port: int) -> bool:
    """Return whether something listens on ``port``."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def answers_kafka(port: int) -> bool:
    """Return whether a Kafka broker on ``port`` answers an ApiVersions request.

    The broker's socket opens before it serves requests, so an accepted connection alone proves too little.
    The request is ApiVersions of the Kafka protocol: api key 18, version 0, correlation id, no client id.
    """
    request = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return len(connection.recv(4)) > 0
    except OSError:
        return False
