"""The kinds of matter an applicant may name at a door, read from ``categories.yaml``.

Where each goes is the router's knowledge and stays there; this is what both sides call them.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import Field

from shared.contracts.base import Part

_FILE: Final = Path(__file__).with_name("categories.yaml")


class Group(Part):
    """What categories are shown under."""

    title: str
    title_en: str


class Category(Part):
    """One kind of matter.

    Attributes:
        code: as in the router's knowledge; its letters before the dash name its group.
        title: what residents read.
        title_en: the same in English.
        public: it is about public space, so its masked words may be shown to everybody.
        danger: somebody may be in danger.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{2,3}-[A-Z]{2,3}$")]
    title: str
    title_en: str
    public: bool = False
    danger: bool = False


class Register(Part):
    """The whole file."""

    version: date
    groups: Mapping[str, Group]
    categories: tuple[Category, ...]

    def group_of(self, category: Category) -> Group:
        """Return the group a category is shown under."""
        return self.groups[category.code.partition("-")[0]]


@cache
def category_register() -> Register:
    """Return the file as it is."""
    return Register.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def categories_by_code() -> Mapping[str, Category]:
    """Return all categories by their codes."""
    return {category.code: category for category in category_register().categories}
