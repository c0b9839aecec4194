"""The number of who asked for a call: asked of intake's vault when staff dials it, kept nowhere."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

import httpx
import phonenumbers
from fastapi import Request
from phonenumbers import PhoneNumberFormat

from services.router.desk.explanation import may_read
from services.router.desk.files import FileLink, links_of
from services.router.desk.opening import Told, texts_of
from services.router.domain.cases import Case
from shared.contracts.vocabulary import Medium, Opening
from shared.outcomes import UnavailableError
from shared.vault_contact import vault_contact
from shared.web.sign_in.staff import may_act, staff_of

PhoneOf = Callable[[UUID, str], Awaitable[str | None]]
"""Returns the number (E.164) of a request's applicant, or None where there is none any more; the second
argument is the staff code of who looks."""

_OK: Final = 200
_CONFLICT: Final = 409
_AWAY: Final = 503


@dataclass(frozen=True, slots=True)
class Call:
    """What the desk's page says of the number.

    Attributes:
        number: in E.164, to dial.
        shown: the same in groups, to read.
        notice: why there is none.
        status: of the answer.
    """

    number: str = ""
    shown: str = ""
    notice: str = ""
    status: int = _OK

    @classmethod
    def to(cls, number: str) -> Self:
        """Return the call to a number in E.164."""
        parsed = phonenumbers.parse(number)
        return cls(number, phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL))


class Vault:
    """Intake's vault over HTTP. Each look is logged there; the client proves that the router asks."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def phone(self, request_id: UUID, person: str) -> str | None:
        """Return the number in E.164, or None where none was left or it was erased.

        Raises:
            UnavailableError: the vault is away or turns us away.
        """
        told = await vault_contact(self._client, request_id, Medium.SMS, "call_back", person=person)
        return str(told["address"]) if told else None

    async def files(self, request_id: UUID, person: str | None) -> Sequence[FileLink]:
        """Return links to a request's files.

        Raises:
            UnavailableError: the vault is away or turns us away.
        """
        return await links_of(self._client, request_id, person)

    async def texts(self, request_id: UUID, purpose: Opening, person: str) -> Told | None:
        """Return what serves one purpose, or None where it is not there or behind a privacy wall.

        Raises:
            ErasedError: it does not exist any more.
            UnavailableError: the vault is away or turns us away.
        """
        return await texts_of(self._client, request_id, purpose, person)

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()


def may_call(request: Request, case: Case) -> bool:
    """Tell whether who opened the page may see the number, because its owner wants a call."""
    acts = may_act(request)
    wanted = case.request.facts.call_back
    return wanted and acts and staff_of(request) is not None and may_read(case, decides=acts)


async def call_of(request: Request, case: Case, phone_of: PhoneOf) -> Call:
    """Return what to dial, or a sentence why there is nothing; the vault is asked only if it may be."""
    staff = staff_of(request)
    if staff is None or not may_call(request, case):
        return Call(
            notice="Numarayı yalnız oturum açan görevli, aranmak isteyen başvuran için görür.",
            status=_CONFLICT,
        )
    try:
        # The vault knows the whole request, not its matters.
        number = await phone_of(case.request.part_of or case.request.request_id, staff.code)
    except UnavailableError:
        return Call(
            notice="Numaraya şu anda ulaşamıyoruz. Birkaç dakika sonra yeniden deneyin.", status=_AWAY
        )
    return (
        Call.to(number) if number else Call(notice="Numara kayıtlı değil ya da silindi. Başvuran aranamaz.")
    )
