"""Long answers of the database, a page at a time."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def pages_of(items: AsyncIterable[T], size: int) -> AsyncIterator[list[T]]:
    """Yield the items in lists of ``size``, the last one perhaps shorter and never empty."""
    page: list[T] = []
    async for item in items:
        page.append(item)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page
