"""How clocks and escalations lie in the database, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from services.sla_monitor.domain.clocks import AnswerOutcome, Fact, Matter, RequestClock, Stage, stop_of
from services.sla_monitor.domain.deadlines import Deadline, Deadlines, Step
from services.sla_monitor.domain.ladder import PlannedRung, next_at
from shared.contracts.vocabulary import Channel, Kind, Priority, Regime, State

Document = dict[str, Any]
_COUNTED = ("subject", "priority", "internal", "rungs")
"""Members of a stored clock that follow from what the request was classified as, and from its pauses."""
_CLIMBING = ("reached", "next_at")
"""Members that say how far up its ladder a clock is."""


def clock_document(clock: RequestClock) -> Document:
    """Return a clock as it is stored. ``open`` and ``next_at`` are what the indexes stand on."""
    document = {
        "_id": clock.request_id,
        **asdict(clock.matter),
        "legal": _deadline_document(clock.deadlines.legal),
        "internal": _deadline_document(clock.deadlines.internal),
        "rungs": [asdict(rung) for rung in clock.rungs],
        "reached": clock.reached,
        "open": clock.stop is None,
        "stages": {str(n): _stage_document(stage) for n, stage in clock.stages.items()},
        "outcomes": {m: _outcome_document(outcome) for m, outcome in clock.outcomes.items()},
    }
    upcoming = next_at(clock.rungs, clock.reached)
    if clock.stop is None and upcoming is not None:
        document["next_at"] = upcoming
    return document


def clock_of(document: Mapping[str, Any]) -> RequestClock:
    """Return the clock that `clock_document` stored."""
    starts_at = document["received_at"]
    return RequestClock(
        request_id=document["_id"],
        matter=matter_of(document),
        deadlines=Deadlines(
            legal=_deadline_of(document["legal"], starts_at),
            internal=_deadline_of(document["internal"], starts_at),
        ),
        rungs=rungs_of(document),
        reached=document["reached"],
        stages=stages_of(document),
        outcomes={
            message: AnswerOutcome(message=message, **stored)
            for message, stored in document["outcomes"].items()
        },
    )


def change_for(facts: Iterable[Fact]) -> Document:
    """Return the update that adds facts to a stored clock.

    Each fact has a place of its own, so that updates commute and repeat without harm; stopping goes one way.
    What is taken back again, `resumed_change` sets right.
    """
    place: Document = {}
    change: Document = {"$set": place}
    for fact in facts:
        if isinstance(fact, Stage):
            place[f"stages.{fact.sequence}"] = _stage_document(fact)
        else:
            place[f"outcomes.{fact.message}"] = _outcome_document(fact)
        if stop_of(fact) is not None:
            place["open"] = False
            change["$unset"] = {"next_at": ""}
    return change


def resumed_change(clock: RequestClock) -> Document:
    """Return the update that lets a stored clock run on."""
    document = clock_document(clock)
    return {"$set": {name: document[name] for name in ("open", "next_at") if name in document}}


def reclassified_change(clock: RequestClock) -> Document:
    """Return the update that gives an open clock another subject, priority or pause, and the ladder for it.

    Rungs raised before may come up again: their escalations are recorded already, and so raised only once.
    """
    document = clock_document(clock)
    return {"$set": {name: document[name] for name in (*_COUNTED, *_CLIMBING) if name in document}}


def recounted_change(clock: RequestClock) -> Document:
    """Return the update that does the same to a clock that stands."""
    document = clock_document(clock)
    return {"$set": {name: document[name] for name in _COUNTED}}


def advance_change(rungs: tuple[PlannedRung, ...], reached: int) -> Document:
    """Return the update that says that the first ``reached`` rungs are raised."""
    upcoming = next_at(rungs, reached)
    if upcoming is None:
        return {"$set": {"reached": reached}, "$unset": {"next_at": ""}}
    return {"$set": {"reached": reached, "next_at": upcoming}}


def rungs_of(document: Mapping[str, Any]) -> tuple[PlannedRung, ...]:
    """Return the ladder of a stored clock."""
    return tuple(PlannedRung(**rung) for rung in document["rungs"])


def stages_of(document: Mapping[str, Any]) -> dict[int, Stage]:
    """Return the lifecycle events of a stored clock, by sequence."""
    return {
        int(n): Stage(int(n), State(stored["state"]), stored["at"], stored.get("department"))
        for n, stored in document["stages"].items()
    }


def matter_of(document: Mapping[str, Any]) -> Matter:
    """Return what a stored clock's request is about."""
    return Matter(
        receipt_number=document["receipt_number"],
        channel=Channel(document["channel"]),
        kind=Kind(document["kind"]),
        regime=Regime(document["regime"]),
        priority=Priority(document["priority"]),
        subject=document["subject"],
        neighbourhood=document["neighbourhood"],
        received_at=document["received_at"],
    )


def outcome_document(request_id: str, outcome: AnswerOutcome) -> Document:
    """Return the outcome of a final answer as it is kept for a clock that may not be there yet."""
    return {"_id": outcome.message, "request_id": request_id, **_outcome_document(outcome)}


def outcome_of(document: Mapping[str, Any]) -> AnswerOutcome:
    """Return the outcome that `outcome_document` stored."""
    return AnswerOutcome(document["_id"], document["delivered"], document["medium"], document["at"])


def _stage_document(stage: Stage) -> Document:
    document: Document = {"state": stage.state, "at": stage.at}
    if stage.department is not None:
        document["department"] = stage.department
    return document


def _outcome_document(outcome: AnswerOutcome) -> Document:
    return {"delivered": outcome.delivered, "medium": outcome.medium, "at": outcome.at}


def _deadline_document(deadline: Deadline) -> Document:
    return {
        "due_at": deadline.due_at,
        "due_unrolled": deadline.due_unrolled,
        "policy": deadline.policy,
        "calendar": deadline.calendar,
        "steps": [{"at": step.at.isoformat(), "text": step.text} for step in deadline.steps],
    }


def _deadline_of(stored: Mapping[str, Any], starts_at: datetime) -> Deadline:
    return Deadline(
        starts_at=starts_at,
        due_unrolled=stored["due_unrolled"],
        due_at=stored["due_at"],
        steps=tuple(Step(_day_or_instant(step["at"]), step["text"]) for step in stored["steps"]),
        policy=stored["policy"],
        calendar=stored["calendar"],
    )


def _day_or_instant(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
