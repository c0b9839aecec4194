"""What becomes of each request, told from the public topics alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.directorates import SILENT
from deploy.demo.residents import Visit
from shared.contracts.escalations import EscalationRaised
from shared.contracts.notifications import NotificationConcluded
from shared.contracts.vocabulary import State

_NOTHING_MORE_TO_COME = frozenset({State.CLOSED, State.FORWARDED, State.NOT_EXAMINED, State.WITHDRAWN})


@dataclass
class Tale:
    """One request's way so far.

    Attributes:
        state: where it stands.
        holder: who has to act: a directorate or an authority, by name.
        slug: the directorate's slug, where one holds it.
        by_hand: a person decided where it goes.
        messages: how many messages to the applicant were delivered.
        escalations: rungs of the ladder that were told that it is late.
    """

    visit: Visit
    receipt_number: str
    state: State = State.RECEIVED
    holder: str = ""
    slug: str = ""
    by_hand: bool = False
    messages: int = 0
    escalations: list[str] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen, or a silent directorate lets it lie."""
        return self.state in _NOTHING_MORE_TO_COME or self.slug in SILENT


@dataclass
class Story:
    """All tales, by request id, in the order in which people came."""

    tales: dict[str, Tale] = field(default_factory=dict)
    _early: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def came(self, visit: Visit, request_id: str, receipt_number: str) -> None:
        """Somebody holds a receipt."""
        self.tales[request_id] = Tale(visit, receipt_number)
        early, self._early = self._early, []
        for ce_type, event in early:
            self.heard(ce_type, event)

    def heard(self, ce_type: str, event: Mapping[str, Any]) -> Tale | None:
        """Take in an event and return whose tale it changed.

        An event may overtake the door's answer; it is kept until its request is known.
        """
        tale = self.tales.get(event["request_id"])
        if tale is None:
            self._early.append((ce_type, event))
            return None
        if ce_type == EscalationRaised.ce_type:
            tale.escalations.append(event["told"])
        elif ce_type == NotificationConcluded.ce_type:
            tale.messages += event["outcome"] == "delivered"
        else:
            _move_on(tale, event)
        return tale

    @property
    def finished(self) -> bool:
        """Whether every request came to its end and at least one was told to be late."""
        tales = self.tales.values()
        return all(tale.finished for tale in tales) and any(tale.escalations for tale in tales)


def _move_on(tale: Tale, event: Mapping[str, Any]) -> None:
    tale.state = State(event["state"])
    decision = event.get("decision")
    if decision is None or tale.state is State.TRIAGE:
        return
    tale.holder = decision["chosen"]["body"]
    tale.slug = event.get("department", "")
    tale.by_hand = decision["decided_by"] != "router"
