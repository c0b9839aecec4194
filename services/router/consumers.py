"""From records to histories: requests get their first event, commands the next one.

A polled batch is read, decided and recorded as a whole; publishing then goes record by record. A record that
comes again finds its event in the history and only publishes it again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from services.router.domain.cases import Case, Sealed, linked_by
from services.router.domain.joining import on_joining
from services.router.domain.lifecycle import Refusal, command_id, command_refused, next_event, opening_events
from services.router.domain.returns import Returns
from services.router.effects import records_of, refusal_record
from services.router.follow_ups import Decide, FollowUps, verdicts_on
from services.router.store import RouterStore
from shared.clock import Clock
from shared.contracts import topics
from shared.contracts.base import Contract
from shared.contracts.cloudevents import CloudEvent, Record, UnreadableEventError, read_event
from shared.contracts.commands import Command, CommandRefused
from shared.contracts.departments import department_slugs
from shared.contracts.registry import COMMANDS_BY_TYPE
from shared.contracts.requests import RequestReceived
from shared.messaging import Publisher, RawRecord

D = TypeVar("D", bound=Contract)

REQUEST_TYPES: Mapping[str, type[RequestReceived]] = {RequestReceived.ce_type: RequestReceived}

Place = tuple[str, int, int]
Effects = dict[Place, list[Record] | Exception]
"""By record: what is to be published for it, or why it cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch of requests whose first events are written.

    Attributes:
        effects: what is to be published.
        at_the_desk: done once those that wait for a person stand on the desk's list, which holds up nobody
            else's publishing.
    """

    effects: Effects
    at_the_desk: "asyncio.Task[None]"


class TakenError(Exception):
    """Another writer continued the history first; a second look decides again."""


@dataclass(frozen=True)
class RequestsHandler:
    """Gives each received request its first event, and asks its applicant where that would decide."""

    store: RouterStore
    publisher: Publisher
    decide: Decide
    clock: Clock

    @cached_property
    def _follow_ups(self) -> FollowUps:
        return FollowUps(self.store, self.decide, self.clock)

    async def prepare(self, records: Sequence[RawRecord]) -> Opened:
        """Decide and record all requests of the batch; what was recorded before stays as it is."""
        events, effects = _read(records, REQUEST_TYPES)
        by_request = {e.data.request_id: e for e in events.values()}
        fresh = await self._open(list(by_request.values()))
        cases = fresh | await self.store.cases(r for r in by_request if r not in fresh)
        # What a person split later is opened and published with that person's act.
        linked = {i for case in cases.values() for i in linked_by(case.history[0])}
        cases |= await self.store.cases(linked - cases.keys())
        cases = await self._follow_ups.record(cases)
        for place, event in events.items():
            case = cases[event.data.request_id]
            opened = [cases[i] for i in linked_by(case.history[0])] + [case]
            effects[place] = [record for c in opened for record in _told(c.history[0], c)]
        # An entry of one that leaves the desk meanwhile goes like those of all that left it before.
        return Opened(effects, asyncio.create_task(self.store.enter_triage(list(cases.values()))))

    async def handle(self, record: RawRecord, prepared: Opened) -> None:
        """Publish what the record led to."""
        try:
            await _publish(self.publisher, record, prepared.effects)
        finally:
            await prepared.at_the_desk

    async def _open(self, events: Sequence[CloudEvent[RequestReceived]]) -> dict[UUID, Case]:
        """Return the cases of the requests whose first event was written just now, not before."""
        now = self.clock()
        requests = [event.data for event in events]
        # What the database does goes first, so that it is done meanwhile.
        _, joinable, verdicts = await asyncio.gather(
            self.store.announce(requests, now),
            self.store.cases({r.joins for r in requests if r.joins}),
            verdicts_on(requests, self.decide),
        )
        opened = [
            case
            for e, v in zip(events, verdicts, strict=True)
            for case in opening_events(e.data, on_joining(e.data, v, joinable), cause_id=e.id, now=now)
        ]
        # A request's own event says that it was decided, so its linked matters are written before it, and not
        # if it was: another decision, as of a newer classifier, may part it otherwise.
        known = await self.store.decided({c.request.part_of for c in opened if c.request.part_of})
        linked = [c for c in opened if c.request.part_of and c.request.part_of not in known]
        await self.store.announce([c.request for c in linked], now)
        written = await self.store.append([c.last for c in linked], now)
        written |= await self.store.append([c.last for c in opened if not c.request.part_of], now)
        return {c.request.request_id: c for c in opened if c.last.ce_id in written}


@dataclass(frozen=True)
class CommandsHandler:
    """Carries out what directorates and applicants command, decides on replies, or refuses with a reason."""

    store: RouterStore
    publisher: Publisher
    decide: Decide
    clock: Clock
    returns: Returns

    @cached_property
    def _follow_ups(self) -> FollowUps:
        return FollowUps(self.store, self.decide, self.clock)

    async def prepare(self, records: Sequence[RawRecord]) -> Effects:
        """Decide and record all commands of the batch, the first of each request before any second.

        Only one event is appended to a history at a time, because one that follows a number that was lost to
        another writer would break the chain.
        """
        events, effects = _read(records, COMMANDS_BY_TYPE, check=_known_sender)
        commands = [_Command(place, event) for place, event in events.items()]
        refused = await self.store.refusals(c.id for c in commands)
        cases = await self.store.cases({c.event.data.request_id for c in commands})
        waiting = []
        for command in commands:
            if command.id in refused:
                effects[command.place] = [refusal_record(refused[command.id])]
            else:
                waiting.append(command)
        while waiting:
            turn = list({c.event.data.request_id: c for c in reversed(waiting)}.values())
            waiting = [c for c in waiting if c not in turn]
            await self._carry_out(turn, cases, effects)
        await self.store.enter_triage(list(cases.values()))
        return effects

    async def handle(self, record: RawRecord, prepared: Effects) -> None:
        """Publish what the record led to."""
        await _publish(self.publisher, record, prepared)

    async def _carry_out(self, turn: Sequence["_Command"], cases: dict[UUID, Case], effects: Effects) -> None:
        now = self.clock()
        refusals: list[CommandRefused] = []
        appending: list[tuple[_Command, Sealed]] = []
        done: list[tuple[_Command, Sealed]] = []
        for command in turn:
            case = cases.get(command.event.data.request_id)
            outcome = _outcome(case, command, now, self.returns)
            if isinstance(outcome, CommandRefused):
                refusals.append(outcome)
                effects[command.place] = [refusal_record(outcome)]
            elif case is not None and outcome in case.history:
                done.append((command, outcome))
            else:
                appending.append((command, outcome))
        await self.store.refuse(refusals)
        written = await self.store.append([event for _, event in appending], now)
        for command, event in appending:
            request_id = command.event.data.request_id
            if event.ce_id in written:
                cases[request_id] = cases[request_id].after(event)
                done.append((command, event))
            else:
                effects[command.place] = TakenError(f"sequence {event.sequence} was taken")
        touched = {command.event.data.request_id for command, _ in done}
        cases |= await self._follow_ups.record({request_id: cases[request_id] for request_id in touched})
        for command, event in done:
            effects[command.place] = _told(event, cases[command.event.data.request_id])


@dataclass(frozen=True, slots=True)
class _Command:
    place: Place
    event: CloudEvent[Command]

    @property
    def sender(self) -> str:
        return topics.sender_of(self.place[0])

    @property
    def id(self) -> UUID:
        return command_id(self.sender, self.event.id)


def _outcome(
    case: Case | None, command: _Command, now: datetime, returns: Returns
) -> Sealed | CommandRefused:
    """Return the event that carries the command out, perhaps one of long ago, or its refusal."""
    unknown = Refusal("unknown_request", "Bu numarayla bir başvuru yok.")
    data, sender = command.event.data, command.sender
    outcome = (
        next_event(case, data, sender=sender, cause_id=command.id, now=now, returns=returns)
        if case
        else unknown
    )
    if isinstance(outcome, Refusal):
        return command_refused(data, outcome, sender=sender, cause_id=command.id, now=now)
    return outcome


def _told(event: Sealed, case: Case) -> list[Record]:
    """Return what ``event`` makes known, and what the event that follows from it does."""
    return [record for e in case.with_consequence(event) for record in records_of(e, case)]


def _read(
    records: Sequence[RawRecord],
    known: Mapping[str, type[D]],
    check: Callable[[RawRecord], None] | None = None,
) -> tuple[dict[Place, CloudEvent[D]], Effects]:
    """Return the readable events by place, and for each unreadable record why it is poison."""
    events: dict[Place, CloudEvent[D]] = {}
    effects: Effects = {}
    for record in records:
        try:
            if check:
                check(record)
            events[_place(record)] = read_event(record.value, record.headers, known)
        except UnreadableEventError as error:
            effects[_place(record)] = error
    return events, effects


async def _publish(publisher: Publisher, record: RawRecord, effects: Effects) -> None:
    effect = effects[_place(record)]
    if isinstance(effect, Exception):
        raise effect
    await publisher.send_all(effect)


def _place(record: RawRecord) -> Place:
    return record.topic, record.partition, record.offset


def _known_sender(record: RawRecord) -> None:
    if topics.sender_of(record.topic) not in department_slugs() | {topics.APPLICANTS}:
        raise UnreadableEventError(f"topic {record.topic} belongs to no directorate and not to applicants")
