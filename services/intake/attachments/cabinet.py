"""Keeps the files that come with requests, from their arrival until they are erased.

A file's key is under a master key only until its request is accepted. From then on the request's vault entry
alone holds it: rotations and erasures of the vault reach the file without knowing of it.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from services.intake.attachments.examining import Examined
from services.intake.attachments.pictures import Offer
from services.intake.attachments.records import Attachment, Owner, WrappedKey
from services.intake.attachments.scanning import Scan
from services.intake.attachments.sealing import FileKey, offer_of_bytes, offer_to_bytes
from services.intake.attachments.store import AttachmentStore
from services.intake.attachments.workshop import Workshop
from services.intake.idempotency import KeyInFlightError, KeyReusedError
from services.intake.vault.keyfile import KeySource
from services.intake.vault.keyring import DamagedError, UnknownKeyError
from shared.clock import Clock
from shared.contracts.requests import AttachedFile
from shared.ids import derived_id

_OFFER: Final = "offer"


class Variant(StrEnum):
    """What can be fetched of a file."""

    CONTENT = "content"
    THUMBNAIL = "thumbnail"


class NotAttachableError(Exception):
    """A request names files that are not there, not its client's, or another request's.

    Args:
        places: where in the list.
    """

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(f"{len(places)} files cannot be attached")
        self.places = tuple(places)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept; ``replayed`` if it was before."""

    attachment: Attachment
    offer: Offer
    replayed: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Files that a request has for itself.

    Attributes:
        request_id: the request.
        references: of the files, in the order they were named.
        secrets: their keys as texts for the vault, by name.
    """

    request_id: UUID
    references: tuple[AttachedFile, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The files."""
        return tuple(reference.id for reference in self.references)


