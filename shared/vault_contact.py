"""One address of one applicant, asked of intake's vault by another service."""

from typing import Any
from uuid import UUID

import httpx

from shared.contracts.vocabulary import Medium
from shared.outcomes import UnavailableError

_NOT_FOUND = 404


async def vault_contact(
    client: httpx.AsyncClient, request_id: UUID, medium: Medium, purpose: str, *, person: str | None = None
) -> dict[str, Any] | None:
    """Return the vault's answer, or None if the applicant left no such address or it was erased.

    Args:
        client: asks intake and proves which service asks.
        request_id: the request.
        medium: which address.
        purpose: what for; the vault logs it.
        person: staff code of who looks, where a person does; the vault logs it, too.

    Raises:
        UnavailableError: the vault is away or turns us away.
    """
    try:
        answer = await client.get(
            f"/internal/v1/vault/{request_id}/contact",
            params={"medium": medium.value, "purpose": purpose} | ({"person": person} if person else {}),
        )
    except httpx.HTTPError as error:
        raise UnavailableError(f"vault away: {type(error).__name__}") from error
    if answer.status_code == _NOT_FOUND:
        return None
    if not answer.is_success:
        raise UnavailableError(f"vault away: status {answer.status_code}")
    told: dict[str, Any] = answer.json()
    return told
