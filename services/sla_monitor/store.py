"""All that the monitor keeps: clocks, outcomes of answers, escalations."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla_monitor.documents import (
    Document,
    advance_change,
    change_for,
    clock_document,
    clock_of,
    outcome_document,
    outcome_of,
    reclassified_change,
    recounted_change,
    resumed_change,
    stages_of,
)
from services.sla_monitor.domain.clocks import AnswerOutcome, Fact, RequestClock, Stage
from shared.contracts.escalations import ClockKind
from shared.contracts.vocabulary import Priority
from shared.storage import Backlog, Database

Position = tuple[datetime, str]
"""Where a list goes on: the due time and id of its last entry."""

_OPEN: Document = {"open": True}
_STOPPED: Document = {"open": False}
_BOARD_FIELDS = (
    "receipt_number",
    "subject",
    "neighbourhood",
    "priority",
    "received_at",
    "internal.due_at",
    "legal.due_at",
    "rungs",
    "reached",
    "stages",
    "outcomes",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a stored clock says of its request.

    Attributes:
        stages: the lifecycle events seen, by sequence.
        subject: title of the category.
        priority: class whose target runs.
    """

    stages: Mapping[int, Stage]
    subject: str
    priority: Priority

    @property
    def sequences(self) -> frozenset[int]:
        """Numbers of the lifecycle events seen."""
        return frozenset(self.stages)


class ClockStore:
    """Clocks by request. Lists and sweeps ask indexes that hold the open ones only."""

    def __init__(self, database: Database) -> None:
        self._clocks = database.collection("clocks")
        self._outcomes = database.collection("answer_outcomes")

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._clocks.ensure_index([("next_at", 1)], name="due_rungs", partial=_OPEN)
        await self._clocks.ensure_index([("internal.due_at", 1)], name="internal_due", partial=_OPEN)
        await self._outcomes.ensure_index([("request_id", 1)], name="by_request")

    async def open(self, clocks: Iterable[RequestClock]) -> frozenset[str]:
        """Record clocks in one insert; return the ids of those that were not there."""
        return await self._clocks.insert_new([clock_document(clock) for clock in clocks])

    async def add(self, facts: Mapping[str, Sequence[Fact]]) -> None:
        """Add facts to clocks, by request. A request without a clock is passed over."""
        await self._clocks.update_by_id({i: change_for(new) for i, new in facts.items() if new})

    async def known(self, request_ids: Iterable[str]) -> dict[str, Known]:
        """Return what is known of those requests that have a clock."""
        wanted = list(request_ids)
        if not wanted:
            return {}
        found = await self._clocks.get_many(wanted, fields=["stages", "subject", "priority"])
        return {i: Known(stages_of(d), d["subject"], Priority(d["priority"])) for i, d in found.items()}

    async def resume(self, request_ids: Iterable[str]) -> frozenset[str]:
        """Let those clocks run on that stand though what stopped them was taken back.

        Returns:
            Which of the requests have clocks that run now, whether they had stood or not.
        """
        if not (wanted := list(request_ids)):
            return frozenset()
        found = await self._clocks.get_many(wanted)
        running = {i: clock for i, d in found.items() if (clock := clock_of(d)).stop is None}
        await self._clocks.update_by_id(
            {i: resumed_change(clock) for i, clock in running.items() if not found[i]["open"]},
            # An answer that is delivered meanwhile stops them for good.
            only={i: {"outcomes": found[i]["outcomes"]} for i in running},
        )
        return frozenset(running)

    async def reclassify(self, clocks: Iterable[RequestClock]) -> None:
        """Give clocks the subject, priority and ladder that these have, from the first rung on.

        Those that stand are told, too, what they would have counted to; they climb no ladder.
        """
        anew = {clock.request_id: clock for clock in clocks}
        await self._clocks.update_by_id(
            {i: reclassified_change(clock) for i, clock in anew.items()}, only=dict.fromkeys(anew, _OPEN)
        )
        await self._clocks.update_by_id(
            {i: recounted_change(clock) for i, clock in anew.items()}, only=dict.fromkeys(anew, _STOPPED)
        )

    async def record_outcomes(self, outcomes: Iterable[tuple[str, AnswerOutcome]]) -> None:
        """Keep the outcomes of final answers, each with its request id."""
        await self._outcomes.insert_new([outcome_document(i, outcome) for i, outcome in outcomes])

    async def outcomes_of(self, request_ids: Iterable[str]) -> dict[str, list[AnswerOutcome]]:
        """Return the outcomes known of these requests' final answers."""
        wanted = list(request_ids)
        if not wanted:
            return {}
        found: dict[str, list[AnswerOutcome]] = {}
        for document in await self._outcomes.find({"request_id": {"$in": wanted}}):
            found.setdefault(document["request_id"], []).append(outcome_of(document))
        return found

    async def get(self, request_id: str) -> RequestClock | None:
        """Return the clock of a request, or None."""
        document = await self._clocks.get(request_id)
        return clock_of(document) if document else None

    async def targets(self, request_ids: Iterable[str]) -> dict[str, datetime]:
        """Return the internal due times of those requests that have a clock, in one query."""
        found = await self._clocks.get_many(request_ids, fields=["internal.due_at"])
        return {id_: document["internal"]["due_at"] for id_, document in found.items()}

    async def due_rungs(self, now: datetime, limit: int) -> list[RequestClock]:
        """Return open clocks whose next rung's time has come, longest waiting first."""
        due = await self._clocks.find(due_query(now), sort=(("next_at", 1),), limit=limit)
        return [clock_of(document) for document in due]

    async def advance(self, clocks: Iterable[tuple[RequestClock, int]]) -> None:
        """Record how many rungs of each clock's ladder are raised, unless it has another ladder by now."""
        advanced = {clock.request_id: (clock, reached) for clock, reached in clocks}
        await self._clocks.update_by_id(
            {i: advance_change(clock.rungs, reached) for i, (clock, reached) in advanced.items()},
            only={
                i: {"internal.due_at": clock.deadlines.internal.due_at} for i, (clock, _) in advanced.items()
            },
        )

    async def list_due(
        self,
        clock: ClockKind,
        *,
        before: datetime,
        since: datetime | None,
        after: Position | None,
        limit: int,
    ) -> list[RequestClock]:
        """Return open clocks due before an instant, earliest first.

        Args:
            clock: which of both due times.
            before: latest due time, exclusive.
            since: earliest due time, inclusive; None for no bound.
            after: the entry to go on after.
            limit: most entries.
        """
        field = f"{clock}.due_at"
        window: Document = {"$lt": before} | ({"$gte": since} if since else {})
        query: Document = _due_before(clock, before) | {field: window}
        if after is not None:
            at, request_id = after
            further = [{field: {"$gt": at}}, {field: at, "_id": {"$gt": request_id}}]
            query = query | {field: window | {"$gte": at}, "$or": further}
        found = await self._clocks.find(query, sort=((field, 1), ("_id", 1)), limit=limit)
        return [clock_of(document) for document in found]

    async def count_open(self) -> int:
        """Return how many requests' clocks run."""
        return await self._clocks.count(_OPEN)

    async def count_overdue(self, clock: ClockKind, now: datetime) -> int:
        """Return how many open requests are past this due time."""
        return await self._clocks.count(_due_before(clock, now))

    def stream_open(self) -> AsyncIterator[Mapping[str, Any]]:
        """Yield what the console shows of each open clock, first due first."""
        return self._clocks.stream(_OPEN, sort=(("internal.due_at", 1), ("_id", 1)), fields=_BOARD_FIELDS)


