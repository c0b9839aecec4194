"""Lifecycle events and planned messages to tell the notifier of."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.notifier.domain.messages import PlannedMessage
from shared.contracts.chain import GENESIS
from shared.contracts.decisions import Candidate, Decision, Question
from shared.contracts.lifecycle import (
    Actor,
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestConfirmed,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
    Summary,
    WorkStarted,
)
from shared.contracts.requests import ApplicantReach
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime, State

REQUEST = UUID("0d6b7a52-9f59-4c66-9d0c-4a4f0a1f7d11")
EVENT = UUID("5e1a2b3c-0000-5000-8000-000000000001")
RECEIVED_AT = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
TRACKING_URL = "https://istek.beyoglu.bel.tr/t/BB-2026-0012345-K?s=7Qm2xWd9TfLk4RbN"

_CANDIDATE = Candidate(
    category_code="FEN-YOL", category_title="Yolda çukur", body="Fen İşleri Müdürlüğü", confidence=0.91
)
_DECISION = Decision(
    chosen=_CANDIDATE,
    priority=Priority.NORMAL,
    threshold=0.6,
    rule="nearest",
    knowledge_version="2026-11-23",
    model_version="1",
    inputs={},
)
_EXTRAS: dict[type[LifecycleEvent], dict[str, Any]] = {
    RequestAssigned: {
        "state": State.ASSIGNED,
        "department": "fen",
        "department_name": "Fen İşleri Müdürlüğü",
        "decision": _DECISION,
    },
    RequestTriaged: {"state": State.TRIAGE, "reason": "low confidence", "decision": _DECISION},
    RequestForwarded: {
        "state": State.FORWARDED,
        "authority": "İSKİ",
        "phone": "153",
        "decision": _DECISION,
    },
    RequestNotExamined: {"state": State.NOT_EXAMINED, "article": "3071 m.6/b", "decision": _DECISION},
    RequestAccepted: {"state": State.ACCEPTED, "department": "fen"},
    WorkStarted: {"state": State.IN_PROGRESS, "department": "fen"},
    AnswerGiven: {
        "state": State.ANSWERED,
        "department": "fen",
        "department_name": "Fen İşleri Müdürlüğü",
        "text": "Çukur 24 Kasım’da kapatıldı.\nFotoğraf izleme sayfasında.",
        "final": True,
    },
    RequestClosed: {"state": State.CLOSED, "department": "fen"},
    RequestConfirmed: {"state": State.CLOSED, "department": "fen"},
    RequestWithdrawn: {"state": State.WITHDRAWN},
    RequestReopened: {"state": State.REOPENED, "department": "fen", "times": 1, "for_supervisor": False},
    QuestionAsked: {
        "state": State.AWAITING_APPLICANT,
        "question": Question(id="where", ask="applicant", tr="Burası neresi?", en="Where is it?"),
    },
}


def lifecycle_event(
    kind: type[LifecycleEvent],
    *,
    sequence: int = 1,
    media: tuple[Medium, ...] = (Medium.EMAIL, Medium.TRACKING_PAGE),
    language: str = "tr",
    **changes: object,
) -> LifecycleEvent:
    summary = Summary(
        receipt_number="BB-2026-0012345-K",
        channel=Channel.WEB,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        priority=Priority.NORMAL,
        subject="Yolda çukur",
        applicant=ApplicantReach(named=True, media=media, language=language),
        received_at=RECEIVED_AT,
    )
    members = _EXTRAS[kind] | changes
    return kind(
        request_id=REQUEST,
        sequence=sequence,
        occurred_at=RECEIVED_AT,
        actor=Actor(kind="service", id="router"),
        cause_id=EVENT,
        summary=summary,
        previous_hash=GENESIS,
        hash="1" * 64,
        **members,
    )


def planned(**changes: object) -> PlannedMessage:
    members: dict[str, Any] = {
        "id": UUID(int=1),
        "event_id": EVENT,
        "request_id": REQUEST,
        "sequence": 1,
        "purpose": "receipt",
        "medium": Medium.EMAIL,
        "language": "tr",
        "happening": "assigned",
        "receipt_number": "BB-2026-0012345-K",
        "regime": Regime.PETITION_3071,
        "subject": "Yolda çukur",
        "received_at": RECEIVED_AT,
        "occurred_at": RECEIVED_AT,
        "department": "Fen İşleri Müdürlüğü",
    }
    return PlannedMessage(**(members | changes))
