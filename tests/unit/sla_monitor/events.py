"""Events and records to tell the monitor of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from aiokafka import ConsumerRecord

from shared.contracts.base import Contract
from shared.contracts.chain import GENESIS
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.decisions import Candidate, Decision, Question
from shared.contracts.lifecycle import (
    Actor,
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestForwarded,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
    Summary,
)
from shared.contracts.notifications import NotificationConcluded, Outcome, Purpose
from shared.contracts.requests import ApplicantReach
from shared.contracts.topics import LIFECYCLE, OUTCOMES
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime, State
from tests.unit.sla_monitor.samples import NOON

_DECISION = Decision(
    chosen=Candidate(
        category_code="TEM-KNT",
        category_title="Çöp konteyneri taşıyor",
        body="Temizlik İşleri",
        confidence=0.9,
    ),
    priority=Priority.NORMAL,
    threshold=0.6,
    rule="nearest",
    knowledge_version="1",
    model_version="1",
    inputs={},
)
_MEMBERS: Mapping[type[LifecycleEvent], dict[str, Any]] = {
    RequestAssigned: {
        "state": State.ASSIGNED,
        "department": "temizlik",
        "department_name": "Temizlik İşleri Müdürlüğü",
        "decision": _DECISION,
    },
    RequestTriaged: {"state": State.TRIAGE, "reason": "Güven eşiğin altında", "decision": _DECISION},
    RequestForwarded: {"state": State.FORWARDED, "authority": "İSKİ", "decision": _DECISION},
    RequestAccepted: {"state": State.ACCEPTED, "department": "temizlik"},
    AnswerGiven: {
        "state": State.ANSWERED,
        "department": "temizlik",
        "department_name": "Temizlik İşleri Müdürlüğü",
        "text": "Konteyner boşaltıldı.",
        "final": True,
    },
    RequestClosed: {"state": State.CLOSED, "department": "temizlik"},
    QuestionAsked: {
        "state": State.AWAITING_APPLICANT,
        "question": Question(id="where", ask="applicant", tr="Burası neresi?", en="Where is it?"),
    },
    ReplyReceived: {"state": State.TRIAGE, "text": "Cihangir’de"},
    RequestWithdrawn: {"state": State.WITHDRAWN},
    RequestReopened: {
        "state": State.REOPENED,
        "department": "temizlik",
        "times": 1,
        "for_supervisor": False,
    },
}
_offsets = count()


def lifecycle(
    kind: type[LifecycleEvent],
    request_id: UUID,
    sequence: int = 1,
    *,
    priority: Priority = Priority.NORMAL,
    received_at: datetime = NOON,
    subject: str = "Çöp konteyneri taşıyor",
    after: timedelta | None = None,
) -> LifecycleEvent:
    return kind(
        request_id=request_id,
        sequence=sequence,
        occurred_at=received_at + (timedelta(minutes=sequence) if after is None else after),
        actor=Actor(kind="service", id="router"),
        cause_id=uuid4(),
        summary=Summary(
            receipt_number="BB-2026-0012345-K",
            channel=Channel.WEB,
            kind=Kind.COMPLAINT,
            regime=Regime.PETITION_3071,
            priority=priority,
            subject=subject,
            neighbourhood="Cihangir",
            applicant=ApplicantReach(named=True, media=(Medium.TRACKING_PAGE,)),
            received_at=received_at,
        ),
        previous_hash=GENESIS,
        hash=GENESIS,
        **_MEMBERS[kind],
    )


def outcome(
    request_id: UUID, *, purpose: Purpose = "final_answer", ended: Outcome = "delivered"
) -> NotificationConcluded:
    return NotificationConcluded(
        message_id=uuid4(),
        request_id=request_id,
        event_id=uuid4(),
        sequence=3,
        purpose=purpose,
        medium=Medium.TRACKING_PAGE,
        outcome=ended,
        evidence="shown",
        attempts=1,
        concluded_at=NOON + timedelta(hours=1),
    )


def to_send(topic: str, request_id: UUID, data: Contract) -> Record:
    event = CloudEvent(id=uuid4(), source="/test", time=NOON, subject=request_id, data=data)
    return to_record(topic, event)


def record(event: LifecycleEvent | NotificationConcluded) -> "ConsumerRecord[Any, Any]":
    """Return an event as it comes from a topic."""
    topic = LIFECYCLE if isinstance(event, LifecycleEvent) else OUTCOMES
    sent = to_send(topic, event.request_id, event)
    return raw_record(topic, sent.key, sent.value, sent.headers)


def raw_record(
    topic: str, key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...] = ()
) -> "ConsumerRecord[Any, Any]":
    return ConsumerRecord(topic, 0, next(_offsets), 0, 0, key, value, None, 0, 0, headers)
