"""Settings that every service has, from ``ISTEK_*`` environment variables."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What each service's own settings extend."""

    model_config = SettingsConfigDict(env_prefix="ISTEK_", frozen=True, extra="ignore")

    kafka: str = "127.0.0.1:29092"
    mongodb: str = "mongodb://127.0.0.1:27117"
    instance: str = "0"
    """Name of this replica: stable over restarts, unique among the replicas of a service."""
    data: Path = Path(".data")
    service_key: SecretStr | None = None
    """By which this service proves its name to others: base64 of 32 bytes. Without it, in a file."""
    service_keys: Path | None = None
    """Folder of these files and of all public halves, one for all services; without it, among the data."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str | None = None
    trace_ratio: float = 0.05
    intake_url: str = "http://127.0.0.1:8000"
    router_url: str = "http://127.0.0.1:8001"
    notifier_url: str = "http://127.0.0.1:8002"
    sla_url: str = "http://127.0.0.1:8003"

    @property
    def service_key_folder(self) -> Path:
        """Where the keys lie by which services know each other."""
        return self.service_keys or self.data / "service-keys"
