"""What a composition root needs of sign-in, and what is answered to who may not pass."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request

from shared.contracts.departments import department_name
from shared.web.pages import Pages
from shared.web.problems import Problem
from shared.web.sign_in.access import Area

Guard = Callable[[Request], Awaitable[None]]

_ROLE_NAMES: Final = {
    "operator": "çağrı görevlisi",
    "counter": "başvuru masası görevlisi",
    "triage": "sınıflandırma görevlisi",
    "supervisor": "yönetici",
    "auditor": "denetçi",
    "ops": "işletme görevlisi",
    "directorate:*": "müdürlük görevlisi",
}


class SignIn(Protocol):
    """How people prove at the pages of one service who they are."""

    def guard(self, area: Area) -> Guard:
        """Return a dependency that lets pass who may be in ``area``, and ends any other request.

        Looking may need other roles than changing something; a form of another site is refused.
        """
        ...

    def install(self, app: FastAPI, pages: Pages) -> None:
        """Give ``app`` what signing in needs: routes, pages, and who is at work in every request."""
        ...

    async def close(self) -> None:
        """Let go of what is held."""
        ...


def guarded(sign_in: SignIn, area: Area, *routers: APIRouter) -> APIRouter:
    """Return ``routers`` as one, open only to who may be in ``area``."""
    around = APIRouter(dependencies=[Depends(sign_in.guard(area))])
    for router in routers:
        around.include_router(router)
    return around


def role_name(role: str) -> str:
    """Return a house role in words."""
    if role in _ROLE_NAMES:
        return _ROLE_NAMES[role]
    return f"{department_name(role.removeprefix('directorate:'))} görevlisi"


def foreign_form() -> Problem:
    """Return the problem of a form that another site's page sent."""
    return Problem(
        403,
        "foreign-form",
        "Bu form başka bir siteden geldi",
        "This form came from another site",
        detail_tr="Güvenliğiniz için işlenmedi. Sayfayı bu sitede açıp yeniden gönderin.",
        detail_en="It was not carried out. Open the page on this site and send it again.",
    )
