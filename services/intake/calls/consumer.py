"""Notices by the lifecycle events that there is something to say to who wants a call.

A consumer group of its own: it reads the topic from its beginning, so that whoever asked for a call before
there was a list is on it, too.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.intake.calls.records import Call, Reason
from services.intake.calls.store import CallStore
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from shared.contracts.cloudevents import read_event
from shared.contracts.lifecycle import AnswerGiven, LifecycleEvent, QuestionAsked
from shared.contracts.registry import LIFECYCLE_BY_TYPE
from shared.contracts.requests import RequestReceived
from shared.contracts.topics import LIFECYCLE as LIFECYCLE_TOPIC
from shared.messaging import Lane, RawRecord

LANE: Final = Lane(service="intake", group="intake-calls", topics=(LIFECYCLE_TOPIC,))


class CallsHandler:
    """Owes a call for each question and each answer to who wants one, once, however often the event comes."""

    def __init__(self, requests: IntakeStore, calls: CallStore) -> None:
        self._requests = requests
        self._calls = calls

    async def prepare(self, records: Sequence[RawRecord]) -> int:
        """Remember the calls of the whole batch and return how many there are.

        Raises:
            UnreadableEventError: a record is no lifecycle event.
            UnavailableError: the database is away.
        """
        told: list[LifecycleEvent] = [read_event(r.value, r.headers, LIFECYCLE_BY_TYPE).data for r in records]
        owed = [call for event in told if (call := _call(event))]
        known = await self._requests.requests({call.request_id for call in owed}) if owed else {}
        wanted = [call for call in owed if _wants_a_call(known, call.request_id)]
        await self._calls.owe(wanted)
        return len(wanted)

    async def handle(self, record: RawRecord, prepared: int) -> None:
        """Return: all there is to do is done for the whole batch."""


def _call(event: LifecycleEvent) -> Call | None:
    match event:
        case QuestionAsked():
            reason = Reason.QUESTION
        case AnswerGiven():
            reason = Reason.ANSWER
        case _:
            return None
    whole = event.summary.part_of or event.request_id
    return Call(whole, event.request_id, event.sequence, reason, event.occurred_at, event.occurred_at)


def _wants_a_call(known: dict[UUID, RequestRecord], request_id: UUID) -> bool:
    record = known.get(request_id)
    return record is not None and RequestReceived.model_validate_json(record.event).facts.call_back