class EscalationStore:
    """Escalations by id, and which of them are published."""

    def __init__(self, database: Database) -> None:
        self._raised = database.collection("escalations")
        self._published = database.collection("escalations_published")
        self._backlog = Backlog(
            facts=self._raised, done=self._published, ledger=database.collection("escalations_backlog")
        )

    async def ensure_indexes(self) -> None:
        """Create the indexes this relies on."""
        await self._backlog.ensure_indexes()

    async def record(self, escalations: Sequence[Document]) -> frozenset[str]:
        """Record escalations in one insert; return the ids of those that were not there."""
        return await self._raised.insert_new(escalations)

    async def published(self, ids: Iterable[str]) -> None:
        """Record that the broker has these."""
        await self._published.insert_new([{"_id": i} for i in ids])

    async def unpublished(self, now: datetime) -> list[Document]:
        """Return escalations that were recorded a while ago and never came to be published."""
        return await self._backlog.unfinished(now)


def _due_before(clock: ClockKind, before: datetime) -> Document:
    """Return the query for open clocks due before an instant.

    What is due by law is due internally before that, so the index of internal due times, whose every entry
    costs on insertion, serves both.
    """
    return _OPEN | {"internal.due_at": {"$lt": before}, f"{clock}.due_at": {"$lt": before}}


def due_query(now: datetime) -> Document:
    """Return the query that the index ``due_rungs`` answers."""
    return _OPEN | {"next_at": {"$lte": now}}
