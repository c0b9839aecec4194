"""The staff's screens served whole but for the broker, with a small server in the router's place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.support.intake import intake_on
from tests.support.serving import served


class Router:
    """Sees danger where gas is named, and one similar request in Cihangir; remembers what it was told.

    Attributes:
        told: by whom it was asked, last at the end.
        known: the similar request's receipt number.
        known_id: its id.
    """

    def __init__(self) -> None:
        self.known = "BB-2026-0000007-M"
        self.known_id = UUID(int=7)
        self.told: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.add_api_route("/internal/v1/first-look", self.look, methods=["POST"])

    async def look(self, told: dict[str, Any]) -> dict[str, Any]:
        """Answer as the router does."""
        self.told.append(told)
        gas = {"title": "Gaz kaçağı", "phone": "187", "words": "gaz kokusu"}
        near = {
            "receipt_number": self.known,
            "state": "assigned",
            "holder": "Temizlik İşleri Müdürlüğü",
            "words": "Konteyner üç gündür taşıyor, kediler dağıtıyor",
            "distance_m": 111.2,
            "lat": 41.0321,
            "lon": 28.9838,
            "received_at": "2026-11-23T08:00:00Z",
            "files": 2,
        }
        joinable = {
            "request_id": str(self.known_id),
            "receipt_number": self.known,
            "subject": "Taşan konteyner",
            "distance_m": 81.2,
            "received_at": near["received_at"],
        }
        dangers = [gas] if "gaz" in told["description"].lower() else []
        alike = [near] if told["place"].get("neighbourhood") == "Cihangir" else []
        offered = alike and not dangers and "taş" in told["description"]
        return {"dangers": dangers, "alike": alike, "joinable": joinable if offered else None}


@contextmanager
def staff_site(mongodb: str, database: str, data: Path, **settings: str) -> Iterator[str]:
    """Serve intake beside such a router, with more ``settings``, and yield its address."""
    with (
        pytest.MonkeyPatch.context() as patched,
        served(Router().app) as router,
        served(intake_on(patched, mongodb, database, data, ISTEK_ROUTER_URL=router, **settings)) as address,
    ):
        yield address
