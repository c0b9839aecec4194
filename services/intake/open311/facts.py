"""Where a request stands, in the standard's two words, as its lifecycle tells. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.intake.open311.errors import both
from shared.contracts.categories import categories_by_code
from shared.contracts.decisions import Decision
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    RequestAssigned,
    RequestForwarded,
    RequestNotExamined,
    RequestTriaged,
)
from shared.contracts.vocabulary import Kind, State

_RECEIVED: Final = both(
    "Başvuru alındı, ilgili birim belirleniyor.", "Received; the unit in charge is being determined."
)
_NOTES: Final = {
    State.RECEIVED: _RECEIVED,
    State.TRIAGE: _RECEIVED,
    State.ASSIGNED: both("İlgili birime iletildi.", "Sent to the unit in charge."),
    State.ACCEPTED: both("İlgili birim işe aldı.", "The unit in charge has taken it on."),
    State.IN_PROGRESS: both("Çalışma sürüyor.", "Work is under way."),
    State.AWAITING_APPLICANT: both("Başvurandan bilgi bekleniyor.", "Waiting for the applicant."),
    State.ANSWERED: both("Yanıtlandı.", "Answered."),
    State.CLOSED: both("Tamamlandı.", "Completed."),
    State.FORWARDED: both("Yetkili kuruma iletildi.", "Forwarded to the competent authority."),
    State.NOT_EXAMINED: both(
        "Kanun gereği incelenemeyen bir konu.", "By law this matter cannot be examined."
    ),
    State.WITHDRAWN: both("Başvuran geri aldı.", "Withdrawn by the applicant."),
    State.REOPENED: both("Yeniden açıldı.", "Reopened."),
}
_CLOSED: Final = frozenset(
    {State.ANSWERED, State.CLOSED, State.FORWARDED, State.NOT_EXAMINED, State.WITHDRAWN}
)
"""Nothing more is to be done by us, as far as known; what comes back is open again."""
_LISTED_KINDS: Final = frozenset({Kind.REQUEST, Kind.COMPLAINT})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a request.

    Attributes:
        state: where it stands.
        updated_at: since when.
        service_code: the category of the last decision; None while nobody has decided.
        agency: who has it.
        public: it may be shown to everybody: it is about public space, of a kind that is nobody's private
            affair, one matter alone, and without a privacy wall, by a decision that stands.
    """

    state: State
    updated_at: datetime
    service_code: str | None = None
    agency: str | None = None
    public: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether the standard calls it closed."""
        return self.state in _CLOSED

    @property
    def notes(self) -> str:
        """What the state means, in both languages."""
        return _NOTES[self.state]


def facts_of(received_at: datetime, events: Iterable[LifecycleEvent]) -> Facts:
    """Return the facts of a request by its own events, in order."""
    facts = Facts(State.RECEIVED, received_at)
    for event in events:
        facts = after(facts, event)
    return facts


def after(facts: Facts, event: LifecycleEvent) -> Facts:
    """Return the facts after one more event."""
    facts = replace(facts, state=event.state, updated_at=event.occurred_at)
    match event:
        case RequestAssigned():
            return _decided(facts, event, event.decision, event.department_name)
        case RequestForwarded():
            return _decided(facts, event, event.decision, event.authority)
        case RequestNotExamined():
            return replace(facts, service_code=event.decision.chosen.category_code, agency=None, public=False)
        case RequestTriaged():
            # What it is about is not known for sure yet, so neither is whether it is anybody's business.
            return replace(facts, public=False)
        case AnswerGiven():
            return replace(facts, agency=event.department_name)
        case _:
            return facts


def _decided(facts: Facts, event: LifecycleEvent, decision: Decision, agency: str) -> Facts:
    code = decision.chosen.category_code
    category = categories_by_code().get(code)
    public = (
        category is not None
        and category.public
        and event.summary.kind in _LISTED_KINDS
        and decision.seen_only_by is None
        and len(decision.matters) <= 1
    )
    return replace(facts, service_code=code, agency=agency, public=public)
