"""In the router's place: a first look that knows one open request nearby, to be added to."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI


class KnownNearby:
    """A router that knows one open request nearby.

    Attributes:
        app: what is asked.
        request_id: the request's.
        joinable: what it says of it beside its day; None while it knows none.
        asked: how often it was asked.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.request_id = uuid4()
        self.joinable: dict[str, Any] | None = {
            "request_id": str(self.request_id),
            "receipt_number": "BB-2026-0000777-M",
            "subject": "Çöp konteyneri",
            "distance_m": 38.2,
        }
        self.app = FastAPI()
        self.app.add_api_route("/internal/v1/first-look", self._look, methods=["POST"])

    def _look(self) -> dict[str, Any]:
        self.asked += 1
        # Today's whenever it is asked: a run may begin before midnight.
        today = {"received_at": datetime.now(UTC).isoformat()}
        alike = {
            "receipt_number": "BB-2026-0000777-M",
            "state": "assigned",
            "holder": "Temizlik",
            "words": "Komşunun sözleri",
            "distance_m": 38.2,
            **today,
        }
        return {"dangers": [], "alike": [alike], "joinable": self.joinable and self.joinable | today}