class Cabinet:
    """The files of requests. Every method may raise `UnavailableError`."""

    def __init__(
        self, store: AttachmentStore, workshop: Workshop, scan: Scan, keys: KeySource, clock: Clock
    ) -> None:
        """Take what it works with.

        Args:
            store: where files are kept.
            workshop: where they are examined.
            scan: a virus scanner's word on them.
            keys: the master keys.
            clock: tells when they came.
        """
        self._store = store
        self._workshop = workshop
        self._scan = scan
        self._keys = keys
        self._clock = clock
        self._in_flight: set[UUID] = set()

    async def keep(self, owner: Owner, key: str, file: BinaryIO, *, request_id: UUID | None = None) -> Kept:
        """Return once a file is durable; sent again under the same key it is kept once.

        Args:
            owner: who sends it.
            key: the idempotency key.
            file: what was sent, from its beginning.
            request_id: the accepted request that it is sent for and no other can have it, if there is one.

        Raises:
            FileRefusedError: it is not taken; nothing of it is kept.
            KeyReusedError: the key was used for another file.
            KeyInFlightError: the first file with this key is still being worked on.
        """
        identity = attachment_id(owner, key)
        if identity in self._in_flight:
            raise KeyInFlightError
        self._in_flight.add(identity)
        try:
            async with self._workshop.free:
                content, fingerprint = await asyncio.to_thread(_read, file)
                return await self._keep_once(identity, owner, content, fingerprint, request_id)
        finally:
            self._in_flight.discard(identity)

    async def claim(self, request_id: UUID, owner: Owner, ids: Sequence[UUID]) -> Claim:
        """Return the files for a request that is about to be recorded.

        Raises:
            NotAttachableError: some of them cannot be had; the others may be this request's now.
        """
        if not ids:
            return Claim(request_id)
        found = await self._store.get_many(ids)
        secrets = {i: self._secret(a) for i, a in found.items() if _may_take(a, owner, request_id)}
        lacking = [n for n, i in enumerate(ids) if i not in secrets]
        if not lacking and await self._store.claim(ids, request_id) < len(ids):
            lacking = list(range(len(ids)))
        if lacking:
            raise NotAttachableError(lacking)
        return Claim(
            request_id,
            tuple(found[i].reference for i in ids),
            {secret_name(i): secret for i, secret in secrets.items() if secret},
        )

    async def settle(self, claim: Claim) -> None:
        """Tell that the request is accepted and the vault has its files' keys."""
        if claim.references:
            await self._store.settle(claim.ids)

    async def unsettled(self, request_id: UUID, owner: Owner, ids: Iterable[UUID]) -> Claim:
        """Return those of the files that somebody sent for an accepted request and that are not settled yet.

        What is not there, somebody else's or for another request is left out.
        """
        found = await self._store.get_many(ids)
        secrets = {
            a.id: secret
            for a in found.values()
            if a.stored and a.owner == owner and a.request_id == request_id and (secret := self._secret(a))
        }
        return Claim(
            request_id,
            tuple(found[i].reference for i in secrets),
            {secret_name(i): secret for i, secret in secrets.items()},
        )

    async def release(self, request_id: UUID, ids: Iterable[UUID]) -> None:
        """Tell that the request was not accepted with these files; another may name them."""
        await self._store.release(ids, request_id)

    async def of_request(self, request_id: UUID) -> dict[UUID, Attachment]:
        """Return a request's files that are still there, by id."""
        return {a.id: a for a in await self._store.of_request(request_id)}

    async def find(self, attachment_id: UUID) -> Attachment | None:
        """Return what is known of a file, if all of it is there."""
        found = await self._store.get(attachment_id)
        return found if found and found.stored else None

    async def offers(self, ids: Sequence[UUID]) -> dict[UUID, Offer]:
        """Return what cameras told of files that belong to no accepted request yet, by id.

        Of any other file, and of one that was changed where it is kept, nothing is told.
        """
        offers: dict[UUID, Offer] = {}
        for attachment in (await self._store.get_many(ids)).values():
            with suppress(DamagedError):
                offers[attachment.id] = self._offer(attachment)
        return offers

    async def read(self, attachment: Attachment, variant: Variant, secret: str | None) -> bytes | None:
        """Return what a file holds, or None where there is no such variant or no key.

        Args:
            attachment: the file.
            variant: itself or its thumbnail.
            secret: its key from the vault, if it belongs to an accepted request.

        Raises:
            DamagedError: it was changed where it is kept.
        """
        text = secret or self._secret(attachment)
        thumbnail = variant is Variant.THUMBNAIL
        sealed = await (self._store.thumbnail(attachment) if thumbnail else self._store.content(attachment))
        if text is None or sealed is None:
            return None
        return await asyncio.to_thread(FileKey.of_text(text).open, sealed, variant, attachment.binding)

    async def _keep_once(
        self, attachment_id: UUID, owner: Owner, content: bytes, fingerprint: str, request_id: UUID | None
    ) -> Kept:
        earlier = await self._store.get(attachment_id)
        if earlier and earlier.fingerprint != fingerprint:
            raise KeyReusedError
        if earlier and earlier.stored:
            return Kept(earlier, self._offer(earlier), replayed=True)
        await self._scan(content)
        examined = await self._workshop.examine(content)
        key = FileKey.new()
        attachment = replace(
            self._attachment(attachment_id, owner, fingerprint, examined, key), request_id=request_id
        )
        sealed, thumbnail = await asyncio.to_thread(_sealed, key, examined, attachment.binding)
        if not await self._store.keep(attachment, sealed, thumbnail):
            raise KeyInFlightError
        return Kept(attachment, examined.offer, replayed=False)

    def _attachment(
        self, attachment_id: UUID, owner: Owner, fingerprint: str, examined: Examined, key: FileKey
    ) -> Attachment:
        master = self._keys.ring().current
        reference = AttachedFile(
            id=attachment_id,
            media_type=examined.kind,
            size=len(examined.content),
            sha256=examined.sha256,
            width=examined.width,
            height=examined.height,
        )
        place = uuid4().hex
        bound = Attachment(
            reference=reference,
            owner=owner,
            fingerprint=fingerprint,
            content=place,
            has_thumbnail=examined.thumbnail is not None,
            created_at=self._clock(),
            place=self._store.place,
        )
        return replace(
            bound,
            key=WrappedKey(master.id, master.wrap(key.bytes, bound.binding)),
            offer=key.seal(offer_to_bytes(examined.offer), _OFFER, bound.binding),
        )

    def _secret(self, attachment: Attachment) -> str | None:
        if attachment.key is None:
            return None
        try:
            master = self._keys.ring().key(attachment.key.key_id)
            return FileKey(master.unwrap(attachment.key.wrapped, attachment.binding)).text
        except (UnknownKeyError, DamagedError):
            return None

    def _offer(self, attachment: Attachment) -> Offer:
        secret = self._secret(attachment)
        if secret is None or attachment.offer is None:
            return Offer()
        return offer_of_bytes(FileKey.of_text(secret).open(attachment.offer, _OFFER, attachment.binding))


def attachment_id(owner: Owner, key: str) -> UUID:
    """Return the id of the file that came under an idempotency key."""
    return derived_id(f"{owner.channel}/{owner.client}/{key}", "attachment")


def secret_name(file_id: UUID) -> str:
    """Return the name of a file's key among the contents of its request's vault entry."""
    return f"attachment/{file_id}"


def _may_take(attachment: Attachment, owner: Owner, request_id: UUID) -> bool:
    return attachment.stored and attachment.owner == owner and attachment.request_id in {None, request_id}


def _read(file: BinaryIO) -> tuple[bytes, str]:
    """Return a file's bytes and their SHA-256."""
    content = file.read()
    return content, hashlib.sha256(content).hexdigest()


def _sealed(key: FileKey, examined: Examined, binding: bytes) -> tuple[bytes, bytes | None]:
    thumbnail = examined.thumbnail
    return (
        key.seal(examined.content, Variant.CONTENT, binding),
        key.seal(thumbnail, Variant.THUMBNAIL, binding) if thumbnail is not None else None,
    )
