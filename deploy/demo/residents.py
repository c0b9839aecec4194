"""The people of the demonstration: they come to the five doors, one after the other."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml
from pydantic import BaseModel, ConfigDict

from shared.contracts.vocabulary import Channel

_FILE = Path(__file__).with_name("requests.yaml")
_PAUSE_S = 0.3


class Visit(BaseModel):
    """What one person brings, and through which door."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    body: dict[str, Any]


def visits() -> list[Visit]:
    """Return who comes, in order."""
    return [Visit.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8"))]


async def come(
    door: httpx.AsyncClient, people: list[Visit], received: Callable[[Visit, str, str], None]
) -> None:
    """Bring everybody's request to the door.

    Args:
        door: client of intake.
        people: who comes.
        received: called with visit, request id and receipt number of each one that was taken.

    Raises:
        httpx.HTTPError: the door does not answer, or refused a request.
    """
    for visit in people:
        answer = await door.post(
            f"/v1/{visit.channel}/requests", json=visit.body, headers={"Idempotency-Key": str(uuid4())}
        )
        answer.raise_for_status()
        receipt = answer.json()
        received(visit, receipt["request_id"], receipt["receipt_number"])
        await asyncio.sleep(_PAUSE_S)
