"""What the vault holds of one request, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.vault.sealing import Sealed
from shared.storage import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """What came with one body of one request.

    Attributes:
        id: follows from the request and the fingerprint of the body.
        request_id: the request.
        held: the contents; as they are where a version without encryption wrote them; None once erased.
    """

    id: str
    request_id: UUID
    held: Sealed | Mapping[str, str] | None

    @property
    def binding(self) -> bytes:
        """What its ciphertexts are bound to: the request, and by the id the fingerprint."""
        return binding_of(self.request_id, self.id)


@dataclass(frozen=True, slots=True)
class Look:
    """One look into the vault, for the access log. Holds nothing of what was seen.

    Attributes:
        request_id: whose contents were asked for; None where a contact was looked up that nobody has.
        service: who asked.
        purpose: what for.
        found: there was something to see.
        at: when.
    """

    request_id: UUID | None
    service: str
    purpose: str
    found: bool
    at: datetime


def binding_of(request_id: UUID, entry_id: str) -> bytes:
    """Return what the ciphertexts of an entry are bound to."""
    return f"{request_id}/{entry_id}".encode()


def sealed_fields(sealed: Sealed) -> Document:
    """Return the members of a document that hold sealed contents."""
    return {
        "key_id": sealed.key_id,
        "wrapped": sealed.wrapped,
        "sealed": sealed.contents,
        "persons": list(sealed.persons),
    }


def entry_of(document: Mapping[str, Any]) -> Entry:
    """Return a stored document."""
    held: Sealed | Mapping[str, str] | None = document.get("contents")
    if "wrapped" in document:
        held = Sealed(document["key_id"], document["wrapped"], document["sealed"], tuple(document["persons"]))
    return Entry(document["_id"], UUID(document["request_id"]), held)


def look_of(document: Mapping[str, Any]) -> Look:
    """Return a stored look."""
    request_id = document["request_id"]
    return Look(
        UUID(request_id) if request_id else None,
        document["service"],
        document["purpose"],
        document["found"],
        document["at"],
    )
