"""A request's history, and where it stands by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from typing import Any, Final
from uuid import UUID

from shared.contracts.chain import seal_and_write
from shared.contracts.decisions import Decision, Question
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyPassedOn,
    ReplyReceived,
    RequestConfirmed,
    RequestReopened,
    Summary,
)
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import State
from shared.ids import derived_id

AT_THE_DESK: Final = frozenset({State.TRIAGE, State.AWAITING_APPLICANT})
"""States in which a person may decide; nobody has to wait for the applicant's reply."""

_REPLIES: Final = frozenset({ReplyReceived.ce_type, ReplyPassedOn.ce_type})


class BrokenHistoryError(Exception):
    """A request's stored events do not follow each other; the message names the place, never the content."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A lifecycle event linked into its request's hash chain, ready to be stored and published.

    Attributes:
        ce_id: the event's id, derived from its cause.
        ce_type: its CloudEvents type.
        data: its members, JSON-ready.
        value: the same as canonical JSON; what is stored and what is published are both exactly this.
        request: the request whole; set on a request's first event only.
        decision: the decision that ``data`` holds, if the event was sealed a moment ago and not read again.
    """

    ce_id: UUID
    ce_type: str
    data: Mapping[str, Any]
    value: bytes
    request: RequestReceived | None = None
    decision: Decision | None = field(default=None, compare=False)

    @property
    def sequence(self) -> int:
        """Place in the request's history, from 1."""
        return int(self.data["sequence"])


def sealed(event: LifecycleEvent, request: RequestReceived | None = None) -> Sealed:
    """Return ``event`` with its hash; whatever stood in its ``hash`` does not matter."""
    members = event.model_dump(mode="json", exclude_none=True)
    data, value = seal_and_write(members, event.previous_hash)
    decision = getattr(event, "decision", None)
    return Sealed(derived_id(event.cause_id, event.ce_type), event.ce_type, data, value, request, decision)


