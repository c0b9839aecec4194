"""The Kafka and MongoDB pair that a whole test run shares.

Which pair: the one named by ``ISTEK_KAFKA`` and ``ISTEK_MONGODB``; else containers, when a Docker engine
answers; else the embedded pair on free ports in a temporary folder.

Whose life: a keeper process (this module run as a program) starts the pair when the first worker asks and
ends it with the run. Two file locks tie their lives together, because the kernel drops a lock however its
holder ends: the keeper waits for the lock of the pytest controller; the controller, ending in order, waits
for the keeper's.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded.kafka import KafkaNode
from deploy.embedded.mongodb import MongoNode
from deploy.embedded.process import ServerProcess, tail
from deploy.embedded.settings import StackSettings
from tests.support.ports import own_ports

MakeTopic = Callable[..., Awaitable[str]]

PROJECT = Path(__file__).parents[2]

_RUN = "ISTEK_TEST_RUN"
_START_TIMEOUT = 300
_DOCKER_SOCKET = Path("/var/run/docker.sock")


@dataclass(frozen=True)
class Pair:
    """Addresses of the broker and the database."""

    kafka: str
    mongodb: str


@dataclass(frozen=True)
class EmbeddedPair:
    """An embedded pair of one's own, with the processes at hand to kill and start again."""

    address: Pair
    kafka: ServerProcess
    mongodb: ServerProcess


def given_pair() -> Pair | None:
    """Return the pair that the environment names, if it names both."""
    kafka, mongodb = os.environ.get("ISTEK_KAFKA"), os.environ.get("ISTEK_MONGODB")
    return Pair(kafka, mongodb) if kafka and mongodb else None


def docker_answers() -> bool:
    """Return whether a Docker engine answers."""
    if not os.environ.get("DOCKER_HOST") and not _DOCKER_SOCKET.exists():
        return False
    import docker  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import, and most machines end above

    try:
        return bool(docker.from_env(timeout=2).ping())
    except docker.errors.DockerException:
        return False


def describe() -> str:
    """Say in one line which pair this run uses."""
    if given := given_pair():
        return f"kafka+mongodb: {given.kafka} and {given.mongodb} (ISTEK_KAFKA, ISTEK_MONGODB)"
    if docker_answers():
        return "kafka+mongodb: containers (a Docker engine answers)"
    return "kafka+mongodb: embedded Apache Kafka and SecantusDB, started when a test needs them"


@contextlib.contextmanager
def embedded_pair(folder: Path) -> Iterator[EmbeddedPair]:
    """Run an embedded pair on free ports with its data and logs in ``folder``."""
    kafka_port, controller_port, mongodb_port = own_ports(3)
    broker = KafkaNode(folder / "kafka", kafka_port, controller_port, StackSettings().cache)
    database = MongoNode(folder / "mongodb", mongodb_port, StackSettings().mongodb_binary)
    broker.prepare(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - shown while fetching
    database.prepare()
    with broker.process(folder / "kafka.log") as kafka, database.process(folder / "mongodb.log") as mongodb:
        yield EmbeddedPair(Pair(broker.address, database.uri), kafka, mongodb)


@contextlib.contextmanager
def container_pair() -> Iterator[Pair]:
    """Run the pair in containers."""
    from testcontainers.community.kafka import KafkaContainer  # noqa: PLC0415 - only where Docker is
    from testcontainers.community.mongodb import MongoDbContainer  # noqa: PLC0415

    with KafkaContainer().with_kraft() as kafka, MongoDbContainer("mongo:8") as mongodb:
        yield Pair(kafka.get_bootstrap_server(), mongodb.get_connection_url())


@dataclass(frozen=True)
class Run:
    """One pytest run, as its controller and all its workers see it."""

    folder: Path

    @classmethod
    def begin(cls) -> "Run":
        """Open a run; workers started from this process find it with `current`."""
        folder = Path(tempfile.mkdtemp(prefix="istek-tests-"))
        os.environ[_RUN] = str(folder)
        return cls(folder)

    @classmethod
    def current(cls) -> "Run":
        """Return the run that this process belongs to."""
        return cls(Path(os.environ[_RUN]))

    @contextlib.contextmanager
    def controlled(self) -> Iterator[None]:
        """Stand for the run; at the end wait until its pair is gone."""
        with self._locked("controller"):
            yield
        with self._locked("keeper"):
            shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(_RUN, None)

    def pair(self) -> Pair:
        """Return the pair of this run, starting it when nobody did yet."""
        if given := given_pair():
            return given
        with self._locked("starting"):
            if not self._answer.exists():
                self._start_keeper()
        return Pair(**json.loads(self._answer.read_text()))

    def keep(self) -> None:
        """Run the pair until the controller is gone; the keeper's whole life."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with self._locked("keeper"):
            try:
                with self._running() as pair:
                    staged = self._answer.with_suffix(".new")
                    staged.write_text(json.dumps(asdict(pair)))
                    staged.rename(self._answer)
                    with self._locked("controller"):
                        pass
            finally:
                shutil.rmtree(self.folder / "pair", ignore_errors=True)

    @property
    def _answer(self) -> Path:
        return self.folder / "pair.json"

    @contextlib.contextmanager
    def _running(self) -> Iterator[Pair]:
        if docker_answers():
            with container_pair() as pair:
                yield pair
        else:
            with embedded_pair(self.folder / "pair") as embedded:
                yield embedded.address

    def _start_keeper(self) -> None:
        log = self.folder / "keeper.log"
        with log.open("ab") as output:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.support.stack"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=PROJECT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._answer.exists():
            if keeper.poll() is not None or time.monotonic() > deadline:
                keeper.terminate()
                raise RuntimeError(f"the test pair did not start:\n{tail(log, lines=40)}")
            time.sleep(0.05)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with (self.folder / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


if __name__ == "__main__":
    Run.current().keep()
