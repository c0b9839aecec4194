"""What a policy says: how long, counted how, under which name, and who is told when.

Policies are data with a version and a validity. The one that applies is the one valid on the day of receipt.
"""

from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.vocabulary import Priority, Regime

Unit = Literal["minutes", "calendar_days", "working_days"]


class NoPolicyError(LookupError):
    """No policy was in force on the day of receipt."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Data):
    """How long. Days are counted from the day after receipt, until the end of the last one."""

    count: Annotated[int, Field(ge=1)]
    unit: Unit


class Policy(_Data):
    """One way to count a period.

    Attributes:
        id: stable name, for example ``petition_3071``.
        version: changes whenever a figure does.
        title: the policy in Turkish, as an explanation quotes it.
        basis: where the figure comes from, in Turkish.
        valid_from: first day of receipt that it applies to.
        valid_to: last one; None while it is in force.
        period: how long.
        day_ends_at: local time at which the last day of a period in days ends.
        rolls: a period that ends on a day that is no working day lasts until the next one that is.
        leave_counts: administrative leave counts as a working day.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    version: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    basis: Annotated[str, Field(min_length=1)]
    valid_from: date
    valid_to: date | None = None
    period: Period
    day_ends_at: time = time(23, 59, 59)
    rolls: bool = False
    leave_counts: bool = True

    @model_validator(mode="after")
    def _validity_is_a_span(self) -> "Policy":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    @property
    def name(self) -> str:
        """Id and version, as results carry them."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Return whether the policy applies to what was received on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class LegalPolicy(Policy):
    """The period a law gives."""

    regime: Regime


class InternalPolicy(Policy):
    """The municipality's own target for a priority class; always earlier than the legal period."""

    priority: Priority


class Rung(_Data):
    """One step of a ladder: who is told once this share of the period has passed (1 is the due time)."""

    told: Annotated[str, Field(min_length=1)]
    share: Annotated[float, Field(gt=0, le=10)]


class Ladder(_Data):
    """Who is told, in order, as a clock runs towards its due time and past it."""

    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rises(self) -> "Ladder":
        shares = [rung.share for rung in self.rungs]
        if any(later <= earlier for earlier, later in pairwise(shares)):
            raise ValueError("each rung must come later than the one before")
        return self


class Ladders(_Data):
    """The ladder of each clock."""

    version: Annotated[str, Field(min_length=1)]
    legal: Ladder
    internal: Ladder


class PolicySet(_Data):
    """Everything that deadlines and escalations are derived from."""

    legal: tuple[LegalPolicy, ...]
    internal: tuple[InternalPolicy, ...]
    ladders: Ladders

    def legal_for(self, regime: Regime, received: date) -> LegalPolicy:
        """Return the legal policy of ``regime`` for what was received on that local day.

        Raises:
            NoPolicyError: none was in force.
        """
        return _in_force((p for p in self.legal if p.regime is regime), regime, received)

    def internal_for(self, priority: Priority, received: date) -> InternalPolicy:
        """Return the internal target of ``priority`` for what was received on that local day.

        Raises:
            NoPolicyError: none was in force.
        """
        return _in_force((p for p in self.internal if p.priority is priority), priority, received)


P = TypeVar("P", bound=Policy)


def _in_force(candidates: Iterable[P], wanted: str, received: date) -> P:
    for policy in candidates:
        if policy.in_force(received):
            return policy
    raise NoPolicyError(f"no policy for {wanted} was in force on {received.isoformat()}")
