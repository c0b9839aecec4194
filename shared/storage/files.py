"""What every store of files promises, wherever it keeps them."""

from typing import Final, Protocol

NOBODY: Final = "nothing-has-this-name"
"""Looked for to see whether anything can be."""


class Files(Protocol):
    """Bytes by id. All methods may raise `UnavailableError`."""

    async def put(self, id: str, content: bytes) -> None:  # noqa: A002 - it is the file's id
        """Return once the file is durable; what a try before left of it is replaced."""

    async def get(self, id: str) -> bytes | None:  # noqa: A002 - it is the file's id
        """Return the file, or None."""

    async def remove(self, id: str) -> None:  # noqa: A002 - it is the file's id
        """Remove the file, if it is there."""

    async def ping(self) -> None:
        """Return when files can be read."""
