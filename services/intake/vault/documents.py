"""What the vault holds of one request, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from services.intake.vault.sealing import Sealed
from shared.storage import Document

SEALED_FIELDS: Final = ("key_id", "wrapped", "sealed", "persons")
"""The members of a request's document that are the vault's, until they are erased."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The confidential contents of one request.

    Attributes:
        request_id: the request.
        fingerprint: of the body they came with.
        held: the contents; None once erased.
    """

    request_id: UUID
    fingerprint: str
    held: Sealed | None

    @property
    def binding(self) -> bytes:
        """What its ciphertexts are bound to."""
        return binding_of(self.request_id, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Look:
    """One look into the vault, for the access log. Holds nothing of what was seen.

    Attributes:
        request_id: whose contents were asked for; None where a contact was looked up that nobody has.
        service: who asked.
        purpose: what for.
        found: there was something to see.
        at: when.
        person: staff code of who looked through the service; None where nobody did or it was not noted.
    """

    request_id: UUID | None
    service: str
    purpose: str
    found: bool
    at: datetime
    person: str | None = None


def binding_of(request_id: UUID, fingerprint: str) -> bytes:
    """Return what the ciphertexts of a request are bound to: nobody can put them into another one."""
    return f"{request_id}/{fingerprint}".encode()


def sealed_fields(sealed: Sealed) -> Document:
    """Return the members of a document that hold sealed contents."""
    values = (sealed.key_id, sealed.wrapped, sealed.contents, list(sealed.persons))
    return dict(zip(SEALED_FIELDS, values, strict=True))


def entry_of(document: Mapping[str, Any]) -> Entry | None:
    """Return what the vault holds of a stored request, or None where there was nothing confidential."""
    if "wrapped" in document:
        held = Sealed(document["key_id"], document["wrapped"], document["sealed"], tuple(document["persons"]))
    elif "erased_at" in document:
        held = None
    else:
        return None
    return Entry(UUID(document["_id"]), document["fingerprint"], held)


def look_document(look: Look) -> Document:
    """Return a look as it is stored, under an id of its own."""
    return {
        "_id": str(uuid4()),
        "request_id": str(look.request_id) if look.request_id else None,
        "service": look.service,
        "purpose": look.purpose,
        "found": look.found,
        "at": look.at,
        "person": look.person,
    }


def look_of(document: Mapping[str, Any]) -> Look:
    """Return a stored look."""
    request_id = document["request_id"]
    return Look(
        UUID(request_id) if request_id else None,
        document["service"],
        document["purpose"],
        document["found"],
        document["at"],
        document.get("person"),
    )
