"""A pause between two questions for the cluster that nobody answers.

aiokafka's sender asks again as soon as an answer fails, and a refused connection fails at once: for as long
as the broker is away, each process that has something to send would keep a core busy with asking.
"""

import asyncio
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.cluster import ClusterMetadata

PAUSE_S: Final = 0.25


def make_patient(client: AIOKafkaClient) -> None:
    """Let ``client`` wait `PAUSE_S` after each question that failed; it has no setting for it."""
    ask = client._metadata_update  # noqa: SLF001

    async def ask_and_pause(cluster: ClusterMetadata, topics: set[str] | None) -> bool:
        answered = bool(await ask(cluster, topics))
        if not answered:
            await asyncio.sleep(PAUSE_S)
        return answered

    client._metadata_update = ask_and_pause  # noqa: SLF001
