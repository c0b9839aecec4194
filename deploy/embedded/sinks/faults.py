"""How a sink can be told to fail, so that retries can be seen and tested."""

import asyncio
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class FaultPlan(BaseModel):
    """What goes wrong from now on; a new plan replaces the old one, an empty one ends all faults.

    Attributes:
        fail_next: This many messages are refused, then all is well.
        fail_all: Every message is refused until the plan is replaced.
        delay_ms: Milliseconds to wait before any answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_next: int = Field(default=0, ge=0)
    fail_all: bool = False
    delay_ms: int = Field(default=0, ge=0, le=60_000)


class SmtpFaultPlan(FaultPlan):
    """A plan that also says which reply refuses: 421 is worth another try, 550 is final (RFC 5321, 4.2)."""

    code: Literal[421, 550] = 421


Plan = TypeVar("Plan", bound=FaultPlan)


class Faults(Generic[Plan]):
    """The plan in force and what is left of it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @property
    def plan(self) -> Plan:
        """The plan, with ``fail_next`` counted down."""
        return self._plan

    def replace(self, plan: Plan) -> None:
        """Put another plan in force."""
        self._plan = plan

    async def strike(self) -> bool:
        """Wait as long as the plan says and return whether this message is to be refused."""
        if self._plan.delay_ms:
            await asyncio.sleep(self._plan.delay_ms / 1000)
        if self._plan.fail_all:
            return True
        if self._plan.fail_next:
            self._plan = self._plan.model_copy(update={"fail_next": self._plan.fail_next - 1})
            return True
        return False
