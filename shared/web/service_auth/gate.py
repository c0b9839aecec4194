"""Who of the services may ask this one, and what is answered to anybody else."""

import time
from collections.abc import Callable
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request

from shared.settings import ServiceSettings
from shared.web.problems import Problem
from shared.web.service_auth.keys import PublicKeys
from shared.web.service_auth.tokens import PublicKeyOf, TokenError, asker

COMMAND_LINE: Final = "cli"
"""What ``istek`` itself is called where it asks a service."""

SERVICES: Final = ("intake", "router", "notifier", "sla_monitor", COMMAND_LINE)
"""All who can prove their name."""

_CHALLENGE: Final = 'Bearer realm="istek-services"'
_log = structlog.get_logger(__name__)


class ServiceGate:
    """Stands before the routes of one service that are for other services."""

    def __init__(self, audience: str, key_of: PublicKeyOf, clock: Callable[[], float] = time.time) -> None:
        """Take what it decides by.

        Args:
            audience: the service before which it stands; a token for another one does not count.
            key_of: the public key of a name.
            clock: seconds since 1970.
        """
        self._audience = audience
        self._key_of = key_of
        self._clock = clock

    def open_to(self, *names: str) -> Callable[[Request], None]:
        """Return a dependency that lets these services pass, and ends any other request.

        Raises:
            Problem: by the dependency: 401, there is no token or it proves nothing; 403, others may ask this.
        """

        def admit(request: Request) -> None:
            name = self._asker(request)
            if name not in names:
                raise not_for(name)
            request.state.service = name

        return admit

    def _asker(self, request: Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise _missing()
        try:
            return asker(token.strip(), self._audience, SERVICES, self._key_of, int(self._clock()))
        except TokenError as error:
            _log.warning("service_token_refused", path=request.url.path, reason=str(error))
            raise _invalid() from None


def gate_of(settings: ServiceSettings, audience: str) -> ServiceGate:
    """Return the gate of a service, which knows the others by their keys in the folder."""
    return ServiceGate(audience, PublicKeys(settings.service_key_folder).of)


def for_services(gate: ServiceGate, names: tuple[str, ...], *routers: APIRouter) -> APIRouter:
    """Return ``routers`` as one, open only to the services ``names``."""
    around = APIRouter(dependencies=[Depends(gate.open_to(*names))])
    for router in routers:
        around.include_router(router)
    return around


def service_of(request: Request) -> str:
    """Return the name that the asking service has proven at the gate."""
    return str(request.state.service)


AskingService = Annotated[str, Depends(service_of)]
"""The asking service, as a parameter of a route behind a gate."""


def not_for(name: str) -> Problem:
    """Return the 403 of a service that has proven its name and may not do this."""
    return Problem(
        403,
        "service-not-allowed",
        "Bu servis bunu yapamaz",
        "This service may not do this",
        detail_tr=f"{name} servisine bu iş için izin verilmedi.",
        detail_en=f"The service {name} has no leave for it.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope"'},
    )


def _missing() -> Problem:
    return Problem(
        401,
        "service-token-missing",
        "Servis kimliği eksik",
        "The service token is missing",
        detail_tr="Bu adres yalnız servisler içindir. Elle sormak için: istek token",
        detail_en="This address is for services alone. To ask by hand: istek token",
        headers={"WWW-Authenticate": _CHALLENGE},
    )


def _invalid() -> Problem:
    return Problem(
        401,
        "service-token-invalid",
        "Servis kimliği geçerli değil",
        "The service token is not valid",
        detail_tr="Süresi dolmuş, başka servise verilmiş ya da anahtarı tanınmıyor olabilir. "
        "Saatleri ve ISTEK_SERVICE_KEYS klasörünü denetleyin.",
        detail_en="It may be expired, meant for another service, or signed by an unknown key. "
        "Check the clocks and the folder ISTEK_SERVICE_KEYS.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
    )
