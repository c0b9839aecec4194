"""What a wrong decision costs, and which body is expected to cost least."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from services.router.domain.rows import Row

BodyKind = Literal["department", "authority", "nobody"]
Cost = Annotated[float, Field(gt=0)]


class WrongBody(Row):
    """What it costs to send a matter to a body of one kind while one of that or another kind is competent."""

    sent_to: BodyKind
    competent: BodyKind
    cost: Cost


class Costs(Row):
    """Costs with a wrong directorate as the unit.

    Attributes:
        wrong: a row for each pair of kinds.
        missed_danger: a danger to life that was treated as an ordinary matter.
        false_alarm: an ordinary matter that was treated as a danger to life.
    """

    wrong: Annotated[tuple[WrongBody, ...], Field(min_length=9, max_length=9)]
    missed_danger: Cost
    false_alarm: Cost

    @cached_property
    def _by_kinds(self) -> Mapping[tuple[str, str], float]:
        return {(row.sent_to, row.competent): row.cost for row in self.wrong}

    @property
    def alarm_from(self) -> float:
        """Probability of danger from which raising an alarm is expected to cost less than not raising it."""
        return self.false_alarm / (self.false_alarm + self.missed_danger)

    def expected(self, sent_to: int, likely: Sequence[tuple[BodyKind, float]]) -> float:
        """Return what sending to the ``sent_to``-th of the ``likely`` bodies is expected to cost.

        Args:
            sent_to: number of the body in ``likely``.
            likely: kind and probability of each body that may be competent. What is missing to 1 is shared by
                bodies that nobody named; being wrong there costs what is usual for a directorate.
        """
        kind = likely[sent_to][0]
        named = sum(
            share * self._by_kinds[kind, other] for n, (other, share) in enumerate(likely) if n != sent_to
        )
        rest = max(0.0, 1 - sum(share for _, share in likely))
        return named + rest * self._by_kinds[kind, "department"]
