"""The part of a rotation that the vault does not reach: files that no request has taken yet."""

from typing import Final

from services.intake.attachments.records import WrappedKey
from services.intake.attachments.store import AttachmentStore
from services.intake.pages_of import pages_of
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import DamagedError, UnknownKeyError

_PAGE: Final = 200


async def rewrap_unused(store: AttachmentStore, keys: KeySource) -> int:
    """Put the keys of unused files under the master key that wraps now, and return how many those were.

    A file whose key nobody can read any more is left to the sweeper.

    Raises:
        UnavailableError: the database is away; call again.
    """
    done = 0
    async for page in pages_of(store.not_under(keys.ring().current.id), _PAGE):
        ring, changes = keys.ring(), []
        for attachment in page:
            if attachment.key is None:
                continue
            try:
                key = ring.key(attachment.key.key_id).unwrap(attachment.key.wrapped, attachment.binding)
            except (UnknownKeyError, DamagedError):
                continue
            wrapped = WrappedKey(ring.current.id, ring.current.wrap(key, attachment.binding))
            changes.append((attachment, wrapped))
        done += await store.rewrap(changes)
    return done
