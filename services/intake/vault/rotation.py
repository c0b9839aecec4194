"""Puts all data keys under a new master key.

What is done is seen from the entries themselves, so that a rotation which was killed goes on where it was,
and one that is repeated finds nothing to do.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.intake.vault.documents import Entry
from services.intake.vault.keyfile import KeyFile, KeySource
from services.intake.vault.keyring import Keyring
from services.intake.vault.rewrapping import rewrap_all
from services.intake.vault.sealing import Sealed, rewrap
from services.intake.vault.store import VaultStore


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did.

    Attributes:
        key_id: the key that wraps now.
        rewrapped: how many entries were put under it.
        unreadable: ids of requests whose entries no key opens; they stay as they are, and so do the old keys.
        begun: it made that key; else it went on with what was begun.
        finished: nothing is left under other keys and they are destroyed.
    """

    key_id: str
    rewrapped: int
    unreadable: tuple[UUID, ...]
    begun: bool
    finished: bool


Rewrap = Callable[[KeySource], Awaitable[int]]
"""Puts keys that are kept elsewhere under the master key that wraps now, and returns how many."""


async def rotate(store: VaultStore, keys: KeySource, *, others: Sequence[Rewrap] = ()) -> Rotation:
    """Begin a rotation, or go on with one.

    A key file gets a new key first. The old one stays in it until a later run finds nothing under it any
    more: a door that has not noticed the new key may still be wrapping under the old. Keys from the settings
    are begun and ended by whoever sets them.

    Args:
        store: what the vault holds.
        keys: the master keys.
        others: what else is under them.

    Raises:
        RotationRunsError: another process is at it.
        UnavailableError: the database is away; run again.
    """
    if not isinstance(keys, KeyFile):
        return await _onto_current(store, keys, others, begun=False)
    with keys.rotating():
        begun = keys.begin()
        done = await _onto_current(store, keys, others, begun=begun)
        if begun or done.rewrapped or done.unreadable or not keys.finish():
            return done
        return replace(done, finished=True)


async def _onto_current(
    store: VaultStore, keys: KeySource, others: Sequence[Rewrap], *, begun: bool
) -> Rotation:
    """Put all entries, and all that is elsewhere, under the master key that wraps now."""
    key_id = keys.ring().current.id
    elsewhere = sum([await rewrap_others(keys) for rewrap_others in others])
    here, unreadable = await rewrap_all(store.not_under(key_id), keys, _rewrapped, store.replace)
    ids = tuple(entry.request_id for entry in unreadable)
    return Rotation(key_id, elsewhere + here, ids, begun=begun, finished=False)


def _rewrapped(ring: Keyring, entry: Entry) -> Sealed | None:
    return rewrap(ring, entry.binding, entry.held) if entry.held else None
