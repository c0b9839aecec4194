"""Photos that come to the door while something else is measured."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from uuid import uuid4

import httpx
from PIL import Image

_WIDTH, _HEIGHT = 4000, 3000
"""Twelve megapixels, as phones take them."""
_EVERY_S = 1.0
_GRAIN = 64


@asynccontextmanager
async def photos_coming(port: int) -> AsyncIterator[list[int]]:
    """Upload a photo each second for as long as the context lasts; yield the sizes of those that were kept.

    One more was kept before the context begins: for it the door starts the process that looks at photos.

    Raises:
        AssertionError: a photo was not kept.
    """
    photo, kept = _photo(), list[int]()

    async def upload(client: httpx.AsyncClient) -> None:
        answer = await client.post(
            "/v1/web/attachments",
            files={"file": ("photo.jpg", photo, "image/jpeg")},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 201, answer.text

    async def one_each_second(client: httpx.AsyncClient) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await upload(client)
            kept.append(len(photo))

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        await upload(client)
        uploading = asyncio.create_task(one_each_second(client))
        try:
            yield kept
        finally:
            uploading.cancel()
            (ended,) = await asyncio.gather(uploading, return_exceptions=True)
            if not isinstance(ended, asyncio.CancelledError):
                raise ended


@cache
def _photo() -> bytes:
    """Return a picture that is as large as a real one: smooth where walls are, grained where streets are."""
    grain = Image.frombytes("RGB", (_GRAIN * 4, _GRAIN * 3), random.Random(7).randbytes(_GRAIN * _GRAIN * 36))
    written = io.BytesIO()
    grain.resize((_WIDTH, _HEIGHT), Image.Resampling.BICUBIC).save(written, "JPEG", quality=92)
    return written.getvalue()
