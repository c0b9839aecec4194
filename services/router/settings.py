"""Settings of the router, from ``ISTEK_*`` environment variables."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class RouterSettings(ServiceSettings):
    """What the router needs beyond what every service has."""

    router_database: str = "istek_router"
    router_knowledge: Path | None = None
    """Folder of the knowledge files; without it, those that came with this version."""
    desk_url: str = "http://127.0.0.1:8001"
    """Where browsers of staff reach the desk."""
    router_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Probability of a body below which a person decides; without it, that of the knowledge."""
