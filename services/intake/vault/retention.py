"""How long contact data is kept: a table as data, and the pure question whether it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.records import TimelineEntry
from shared.clock import ISTANBUL
from shared.contracts.lifecycle import (
    LifecycleEvent,
    RequestAssigned,
    RequestForwarded,
    RequestNotExamined,
    RequestTriaged,
)
from shared.contracts.vocabulary import Kind, State
from shared.datafiles import load

TABLE: Final = Path(__file__).with_name("retention.yaml")
"""The table of the municipality."""

_ENDED: Final = frozenset({State.CLOSED, State.FORWARDED, State.NOT_EXAMINED, State.WITHDRAWN})
_DECIDED: Final = (RequestAssigned, RequestTriaged, RequestForwarded, RequestNotExamined)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Data):
    """How long, for what, and by which right.

    Attributes:
        category: beginning of a category's code.
        kind: what the applicant brought.
        years: from the day the request ended.
        action: what is done then.
        basis: where the figure comes from, in Turkish.
    """

    category: Annotated[str, Field(min_length=1)] | None = None
    kind: Kind | None = None
    years: Annotated[int, Field(ge=1, le=100)]
    action: Literal["erase_contact"]
    basis: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _names_one_thing(self) -> "Rule":
        if self.category and self.kind:
            raise ValueError("a rule names a category or a kind, not both")
        return self

    def holds_for(self, ending: "Ending") -> bool:
        """Return whether the rule speaks of such a request."""
        return ending.category.startswith(self.category or "") and self.kind in {None, ending.kind}

    @property
    def precision(self) -> tuple[int, bool]:
        """Grows with how closely the rule names what it is for."""
        return len(self.category or ""), self.kind is not None


class RetentionTable(_Data):
    """All rules, with their validity. Every request has one that holds for it."""

    version: Annotated[str, Field(min_length=1)]
    valid_from: date
    valid_to: date | None = None
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _answers_once_and_always(self) -> "RetentionTable":
        named = [(rule.category, rule.kind) for rule in self.rules]
        if (None, None) not in named:
            raise ValueError("there is no rule without category and kind, for the rest")
        if len(set(named)) < len(named):
            raise ValueError("two rules name the same category or kind")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    def in_force(self, day: date) -> bool:
        """Return whether the table holds on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def shortest(self) -> int:
        """The fewest years that anything is kept."""
        return min(rule.years for rule in self.rules)

    def rule_for(self, ending: "Ending") -> Rule:
        """Return the rule that names such a request most closely."""
        return max((rule for rule in self.rules if rule.holds_for(ending)), key=lambda rule: rule.precision)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one matter of a request ended: what it was and on which day."""

    category: str
    kind: Kind
    day: date


def load_retention(path: Path = TABLE) -> RetentionTable:
    """Return the table.

    Raises:
        DataFileError: it cannot be used; the message names file, line and field.
    """
    return load(path, RetentionTable)


def endings(timeline: Sequence[TimelineEntry]) -> list[Ending]:
    """Return how each matter of a request ended; none while one of them still runs."""
    histories: dict[object, list[LifecycleEvent]] = {}
    for entry in timeline:
        histories.setdefault(entry.matter, []).append(entry.told())
    if any(history[-1].state not in _ENDED for history in histories.values()):
        return []
    return [_ending(history) for history in histories.values()]


def is_due(ended: Iterable[Ending], table: RetentionTable, today: date) -> bool:
    """Return whether the years of every matter have passed; nothing that still runs is due."""
    days = [years_after(ending.day, table.rule_for(ending).years) for ending in ended]
    return bool(days) and max(days) < today


def years_after(day: date, years: int) -> date:
    """Return the same day that many years later; of 29 February, the day after."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def local_day(instant: datetime) -> date:
    """Return the day it was in Istanbul."""
    return instant.astimezone(ISTANBUL).date()


def _ending(history: Sequence[LifecycleEvent]) -> Ending:
    decisions = [event.decision for event in history if isinstance(event, _DECIDED)]
    category = decisions[-1].chosen.category_code if decisions else ""
    return Ending(category, history[-1].summary.kind, local_day(history[-1].occurred_at))
