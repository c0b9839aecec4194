"""Intake in this process: on a real database, with nobody where broker, router and sla_monitor would be.

The door must work without a broker; and so its consumers never join the groups that other tests' events are
meant for.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from fastapi import FastAPI

from services.intake.app import create_app
from shared.settings import ServiceSettings
from shared.web.service_auth.asking import tokens_of

NOBODY: Final = "127.0.0.1:1"
# A page goes without what a service does not tell it soon. That is for people, not for a busy machine.
_PATIENT: Final = {
    "ISTEK_SLA_TIMEOUT_S": "30",
    "ISTEK_FIRST_LOOK_TIMEOUT_S": "30",
    "ISTEK_OIDC_TIMEOUT_S": "30",
}


def intake_on(
    patched: pytest.MonkeyPatch, mongodb: str, database: str, data: Path, **settings: str
) -> FastAPI:
    """Return intake as these settings make it, which stay in the environment for as long as ``patched`` says.

    Args:
        patched: changes the environment.
        mongodb: where the database is.
        database: its name.
        data: folder of keys.
        settings: more variables, or others.
    """
    environment = {
        "ISTEK_MONGODB": mongodb,
        "ISTEK_KAFKA": NOBODY,
        "ISTEK_INTAKE_DATABASE": database,
        "ISTEK_DATA": str(data),
        "ISTEK_SLA_URL": f"http://{NOBODY}",
        "ISTEK_ROUTER_URL": f"http://{NOBODY}",
        **_PATIENT,
    }
    for name, value in (environment | settings).items():
        patched.setenv(name, value)
    return create_app()


def as_service(name: str) -> httpx.Auth:
    """Return what proves to the intake of these settings that a service asks."""
    return tokens_of(ServiceSettings(), name).at("intake")


@asynccontextmanager
async def at_work(app: FastAPI, *, base_url: str = "http://intake") -> AsyncIterator[httpx.AsyncClient]:
    """Run an application and yield a client of it."""
    async with app.router.lifespan_context(app), client_of(app, base_url=base_url) as client:
        yield client


def client_of(app: FastAPI, *, base_url: str = "http://intake") -> httpx.AsyncClient:
    """Return a client of an application that runs."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url)
