"""Settings that every service has, from ``ISTEK_*`` environment variables."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What each service's own settings extend."""

    model_config = SettingsConfigDict(env_prefix="ISTEK_", frozen=True, extra="ignore")

    kafka: str = "127.0.0.1:29092"
    mongodb: str = "mongodb://127.0.0.1:27117"
    instance: str = "0"
    """Name of this replica: stable over restarts, unique among the replicas of a service."""
    data: Path = Path(".data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str | None = None
    trace_ratio: float = 0.05
    intake_url: str = "http://127.0.0.1:8000"
    router_url: str = "http://127.0.0.1:8001"
    notifier_url: str = "http://127.0.0.1:8002"
    sla_url: str = "http://127.0.0.1:8003"
