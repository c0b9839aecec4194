"""A broker and a database to measure on, and one server at a time beside them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.topics import create_topics
from shared.contracts.topics import TopicSpec, all_topics
from tests.bench import raw_door, raw_router
from tests.support.serving import process_of
from tests.support.stack import Pair, embedded_pair

PARTITIONS = 6


@dataclass(frozen=True)
class Served:
    """A running application.

    Attributes:
        port: where it listens on this machine.
        pid: its process.
        ready_after_s: from its start until ``/readyz`` said yes.
    """

    port: int
    pid: int
    ready_after_s: float


@dataclass(frozen=True)
class Bed:
    """A broker with all topics and a database, both empty at first."""

    folder: Path
    pair: Pair

    @contextmanager
    def serving(self, application: str, **environment: str) -> Iterator[Served]:
        """Run an application factory such as ``services.intake.app:create_app``."""
        process, port = process_of(application, self.folder, self.environment() | environment)
        began = time.perf_counter()
        with process:
            yield Served(port, process.pid, time.perf_counter() - began)

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that works with this broker and database."""
        return os.environ | {
            "ISTEK_KAFKA": self.pair.kafka,
            "ISTEK_MONGODB": self.pair.mongodb,
            "ISTEK_DATA": str(self.folder / "data"),
            "ISTEK_INTAKE_RATE_ADDRESS": "off",
        }


@contextmanager
def bed(folder: Path) -> Iterator[Bed]:
    """Run a pair for as long as the context lasts."""
    with embedded_pair(folder) as pair:
        yield Bed(folder, pair.address)


async def make_topics(on: Bed) -> None:
    """Create our topics and those of the ceilings."""
    raw = [
        TopicSpec(name=name, partitions=PARTITIONS, config={})
        for name in (raw_router.LIFECYCLE, raw_router.ROUTED, raw_door.TOPIC)
    ]
    await create_topics(on.pair.kafka, [*all_topics(), *raw])
