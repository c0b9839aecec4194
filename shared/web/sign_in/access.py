"""Who may do what: house roles by what the provider says of a person, and what each area needs. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.departments import department_slugs
from shared.datafiles import load

TABLE: Final = Path(__file__).with_name("access.yaml")
"""The table that came with this version."""

ROLES: Final = ("operator", "counter", "triage", "supervisor", "auditor", "ops")
_DIRECTORATE: Final = "directorate:"
_ANY: Final = "*"


class Area(StrEnum):
    """A part of the house with a door of its own."""

    DESK = "desk"  # triage
    CALLS = "calls"  # the call centre's screen
    COUNTER = "counter"  # the reception's screen
    CONSOLE = "console"  # clocks and escalations


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _house_role(role: str) -> str:
    slug = role.removeprefix(_DIRECTORATE)
    if role in ROLES or (slug != role and (slug == _ANY or slug in department_slugs())):
        return role
    raise ValueError(
        f"no role of the house; choose from {', '.join(ROLES)}, directorate:<slug>, directorate:*"
    )


HouseRole = Annotated[str, AfterValidator(_house_role)]


class Mapped(_Data):
    """What the provider calls a role, and what the house does. A `*` at the end stands for a directorate."""

    claim: Annotated[str, Field(min_length=1)]
    role: HouseRole

    @model_validator(mode="after")
    def _both_or_none(self) -> "Mapped":
        if (_ANY in self.claim) != (_ANY in self.role) or _ANY in self.claim[:-1]:
            raise ValueError("a * stands at the end of both claim and role, or of none")
        return self

    def role_of(self, value: str) -> str | None:
        """Return the house role that ``value`` of the claim stands for, if it does for one."""
        if not self.claim.endswith(_ANY):
            return self.role if value == self.claim else None
        prefix = self.claim[:-1]
        slug = value.removeprefix(prefix)
        if not value.startswith(prefix) or slug not in department_slugs():
            return None
        return _DIRECTORATE + slug


class Needs(_Data):
    """Which roles open an area, and which of them may change something there. Any one is enough."""

    see: Annotated[tuple[HouseRole, ...], Field(min_length=1)]
    act: tuple[HouseRole, ...] = ()

    @model_validator(mode="after")
    def _sees_what_it_does(self) -> "Needs":
        if blind := sorted(set(self.act) - set(self.see)):
            raise ValueError(f"{blind[0]} may act but not see")
        return self


class AccessTable(_Data):
    """The whole table; every area has its needs."""

    version: Annotated[str, Field(min_length=1)]
    roles: Annotated[tuple[Mapped, ...], Field(min_length=1)]
    areas: Mapping[Area, Needs]

    @model_validator(mode="after")
    def _knows_every_area(self) -> "AccessTable":
        if missing := [area.value for area in Area if area not in self.areas]:
            raise ValueError(f"nothing says who may enter {', '.join(missing)}")
        return self

    def roles_of(self, values: Iterable[str]) -> frozenset[str]:
        """Return the house roles that the values of the provider's claim stand for."""
        found = (mapped.role_of(value) for value in values for mapped in self.roles)
        return frozenset(role for role in found if role is not None)

    def needed(self, area: Area, *, acting: bool) -> tuple[str, ...]:
        """Return the roles of which one is needed to see ``area`` or, ``acting``, to change something."""
        needs = self.areas[area]
        return needs.act if acting else needs.see


def has_one_of(roles: frozenset[str], needed: Iterable[str]) -> bool:
    """Tell whether one of ``needed`` is among ``roles``; `directorate:*` is any directorate."""
    return any(
        any(role.startswith(_DIRECTORATE) for role in roles) if need == _DIRECTORATE + _ANY else need in roles
        for need in needed
    )


def load_access(path: Path = TABLE) -> AccessTable:
    """Return the table.

    Raises:
        DataFileError: it cannot be used; the message names file, line and field.
    """
    return load(path, AccessTable)
