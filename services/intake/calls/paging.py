"""Where a page of the call list begins and which part of the list it shows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlencode

from services.intake.calls.records import Call

PAGE_SIZE: Final = 50
"""Calls of one part that are shown at once: what to say is looked up for each."""

_PART: Final = "bolum"
_AFTER: Final = "sonra"


class Part(StrEnum):
    """A part of the list, by its name in addresses."""

    DUE = "aranacak"
    LATER = "yeniden"
    UNREACHED = "ulasilamayan"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one part; it begins after a call, wherever that stands by now.

    Attributes:
        part: of the list.
        due_at: when the last call of the page before is due.
        call_id: its id.
    """

    part: Part
    due_at: datetime
    call_id: str

    @classmethod
    def after(cls, part: Part, call: Call) -> Self:
        """Return the page that follows ``call``."""
        return cls(part, call.due_at, call.id)

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Self | None:
        """Return the page that an address names; None for the beginning, and where it names none."""
        instant, _, call_id = parameters.get(_AFTER, "").partition("/")
        try:
            page = cls(Part(parameters.get(_PART, "")), datetime.fromisoformat(instant), call_id)
        except ValueError:
            return None
        return page if page.due_at.tzinfo else None

    @property
    def query(self) -> str:
        """The page as an address names it."""
        return urlencode({_PART: self.part.value, _AFTER: f"{self.due_at.isoformat()}/{self.call_id}"})
