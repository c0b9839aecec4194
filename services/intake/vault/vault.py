"""Keeps what is confidential about a request, and gives out one address at a time.

A document's id follows from the request and the body it came with, and it is written before the request: a
retry finds it there, and another body under the same idempotency key cannot take its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.intake.store import IntakeStore
from shared.contracts.vocabulary import Medium
from shared.ids import derived_id

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

    async def contact(self, request_id: UUID, fingerprint: str, medium: Medium) -> Contact | None:
        """Return where the applicant is reached by ``medium``, or None where no such address was left."""
        field = _ADDRESS_FIELDS.get(medium)
        document = await self._store.kept(_vault_id(request_id, fingerprint)) if field else None
        if field is None or document is None:
            return None
        contents = _unseal(document["contents"])
        address = contents.get(field)
        return Contact(address, contents.get("name")) if address else None


def _vault_id(request_id: UUID, fingerprint: str) -> UUID:
    return derived_id(request_id, f"vault/{fingerprint}")


# Encryption at rest belongs into these two and nowhere else: all contents pass through them.
def _seal(contents: Mapping[str, str]) -> dict[str, Any]:
    return dict(contents)


def _unseal(sealed: Mapping[str, Any]) -> dict[str, str]:
    return dict(sealed)
