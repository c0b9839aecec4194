"""Who is at work at a page, as far as a page needs to know."""

from dataclasses import dataclass
from typing import Final, cast

from starlette.requests import Request

_SCOPE_KEY: Final = "istek.staff"
_LOOKS_ONLY: Final = "istek.looks_only"


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of the municipality who signed in.

    Attributes:
        code: staff code; what this person does is recorded under it.
        name: as pages show it.
        roles: house roles, for example `triage` or `directorate:fen`.
    """

    code: str
    name: str
    roles: frozenset[str]


def staff_of(request: Request) -> Staff | None:
    """Return who signed in, or None where nobody did: a page without a guard, or a desk without sign-in.

    What a person does is recorded under the code found here; only where there is none may a form ask for it.
    """
    return cast(Staff | None, request.scope.get(_SCOPE_KEY))


def may_act(request: Request) -> bool:
    """Tell whether who opened this page may also change something there; pages show no button otherwise."""
    return not request.scope.get(_LOOKS_ONLY, False)


def remember_looks_only(request: Request) -> None:
    """Let `may_act` say no for the rest of this request."""
    request.scope[_LOOKS_ONLY] = True


def remember_staff(request: Request, staff: Staff) -> None:
    """Let `staff_of` find ``staff`` for the rest of this request."""
    request.scope[_SCOPE_KEY] = staff
