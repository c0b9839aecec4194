"""One thing of one request, asked of intake's vault by another service."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from shared.contracts.vocabulary import Medium
from shared.outcomes import UnavailableError

_NOT_FOUND = 404


async def ask_vault(
    client: httpx.AsyncClient, request_id: UUID, what: str, params: Mapping[str, str]
) -> httpx.Response:
    """Return the vault's answer: what was asked for, or a 404.

    Args:
        client: asks intake and proves which service asks.
        request_id: the request.
        what: the question, as the address ends.
        params: what for, and what else the question needs.

    Raises:
        UnavailableError: the vault is away or turns us away.
    """
    try:
        answer = await client.get(f"/internal/v1/vault/{request_id}/{what}", params=params)
    except httpx.HTTPError as error:
        raise UnavailableError(f"vault away: {type(error).__name__}") from error
    if answer.status_code != _NOT_FOUND and not answer.is_success:
        raise UnavailableError(f"vault away: status {answer.status_code}")
    return answer


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
    params = {"medium": medium.value, "purpose": purpose} | ({"person": person} if person else {})
    answer = await ask_vault(client, request_id, "contact", params)
    if answer.status_code == _NOT_FOUND:
        return None
    told: dict[str, Any] = answer.json()
    return told
