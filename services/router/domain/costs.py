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

    def expected(self, likely: Sequence[tuple[BodyKind, float]]) -> list[float]:
        """Return for each of the ``likely`` bodies what sending to it is expected to cost.

        Args:
            likely: kind and probability of each body that may be competent. What is missing to 1 is shared by
                bodies that nobody named; being wrong there costs what is usual for a directorate.
        """
        costs = self._by_kinds
        rest = max(0.0, 1 - sum([share for _, share in likely]))
        return [
            sum([share * costs[kind, other] for m, (other, share) in enumerate(likely) if m != n])
            + rest * costs[kind, "department"]
            for n, (kind, _) in enumerate(likely)
        ]
