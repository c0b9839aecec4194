"""The embedded database: SecantusDB, which speaks the MongoDB wire protocol and stores in WiredTiger."""

import importlib.util
import sys
from pathlib import Path

from deploy.embedded.errors import StackError
from deploy.embedded.ports import accepts_connections
from deploy.embedded.process import ServerProcess
from deploy.embedded.settings import LOOPBACK, StackSettings


class MongoNode:
    """A database's folder, port and command line.

    Args:
        folder: Receives configuration and data; survives restarts.
        port: Where clients connect.
        binary: Another server with the same options to run instead, such as the compiled one for benchmarks.
    """

    def __init__(self, folder: Path, port: int, binary: Path | None = None) -> None:
        self.port = port
        self._folder = folder
        self._binary = binary

    @classmethod
    def from_settings(cls, settings: StackSettings) -> "MongoNode":
        """Return the database that ``istek up`` runs."""
        return cls(settings.mongodb_folder, settings.mongodb_port, settings.mongodb_binary)

    @property
    def uri(self) -> str:
        """Connection string for clients."""
        return f"mongodb://{LOOPBACK}:{self.port}"

    @property
    def command(self) -> list[str]:
        """The database's command line."""
        # Without --sync-on-commit a killed server loses writes that it acknowledged.
        options = [
            "--host",
            LOOPBACK,
            "--port",
            str(self.port),
            "--storage-path",
            str(self._folder / "data"),
            "--sync-on-commit",
            # As a replica set it would write everything twice, and search its memory of retryable writes,
            # up to 10,000, twice for each write. We write by id and call again: nothing here needs either.
            "--standalone",
        ]
        if self._binary:
            return [str(self._binary), *options]
        # An empty configuration keeps a file in somebody's home folder from changing what runs here.
        return [
            sys.executable,
            "-m",
            "deploy.embedded.secantus_server",
            *options,
            "--config",
            str(self._configuration),
            "--log-level",
            "WARNING",
        ]

    def answers(self) -> bool:
        """Return whether the database accepts connections."""
        return accepts_connections(self.port)

    def prepare(self) -> None:
        """Make the data folder.

        Raises:
            StackError: There is no such server on this machine.
        """
        if self._binary and not self._binary.is_file():
            raise StackError(
                f"ISTEK_MONGODB_BINARY names {self._binary}, which does not exist: correct or unset it"
            )
        if not self._binary and importlib.util.find_spec("secantus") is None:
            raise StackError("the database wheel secantusdb is missing: install the `embedded` extra")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._configuration.write_text("")

    @property
    def _configuration(self) -> Path:
        return self._folder / "server.toml"

    def process(self, log: Path) -> ServerProcess:
        """Return the database as a child process to start and stop by hand."""
        return ServerProcess("mongodb", self.command, log, self.answers)
