"""Lifecycle facts as the router would have told them."""

import json
from datetime import datetime
from uuid import UUID, uuid4

from services.intake.records import TimelineEntry
from shared.contracts.decisions import Candidate, Decision, Matter
from shared.contracts.lifecycle import (
    Actor,
    AnswerGiven,
    LifecycleEvent,
    RequestAssigned,
    RequestForwarded,
    Summary,
)
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Kind, Priority, State


async def no_answer_files(answer: AnswerGiven) -> None:
    """Stand where an answer's files are settled, for answers that name none."""
    assert not answer.attachments


def assigned(request_id: UUID, *, subject: str, at: datetime) -> TimelineEntry:
    """Return the first fact of a request that went to the cleaning directorate."""
    event = {
        "request_id": str(request_id),
        "sequence": 1,
        "occurred_at": at.isoformat(),
        "actor": {"kind": "service", "id": "router"},
        "cause_id": str(uuid4()),
        "state": "assigned",
        "department": "temizlik",
        "department_name": "Temizlik İşleri Müdürlüğü",
        "summary": {
            "receipt_number": "x",
            "channel": "web",
            "kind": "request",
            "regime": "petition_3071",
            "priority": "normal",
            "subject": subject,
            "applicant": {"named": False, "media": ["email"]},
            "received_at": at.isoformat(),
        },
        "decision": {
            "chosen": {"category_code": "X", "category_title": "X", "body": "X", "confidence": 0.9},
            "priority": "normal",
            "threshold": 0.5,
            "rule": "r",
            "knowledge_version": "1",
            "model_version": "1",
            "inputs": {},
        },
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
    }
    return TimelineEntry(request_id, 1, RequestAssigned.ce_type, json.dumps(event))


def decided(
    request: RequestReceived,
    *,
    code: str,
    kind: str | None = None,
    wall: str | None = None,
    several: bool = False,
    authority: str | None = None,
    sequence: int = 1,
) -> LifecycleEvent:
    """Return the router's decision on a request.

    Args:
        request: the request.
        code: the category.
        kind: the kind of application, if another than the request's.
        wall: who alone may open it.
        several: it holds two matters.
        authority: who outside is competent; without one the cleaning directorate has it.
        sequence: number of the event.
    """
    candidate = Candidate(category_code=code, category_title=code, body="X", confidence=0.9)
    matter = Matter(candidate=candidate, priority=Priority.NORMAL, start=0, end=1)
    common = {
        "request_id": request.request_id,
        "sequence": sequence,
        "occurred_at": request.received_at,
        "actor": Actor(kind="service", id="router"),
        "cause_id": uuid4(),
        "summary": Summary(
            receipt_number=request.receipt_number,
            channel=request.channel,
            kind=Kind(kind) if kind else request.kind,
            regime=request.regime,
            priority=Priority.NORMAL,
            subject=code,
            applicant=request.applicant,
            received_at=request.received_at,
        ),
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
        "decision": Decision(
            chosen=candidate,
            matters=(matter, matter) if several else (),
            priority=Priority.NORMAL,
            threshold=0.5,
            rule="r",
            knowledge_version="1",
            model_version="1",
            inputs={},
            seen_only_by=wall,
        ),
    }
    if authority:
        return RequestForwarded.model_validate({**common, "state": State.FORWARDED, "authority": authority})
    return RequestAssigned.model_validate(
        {
            **common,
            "state": State.ASSIGNED,
            "department": "temizlik",
            "department_name": "Temizlik İşleri Müdürlüğü",
        }
    )