@dataclass(frozen=True)
class Case:
    """A request and all that happened to it since the router's first decision."""

    request: RequestReceived
    history: tuple[Sealed, ...]

    @property
    def last(self) -> Sealed:
        """The latest event."""
        return self.history[-1]

    @property
    def sequence(self) -> int:
        """Number of the latest event."""
        return self.last.sequence

    @property
    def last_hash(self) -> str:
        """Hash that the next event continues."""
        return str(self.last.data["hash"])

    @cached_property
    def state(self) -> State:
        """Where the request stands."""
        return State(self.last.data["state"])

    @cached_property
    def summary(self) -> Summary:
        """What every reader of the request's events is told of it."""
        return Summary.model_validate(self.last.data["summary"])

    @cached_property
    def holders(self) -> tuple[str | None, ...]:
        """Who had the request after each event: a directorate, by slug, or None."""
        found: list[str | None] = []
        for event in self.history:
            says = "decision" in event.data or "department" in event.data
            found.append(event.data.get("department") if says else found[-1])
        return tuple(found)

    @property
    def holder(self) -> str | None:
        """Slug of the directorate that has the request, or None where no directorate does."""
        return self.holders[-1]

    @cached_property
    def decision(self) -> Decision:
        """The routing decision in force."""
        latest = next(event for event in reversed(self.history) if "decision" in event.data)
        return latest.decision or Decision.model_validate(latest.data["decision"])

    @cached_property
    def at_the_desk(self) -> tuple[Sealed, ...]:
        """What happened since the request came to the desk where it is now; nothing if it is not there."""
        # A directorate may wait for the applicant as well; what it holds is not at the desk.
        backwards = zip(reversed(self.history), reversed(self.holders), strict=True)
        there = takewhile(lambda at: at[0].data["state"] in AT_THE_DESK and at[1] is None, backwards)
        return tuple(reversed([event for event, _ in there]))

    @property
    def left_to_a_person(self) -> Sealed | None:
        """The latest decision that left the request to the desk where it is now."""
        return next((event for event in reversed(self.at_the_desk) if "decision" in event.data), None)

    @property
    def reply(self) -> str | None:
        """What the applicant replied when asked; several replies as one text with empty lines between."""
        replies = [e.data["text"] for e in self.history if e.ce_type in _REPLIES]
        return "\n\n".join(replies) or None

    @property
    def stood_before_asking(self) -> State:
        """Where the request stood before its open question; where it stands if there is none."""
        return State(self.history[-2].data["state"]) if self.open_question else self.state

    @property
    def joined(self) -> UUID | None:
        """The known request that this one was added to, while the directorate that had that one has this one.

        A person may send it elsewhere after an objection; then each is by itself again.
        """
        joining = self.decision.joining
        if joining is None or not joining.joined or self.decision.matters:
            return None
        return joining.request_id if self.holder == joining.department else None

    @property
    def open_question(self) -> Question | None:
        """What the applicant is asked, while a reply is waited for."""
        asked = self.last.ce_type == QuestionAsked.ce_type
        return Question.model_validate(self.last.data["question"]) if asked else None

    @property
    def answer(self) -> Sealed | None:
        """The latest answer of a directorate."""
        answers = (e for e in reversed(self.history) if e.ce_type == AnswerGiven.ce_type)
        return next(answers, None)

    @property
    def confirmed(self) -> bool:
        """Whether the applicant said that the latest answer solved the matter."""
        answered = self.answer.sequence if self.answer else 0
        return any(e.ce_type == RequestConfirmed.ce_type for e in self.history[answered:])

    @property
    def returned(self) -> int:
        """How often the applicant said that an answer did not solve the matter."""
        return sum(e.ce_type == RequestReopened.ce_type for e in self.history)

    @property
    def linked(self) -> tuple[UUID, ...]:
        """Sub-requests that carry other matters of this request, in the order of its text.

        A request is split once: when it is opened, or later by a person.
        """
        return next((linked for event in self.history if (linked := linked_by(event))), ())

    def known_to(self, department: str) -> Case:
        """Return the case as far as a directorate has a part in it: up to the event that took it away.

        Raises:
            ValueError: it never had the request.
        """
        had = [number for number, holder in enumerate(self.holders, 1) if holder == department]
        if not had:
            raise ValueError(f"the directorate {department} never had this request")
        return self if had[-1] == self.sequence else replace(self, history=self.history[: had[-1] + 1])

    def caused_by(self, cause_id: UUID) -> Sealed | None:
        """Return the event that ``cause_id`` led to, or None: how a repeated command is recognised."""
        cause = str(cause_id)
        return next((event for event in self.history if event.data["cause_id"] == cause), None)

    def with_consequence(self, event: Sealed) -> tuple[Sealed, ...]:
        """Return ``event`` and, if the router went on by itself from there, the event that it led to."""
        consequence = self.caused_by(event.ce_id)
        return (event, consequence) if consequence else (event,)

    def after(self, event: Sealed) -> Case:
        """Return the case with ``event`` at its end; an event that it already has changes nothing.

        Raises:
            BrokenHistoryError: the event does not continue this history.
        """
        if event in self.history:
            return self
        if event.sequence != self.sequence + 1 or event.data["previous_hash"] != self.last_hash:
            raise BrokenHistoryError(f"sequence {event.sequence} does not continue {self.sequence}")
        return replace(self, history=(*self.history, event))


def linked_by(event: Sealed) -> tuple[UUID, ...]:
    """Return the sub-requests that the decision in ``event`` names; none where it names none."""
    matters = event.data.get("decision", {}).get("matters", ())
    return tuple(UUID(m["request_id"]) for m in matters if "request_id" in m)


def fold(events: Sequence[Sealed]) -> Case:
    """Return the case that a request's events, in order, add up to.

    Raises:
        BrokenHistoryError: there are none, the first lacks the request, or one does not follow the other.
    """
    if not events or events[0].request is None or events[0].sequence != 1:
        raise BrokenHistoryError("a history begins with sequence 1 and the request itself")
    case = Case(events[0].request, (events[0],))
    for event in events[1:]:
        case = case.after(event)
    return case
