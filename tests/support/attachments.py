"""A door that takes files, and what its callers do there."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from tests.support.intake import as_service, intake_on

HOUSE: Final = "http://127.0.0.1:8000"
"""Where the links of this door lead: to be the address that its clients ask at."""
BODY: Final[Mapping[str, Any]] = {"description": "Parktaki salıncağın zinciri kopmuş"}


def intake_with_files(
    patched: pytest.MonkeyPatch, mongodb: str, database: str, data: Path, **settings: str
) -> FastAPI:
    """Return intake as `intake_on` does; it examines one file at a time, and nobody comes too often."""
    ours = {
        "ISTEK_PUBLIC_URL": HOUSE,
        "ISTEK_INTAKE_RATE_ADDRESS": "off",
        "ISTEK_ATTACHMENT_WORKERS": "1",
    }
    return intake_on(patched, mongodb, database, data, **ours | settings)


def new_key() -> dict[str, str]:
    """Return the header of an idempotency key that nobody used."""
    return {"Idempotency-Key": uuid.uuid4().hex}


async def send(
    door: httpx.AsyncClient, content: bytes, *, channel: str = "mobile", key: dict[str, str] | None = None
) -> httpx.Response:
    """Send a file before its request."""
    return await door.post(f"/v1/{channel}/attachments", content=content, headers=key or new_key())


async def request(
    door: httpx.AsyncClient,
    *ids: str,
    channel: str = "mobile",
    key: dict[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - JSON
) -> httpx.Response:
    """Hand in a request with files that were sent."""
    body = {**BODY, "attachments": list(ids), **more}
    return await door.post(f"/v1/{channel}/requests", json=body, headers=key or new_key())


async def erase(door: httpx.AsyncClient, request_id: str) -> None:
    """Erase the applicant, who has no other request."""
    answer = await door.delete(f"/internal/v1/vault/{request_id}/person", auth=as_service("cli"))
    assert (answer.status_code, answer.json()["request_ids"]) == (200, [request_id])
