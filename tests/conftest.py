"""Fixtures for everything that needs a broker or a database; tests/support/stack.py says which ones."""

import contextlib
import uuid
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from hypothesis import HealthCheck, settings
from pymongo import MongoClient

from tests.support.stack import MakeTopic, Pair, Run, describe

# No test asserts a time: on a busy machine an example may take long for reasons of its own.
settings.register_profile("istek", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("istek")

_cleanup = pytest.StashKey[contextlib.ExitStack]()
_NEED_A_PAIR = {"pair", "kafka", "mongodb"}


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    config.stash[_cleanup] = contextlib.ExitStack()
    config.stash[_cleanup].enter_context(Run.begin().controlled())


def pytest_unconfigure(config: pytest.Config) -> None:
    if _cleanup in config.stash:
        config.stash[_cleanup].close()


def pytest_report_header() -> str:
    return describe()


def pytest_collection_finish(session: pytest.Session) -> None:
    # Here rather than in the fixture, so that a first run's downloads do not use up one test's time limit.
    needed = any(_NEED_A_PAIR & set(getattr(item, "fixturenames", ())) for item in session.items)
    if needed and not session.config.option.collectonly:
        Run.current().pair()


@pytest.fixture(scope="session")
def pair() -> Pair:
    """The broker and the database of this run."""
    return Run.current().pair()


@pytest.fixture(scope="session")
def kafka(pair: Pair) -> str:
    """Bootstrap address of a running broker."""
    return pair.kafka


@pytest.fixture(scope="session")
def mongodb(pair: Pair) -> str:
    """Connection string of a running database."""
    return pair.mongodb


@pytest.fixture
def make_topic(kafka: str) -> MakeTopic:
    """Create a topic of one's own; ``await make_topic(partitions=3, config={...})`` gives its name."""

    async def make(
        partitions: int = 3, *, name: str | None = None, config: dict[str, str] | None = None
    ) -> str:
        name = name or f"test.{uuid.uuid4().hex[:12]}"
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=config or {})])
        finally:
            await admin.close()
        return name

    return make


@pytest.fixture
def database_name(mongodb: str) -> Iterator[str]:
    """A database name that no other test knows; the database is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield name
    client: MongoClient[dict[str, object]] = MongoClient(mongodb)
    with client:
        client.drop_database(name)
