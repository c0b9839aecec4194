"""What intake remembers of a file, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from shared.contracts.requests import AttachedFile
from shared.contracts.vocabulary import Channel
from shared.storage import Document

DEPARTMENT: Final = "department"
"""Stands where a channel stands, of files that directorates send."""

Sender: TypeAlias = Channel | Literal["department"]


class Place(StrEnum):
    """A store that files are kept in."""

    GRIDFS = "gridfs"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who sent a file: only the same may hand in a request with it, or answer one.

    Attributes:
        channel: the door it came through.
        client: the frontend's name; of `DEPARTMENT` the directorate's slug.
    """

    channel: Sender
    client: str


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A file's key under a master key, as long as no request's vault entry holds it."""

    key_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was sent.

    Attributes:
        reference: what others get to know of it.
        owner: who sent it.
        fingerprint: SHA-256 of what was sent, to tell a retry from another file under the same key.
        content: where the content is, under an id of this try alone; its thumbnail is beside it.
        has_thumbnail: it has one.
        created_at: when it came.
        stored: all of it is there.
        settled: it belongs to an accepted request, whose vault entry holds its key; one that a directorate
            sent does so once an answer names it.
        request_id: the request it was handed in with, or that its directorate sent it for.
        key: its key, until it is settled.
        offer: place and time that the camera told, sealed, until it is settled.
        place: the store that has it.
    """

    reference: AttachedFile
    owner: Owner
    fingerprint: str
    content: str
    has_thumbnail: bool
    created_at: datetime
    stored: bool = False
    settled: bool = False
    request_id: UUID | None = None
    key: WrappedKey | None = None
    offer: bytes | None = None
    place: Place = Place.GRIDFS

    @property
    def id(self) -> UUID:
        """Follows from channel, client and idempotency key."""
        return self.reference.id

    @property
    def binding(self) -> bytes:
        """What its ciphertexts are bound to."""
        return f"attachment/{self.id}/{self.content}".encode()


def document_of(attachment: Attachment) -> Document:
    """Return an attachment as it is stored."""
    return {
        "_id": str(attachment.id),
        "reference": attachment.reference.model_dump(mode="json", exclude={"id"}, exclude_none=True),
        "channel": str(attachment.owner.channel),
        "client": attachment.owner.client,
        "fingerprint": attachment.fingerprint,
        "content": attachment.content,
        "has_thumbnail": attachment.has_thumbnail,
        "created_at": attachment.created_at,
        "stored": attachment.stored,
        "settled": attachment.settled,
        "request_id": str(attachment.request_id) if attachment.request_id else None,
        "key_id": attachment.key.key_id if attachment.key else None,
        "wrapped": attachment.key.wrapped if attachment.key else None,
        "offer": attachment.offer,
        "place": attachment.place.value,
    }


def attachment_of(document: Mapping[str, Any]) -> Attachment:
    """Return a stored attachment."""
    return Attachment(
        reference=AttachedFile(id=UUID(document["_id"]), **document["reference"]),
        owner=Owner(_sender(document["channel"]), document["client"]),
        fingerprint=document["fingerprint"],
        content=document["content"],
        has_thumbnail=document["has_thumbnail"],
        created_at=document["created_at"],
        stored=document["stored"],
        settled=document["settled"],
        request_id=UUID(document["request_id"]) if document["request_id"] else None,
        key=WrappedKey(document["key_id"], document["wrapped"]) if document["wrapped"] else None,
        offer=document["offer"],
        # Code that knows no object store does not say; after a rollback to it its files are there.
        place=Place(document.get("place", Place.GRIDFS)),
    )


def _sender(name: str) -> Sender:
    return DEPARTMENT if name == DEPARTMENT else Channel(name)
