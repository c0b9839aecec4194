"""Creates the declared topics on a broker."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.contracts.topics import TopicSpec

_TIMEOUT_MS = 30_000


async def create_topics(bootstrap: str, topics: Iterable[TopicSpec], replication: int = 1) -> list[str]:
    """Create the topics that are missing; those that exist are left as they are.

    Args:
        bootstrap: Address of the broker.
        topics: What must exist afterwards.
        replication: Copies of each new partition.

    Returns:
        The names that were created, in order of declaration.

    Raises:
        KafkaError: The broker refused one.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_TIMEOUT_MS)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        if not missing:
            return []
        answer = await admin.create_topics(
            [NewTopic(t.name, t.partitions, replication, topic_configs=t.config) for t in missing]
        )
    finally:
        await admin.close()
    return _created(answer.topic_errors)


def _created(errors: Iterable[tuple[str, int, str | None]]) -> list[str]:
    created = []
    for name, code, message in errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name}: {message}")
        if not code:
            created.append(name)
    return created
