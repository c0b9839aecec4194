"""What intake keeps for itself, opened at the desk: one thing for one stated purpose, and kept nowhere."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.router.domain.cases import Case
from shared.contracts.vocabulary import Opening
from shared.outcomes import UnavailableError
from shared.vault_contact import ask_vault
from shared.web.sign_in.staff import may_act, staff_of

_OK, _NOT_FOUND, _CONFLICT, _INVALID, _AWAY = 200, 404, 409, 422, 503
_ERASED: Final = "urn:istek:problem:erased"


class ErasedError(Exception):
    """What was asked for does not exist any more."""


class Told(BaseModel):
    """The vault's answer.

    Attributes:
        texts: what the purpose may see, by name.
        basis: the law that allows it.
    """

    texts: Mapping[str, str]
    basis: str


TextsOf = Callable[[UUID, Opening, str], Awaitable[Told | None]]
"""Opens one thing of a request, or returns None where it is not there or behind a wall; the last argument is
the staff code of who looks. May raise `ErasedError` and `UnavailableError`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page shows of it.

    Attributes:
        purpose: what for; None where none was stated.
        texts: what was opened, by name.
        basis: the law that allows it.
        notice: why there is nothing.
        status: of the answer.
    """

    purpose: Opening | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""
    notice: str = ""
    status: int = _OK

    @property
    def host(self) -> str:
        """Whose address the picture's is; staff judge by it whether to go there."""
        return urlsplit(self.texts.get("media_url", "")).hostname or ""


async def texts_of(client: httpx.AsyncClient, request_id: UUID, purpose: Opening, person: str) -> Told | None:
    """Return what intake's vault opens, as `TextsOf` says. Each look is logged there."""
    answer = await ask_vault(client, request_id, "opened", {"purpose": purpose.value, "person": person})
    try:
        if answer.status_code == _NOT_FOUND:
            if answer.json().get("type") == _ERASED:
                raise ErasedError
            return None
        return Told.model_validate_json(answer.content)
    except (ValidationError, ValueError) as error:
        raise UnavailableError("vault away: no answer to be read") from error


def offered(request: Request, case: Case) -> tuple[Opening, ...]:
    """Return what may be opened here: by who signed in and decides, outside of privacy walls."""
    if staff_of(request) is None or not may_act(request) or case.decision.seen_only_by is not None:
        return ()
    # Requests from before intake said so may have any of it.
    return tuple(Opening) if case.request.openable is None else case.request.openable


async def opened_of(request: Request, case: Case, stated: str, texts: TextsOf) -> Opened:
    """Return what was opened, or a sentence why nothing was; the vault is asked only if it may be."""
    staff, may = staff_of(request), offered(request, case)
    if stated not in tuple(Opening):
        return Opened(notice="Ne için bakacağınızı seçin.", status=_INVALID)
    purpose = Opening(stated)
    if staff is None or purpose not in may:
        return Opened(
            notice="Bunu yalnız oturum açan, yetkili görevli açar; kayıtlı değilse ya da gizlilik duvarının "
            "arkasındaysa kimse açamaz.",
            status=_CONFLICT,
        )
    try:
        # The vault knows the whole request, not its matters.
        told = await texts(case.request.part_of or case.request.request_id, purpose, staff.code)
    except ErasedError:
        return Opened(purpose, notice="Bu veri artık yok: silindi ve geri getirilemez.")
    except UnavailableError:
        return Opened(
            purpose, notice="Şu anda ulaşamıyoruz. Birkaç dakika sonra yeniden deneyin.", status=_AWAY
        )
    if told is None:
        return Opened(purpose, notice="Bu başvuruda kayıtlı değil ya da gizlilik duvarının arkasında.")
    return Opened(purpose, told.texts, told.basis)
