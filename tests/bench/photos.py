"""Photos that come to the door while something else is measured."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import httpx
from PIL import Image

from tests.bench.http_load import ask, message_of

_WIDTH, _HEIGHT = 4000, 3000
"""Twelve megapixels, as phones take them."""
_EVERY_S = 1.0
_GRAIN = 64


@asynccontextmanager
async def photos_coming(port: int) -> AsyncIterator[list[int]]:
    """Upload a photo each second for as long as the context lasts; yield the sizes of those that were kept.

    One more was kept before the context begins: for it the door starts the process that looks at photos. What
    goes over the wire is made before: to make it meanwhile would stop who measures for 30 ms a photo.

    Raises:
        AssertionError: a photo was not kept.
    """
    photo, form = _photo(), _form()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    kept = list[int]()

    async def one_each_second() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await ask(reader, writer, _message(form))
            kept.append(len(photo))

    try:
        await ask(reader, writer, _message(form))
        uploading = asyncio.create_task(one_each_second())
        try:
            yield kept
        finally:
            uploading.cancel()
            (ended,) = await asyncio.gather(uploading, return_exceptions=True)
            if not isinstance(ended, asyncio.CancelledError):
                raise ended
    finally:
        writer.close()


def _message(form: httpx.Request) -> bytes:
    return message_of(form.url.path, form.content, form.headers["Content-Type"])


@cache
def _form() -> httpx.Request:
    form = httpx.Request(
        "POST",
        "http://127.0.0.1/v1/web/attachments",
        files={"file": ("photo.jpg", _photo(), "image/jpeg")},
    )
    form.read()
    return form


@cache
def _photo() -> bytes:
    """Return a picture that is as large as a real one: smooth where walls are, grained where streets are."""
    grain = Image.frombytes("RGB", (_GRAIN * 4, _GRAIN * 3), random.Random(7).randbytes(_GRAIN * _GRAIN * 36))
    written = io.BytesIO()
    grain.resize((_WIDTH, _HEIGHT), Image.Resampling.BICUBIC).save(written, "JPEG", quality=92)
    return written.getvalue()
