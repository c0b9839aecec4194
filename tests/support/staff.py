"""The staff's screens served whole but for the broker, with a small server in the router's place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from services.intake.app import create_app
from tests.support.serving import served


class Router:
    """Sees danger where gas is named, and one similar request in Cihangir; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.add_api_route("/internal/v1/first-look", self.look, methods=["POST"])

    async def look(self, told: dict[str, Any]) -> dict[str, Any]:
        """Answer as the router does."""
        self.told.append(told)
        gas = {"title": "Gaz kaçağı", "phone": "187", "words": "gaz kokusu"}
        near = {
            "receipt_number": "BB-2026-0000007-M",
            "state": "assigned",
            "holder": "Temizlik İşleri Müdürlüğü",
            "words": "Konteyner üç gündür taşıyor, kediler dağıtıyor",
            "distance_m": 111.2,
            "received_at": "2026-11-23T08:00:00Z",
        }
        return {
            "dangers": [gas] if "gaz" in told["description"].lower() else [],
            "alike": [near] if told["place"].get("neighbourhood") == "Cihangir" else [],
        }


def environment(mongodb: str, database: str, data: Path, router: str) -> dict[str, str]:
    """Return the variables of an intake with this database and this router."""
    return {
        "ISTEK_MONGODB": mongodb,
        "ISTEK_KAFKA": "127.0.0.1:1",
        "ISTEK_INTAKE_DATABASE": database,
        "ISTEK_DATA": str(data),
        "ISTEK_SLA_URL": "http://127.0.0.1:1",
        "ISTEK_ROUTER_URL": router,
    }


@contextmanager
def staff_site(mongodb: str, database: str, data: Path) -> Iterator[str]:
    """Serve intake beside such a router and yield its address."""
    with pytest.MonkeyPatch.context() as patched, served(Router().app) as router:
        for name, value in environment(mongodb, database, data, router).items():
            patched.setenv(name, value)
        with served(create_app()) as address:
            yield address
