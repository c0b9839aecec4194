"""Lifecycle facts as the router would have told them."""

import json
from datetime import datetime
from uuid import UUID, uuid4

from services.intake.records import TimelineEntry
from shared.contracts.lifecycle import RequestAssigned


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
