"""The part of a rotation that the vault does not reach: files that no request has taken yet."""

from services.intake.attachments.records import Attachment, WrappedKey
from services.intake.attachments.store import AttachmentStore
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import Keyring
from services.intake.vault.rewrapping import rewrap_all


async def rewrap_unused(store: AttachmentStore, keys: KeySource) -> int:
    """Put the keys of unused files under the master key that wraps now, and return how many those were.

    A file whose key nobody can read any more is left to the sweeper.

    Raises:
        UnavailableError: the database is away; call again.
    """
    done, _ = await rewrap_all(store.not_under(keys.ring().current.id), keys, _rewrapped, store.rewrap)
    return done


def _rewrapped(ring: Keyring, attachment: Attachment) -> WrappedKey | None:
    if attachment.key is None:
        return None
    key = ring.key(attachment.key.key_id).unwrap(attachment.key.wrapped, attachment.binding)
    return WrappedKey(ring.current.id, ring.current.wrap(key, attachment.binding))
