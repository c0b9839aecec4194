"""What a person at the desk made of a router's decision, read from the request's history.

Nothing is written down for learning: the event by which a person sent the request on holds all of it.
"""

from typing import Final

from pydantic import Field

from services.router.domain.asking_back import as_heard
from services.router.domain.by_hand import BY_HAND, ReasonCode
from services.router.domain.cases import Case, Sealed
from shared.contracts.applicants import OBJECTED
from shared.contracts.base import Instant, Part
from shared.contracts.decisions import Candidate, Decision
from shared.contracts.vocabulary import Channel, Priority, State

_NOT_THE_ROUTERS: Final = frozenset({BY_HAND, OBJECTED})
_WRONG_ANYWHERE: Final = frozenset(
    {ReasonCode.MISSED_DANGER, ReasonCode.FALSE_DANGER, ReasonCode.SEVERAL_MATTERS}
)
"""What the router got wrong even where it had the right body."""


class Said(Part):
    """What the router had decided."""

    at: Instant
    candidate: Candidate = Field(description="Its first choice")
    sent: bool = Field(description="It sent the request on by itself")
    rule: str
    knowledge_version: str
    model_version: str


class Correction(Part):
    """A person's decision on a request, beside the router's."""

    request_id: str
    channel: Channel
    text: str | None = Field(
        None, description="The request's words, masked; absent where a privacy wall stands around it"
    )
    said: Said
    chosen: Candidate
    priority: Priority
    reason_code: ReasonCode
    reason: str = Field(description="In that person's words, masked")
    staff: str
    at: Instant

    @property
    def overridden(self) -> bool:
        """Whether the person disagreed: sent it elsewhere or as something else, or saw other danger in it."""
        one, other = self.said.candidate, self.chosen
        elsewhere = (one.category_code, one.body) != (other.category_code, other.body)
        return elsewhere or self.reason_code in _WRONG_ANYWHERE


def correction_of(case: Case, event: Sealed) -> Correction | None:
    """Return what ``event`` of this history corrects or confirms, or None if no person decided by it."""
    decision = _decision_in(event)
    if decision is None or decision.rule != BY_HAND:
        return None
    return Correction(
        request_id=str(case.request.request_id),
        channel=case.request.channel,
        text=None if decision.seen_only_by else as_heard(case).description,
        said=_said_before(case, event),
        chosen=decision.chosen,
        priority=decision.priority,
        # Decisions of before there were codes have none.
        reason_code=ReasonCode(decision.inputs.get("reason_code", ReasonCode.OTHER)),
        reason=decision.inputs["reason"],
        staff=decision.decided_by,
        at=event.data["occurred_at"],
    )


def _said_before(case: Case, event: Sealed) -> Said:
    """Return the router's latest decision before ``event``; a history begins with one."""
    earlier, decision = next(
        (earlier, decision)
        for earlier in reversed(case.history[: event.sequence - 1])
        if (decision := _decision_in(earlier)) and decision.rule not in _NOT_THE_ROUTERS
    )
    return Said(
        at=earlier.data["occurred_at"],
        candidate=decision.chosen,
        sent=earlier.data["state"] != State.TRIAGE,
        rule=decision.rule,
        knowledge_version=decision.knowledge_version,
        model_version=decision.model_version,
    )


def _decision_in(event: Sealed) -> Decision | None:
    return Decision.model_validate(event.data["decision"]) if "decision" in event.data else None
