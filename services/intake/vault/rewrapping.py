"""Puts keys under the master key that wraps now, whatever they belong to."""

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from typing import Final, TypeVar

from services.intake.pages_of import pages_of
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import DamagedError, Keyring, UnknownKeyError

_PAGE: Final = 200

T = TypeVar("T")
W = TypeVar("W")


async def rewrap_all(
    owners: AsyncIterable[T],
    keys: KeySource,
    rewrapped: Callable[[Keyring, T], W | None],
    replace: Callable[[Sequence[tuple[T, W]]], Awaitable[int]],
) -> tuple[int, list[T]]:
    """Return how many keys were put under it, and the owners of those that no master key opens.

    Args:
        owners: what has a key under another master key.
        keys: the master keys, asked for with each page, for they may change meanwhile.
        rewrapped: returns an owner's key in its new wrapping, or None where there is none any more; raises
            `UnknownKeyError` or `DamagedError` where it cannot be opened.
        replace: stores new wrappings of owners that did not change meanwhile, and returns how many.

    Raises:
        UnavailableError: the database is away; call again.
    """
    done, unreadable = 0, []
    async for page in pages_of(owners, _PAGE):
        ring, changes = keys.ring(), []
        for owner in page:
            try:
                wrapping = rewrapped(ring, owner)
            except (DamagedError, UnknownKeyError):
                unreadable.append(owner)
            else:
                if wrapping is not None:
                    changes.append((owner, wrapping))
        done += await replace(changes)
    return done, unreadable
