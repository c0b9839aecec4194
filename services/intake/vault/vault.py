"""Keeps what is confidential about a request, and gives out one address at a time.

A document's id follows from the request and the body it came with, and it is written before the request: a
retry finds it there, and another body under the same idempotency key cannot take its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.pages_of import pages_of
from services.intake.store import IntakeStore
from shared.contracts.vocabulary import Medium
from shared.ids import derived_id

_PAGE: Final = 500
_ADDRESS_FIELDS: Final = {Medium.EMAIL: "email", Medium.SMS: "phone"}


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach one applicant."""

    address: str
    name: str | None


class Vault:
    """The confidential part of requests. Every method may raise `UnavailableError`."""

    def __init__(self, store: IntakeStore) -> None:
        self._store = store

    async def keep(
        self, request_id: UUID, fingerprint: str, contents: Mapping[str, str], recorded_at: datetime
    ) -> None:
        """Return once the contents are durable.

        Args:
            request_id: the request they belong to.
            fingerprint: of the body they came with.
            contents: texts by name; addresses as ``email`` and ``phone``.
            recorded_at: the present instant.
        """
        document = {"request_id": str(request_id), "recorded_at": recorded_at, "contents": _seal(contents)}
        await self._store.keep(_vault_id(request_id, fingerprint), document)

    async def forget(self, request_id: UUID, fingerprint: str) -> None:
        """Remove what came with a body that was refused after all."""
        await self._store.forget(_vault_id(request_id, fingerprint))

    async def remove_orphans(self, horizon: datetime) -> int:
        """Remove what came with requests that were never recorded, and return how many there were.

        The door writes here first; when the database goes away in between and the applicant gives up, this is
        all that is left of the request, and nobody may keep it.

        Args:
            horizon: what was kept later may still become a request and stays.
        """
        removed = 0
        async for page in pages_of(self._store.kept_until(horizon), _PAGE):
            fingerprints = await self._store.fingerprints(d["request_id"] for d in page)
            orphans = [d["_id"] for d in page if not _belongs(d, fingerprints.get(d["request_id"]))]
            removed += await self._store.forget_all(orphans, horizon)
        await self._store.looked_until(horizon)
        return removed

    async def contact(self, request_id: UUID, fingerprint: str, medium: Medium) -> Contact | None:
        """Return where the applicant is reached by ``medium``, or None where no such address was left."""
        field = _ADDRESS_FIELDS.get(medium)
        document = await self._store.kept(_vault_id(request_id, fingerprint)) if field else None
        if field is None or document is None:
            return None
        contents = _unseal(document["contents"])
        address = contents.get(field)
        return Contact(address, contents.get("name")) if address else None


def _belongs(document: Mapping[str, Any], fingerprint: str | None) -> bool:
    """Return whether the document came with the body that was accepted, ``fingerprint``."""
    if fingerprint is None:
        return False
    its_id: str = document["_id"]
    return its_id == str(_vault_id(UUID(document["request_id"]), fingerprint))


def _vault_id(request_id: UUID, fingerprint: str) -> UUID:
    return derived_id(request_id, f"vault/{fingerprint}")


# Encryption at rest belongs into these two and nowhere else: all contents pass through them.
def _seal(contents: Mapping[str, str]) -> dict[str, Any]:
    return dict(contents)


def _unseal(sealed: Mapping[str, Any]) -> dict[str, str]:
    return dict(sealed)
