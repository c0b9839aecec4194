"""The directorates, read from ``departments.yaml``."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from shared.contracts.base import Part

_FILE = Path(__file__).with_name("departments.yaml")


class Department(Part):
    """A directorate that receives requests."""

    slug: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    name: str
    valid_from: date
    valid_to: date | None = None


@cache
def departments() -> tuple[Department, ...]:
    """Return all rows of the register, past and present."""
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["departments"]
    return TypeAdapter(tuple[Department, ...]).validate_python(rows)


@cache
def department_slugs() -> frozenset[str]:
    """Return every slug that has topics."""
    return frozenset(d.slug for d in departments())


def department_name(slug: str) -> str:
    """Return the latest name of a directorate.

    Raises:
        KeyError: no directorate has this slug.
    """
    rows = [d for d in departments() if d.slug == slug]
    if not rows:
        raise KeyError(slug)
    return max(rows, key=lambda d: d.valid_from).name
