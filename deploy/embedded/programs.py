"""The programs of the embedded stack, in the order in which they start."""

import asyncio
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from deploy.embedded.errors import StackError
from deploy.embedded.jars import Progress
from deploy.embedded.kafka import KafkaNode
from deploy.embedded.mongodb import MongoNode
from deploy.embedded.ports import Ready, accepts_connections
from deploy.embedded.settings import LOOPBACK, StackSettings, http_url
from deploy.embedded.topics import create_topics
from shared.contracts.topics import all_topics


@dataclass(frozen=True)
class Port:
    """A port that a program listens on, and the variable that moves it."""

    number: int
    variable: str


def _nothing() -> None:
    """Nothing to do."""


def _no_preparation(_progress: Progress) -> None:
    """Nothing to fetch or to make."""


@dataclass(frozen=True)
class Program:
    """One program, as data for the process manager and the people who read its table.

    Attributes:
        command: Gives the command line once `prepare` has run.
        ports: Must be free before the start.
        address: What a person or a client connects to.
        about: What is found there, for the table of addresses.
        ready: Says whether it does its work.
        prepare: Fetches and makes what the program needs.
        once_ready: Runs each time the stack has seen the program ready at start-up.
        start_seconds: How long it may take to become ready.
        stop_seconds: How long it may take to end before it is killed.
    """

    name: str
    command: Callable[[], list[str]]
    ports: tuple[Port, ...]
    address: str
    about: str
    ready: Ready
    prepare: Callable[[Progress], None] = _no_preparation
    once_ready: Callable[[], None] = _nothing
    start_seconds: float = 60
    stop_seconds: int = 30


def all_programs(settings: StackSettings) -> list[Program]:
    """Return every program in starting order; stopping goes the other way round."""
    return [
        _kafka(settings),
        _mongodb(settings),
        _sinks(settings),
        _service("intake", settings.intake_port, "ISTEK_INTAKE_PORT", "the door: form, tracking, channels"),
        _service("router", settings.router_port, "ISTEK_ROUTER_PORT", "routing, triage"),
        _service("notifier", settings.notifier_port, "ISTEK_NOTIFIER_PORT", "messages to applicants"),
        _service("sla_monitor", settings.sla_port, "ISTEK_SLA_PORT", "deadlines, operations board"),
    ]


def select(programs: Iterable[Program], names: str | None) -> list[Program]:
    """Return the programs that a comma-separated list names, in starting order; all without a list.

    Raises:
        StackError: A name is unknown.
    """
    known = list(programs)
    if names is None:
        return known
    wanted = {name.strip() for name in names.split(",")}
    if unknown := sorted(wanted - {program.name for program in known}):
        raise StackError(f"there is no program {unknown[0]}; choose from {', '.join(p.name for p in known)}")
    return [program for program in known if program.name in wanted]


def answers_ready(base_url: str) -> bool:
    """Return whether ``/readyz`` of an HTTP service says 200."""
    try:
        with urllib.request.urlopen(f"{base_url}/readyz", timeout=2) as response:  # noqa: S310 - loopback
            return bool(response.status == 200)  # noqa: PLR2004 - OK
    except (urllib.error.URLError, OSError):
        return False


def _kafka(settings: StackSettings) -> Program:
    node = KafkaNode.from_settings(settings)
    return Program(
        name="kafka",
        command=lambda: node.command,
        ports=(
            Port(settings.kafka_port, "ISTEK_KAFKA_PORT"),
            Port(settings.kafka_controller_port, "ISTEK_KAFKA_CONTROLLER_PORT"),
        ),
        address=node.address,
        about="Apache Kafka",
        ready=node.answers,
        prepare=node.prepare,
        once_ready=lambda: _create_declared_topics(node.address),
    )


def _create_declared_topics(address: str) -> None:
    asyncio.run(create_topics(address, all_topics()))


def _mongodb(settings: StackSettings) -> Program:
    node = MongoNode.from_settings(settings)
    return Program(
        name="mongodb",
        command=lambda: node.command,
        ports=(Port(settings.mongodb_port, "ISTEK_MONGODB_PORT"),),
        address=node.uri,
        about="SecantusDB, MongoDB protocol",
        ready=node.answers,
        prepare=lambda _progress: node.prepare(),
    )


def _sinks(settings: StackSettings) -> Program:
    def ready() -> bool:
        return accepts_connections(settings.smtp_port) and answers_ready(http_url(settings.viewer_port))

    return Program(
        name="sinks",
        command=partial(uvicorn_command, "deploy.embedded.sinks.app:create_app", settings.viewer_port),
        ports=(
            Port(settings.smtp_port, "ISTEK_SMTP_PORT"),
            Port(settings.viewer_port, "ISTEK_VIEWER_PORT"),
        ),
        address=http_url(settings.viewer_port),
        about=f"mails and SMS that were sent (SMTP {LOOPBACK}:{settings.smtp_port})",
        ready=ready,
    )


def _service(name: str, port: int, variable: str, about: str) -> Program:
    return Program(
        name=name,
        command=partial(uvicorn_command, f"services.{name}.app:create_app", port),
        ports=(Port(port, variable),),
        address=http_url(port),
        about=about,
        ready=partial(answers_ready, http_url(port)),
        stop_seconds=40,
    )


def uvicorn_command(application: str, port: int) -> list[str]:
    """Return how an application is served on this machine.

    Args:
        application: its factory, such as ``services.intake.app:create_app``.
        port: on loopback.
    """
    return [
        *(sys.executable, "-m", "uvicorn", application, "--factory"),
        *("--host", LOOPBACK, "--port", str(port), "--loop", "uvloop", "--no-access-log"),
        # ISTEK_WEB_TRUSTED_PROXIES says who is believed; uvicorn by itself would believe loopback.
        "--no-proxy-headers",
        # Longer than proxies and clients keep a connection that nobody uses: closed here while a request is
        # on its way, it makes that request fail.
        *("--timeout-keep-alive", "75", "--h11-max-incomplete-event-size", "16384"),
        # A page that streams events never ends by itself and must not hold up the stop.
        *("--timeout-graceful-shutdown", "10"),
    ]
