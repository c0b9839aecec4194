"""Where the embedded stack keeps its files and on which ports it answers."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.sla_monitor.policies.loader import STANDARD

PROJECT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


class StackSettings(BaseSettings):
    """Settings of the embedded stack, read from ``ISTEK_*`` environment variables.

    Everything listens on loopback only; there is no setting for the host.
    """

    model_config = SettingsConfigDict(env_prefix="ISTEK_", frozen=True)

    data: Path = PROJECT / ".data"
    cache: Path = PROJECT / ".cache"
    mongodb_binary: Path | None = None
    sla_policies: Path = STANDARD
    # On loopback all callers have one address.
    intake_rate_address: str = "off"

    kafka_port: int = Field(default=29092, ge=1, le=65535)
    kafka_controller_port: int = Field(default=29093, ge=1, le=65535)
    mongodb_port: int = Field(default=27117, ge=1, le=65535)
    smtp_port: int = Field(default=1025, ge=1, le=65535)
    viewer_port: int = Field(default=8025, ge=1, le=65535)
    intake_port: int = Field(default=8000, ge=1, le=65535)
    router_port: int = Field(default=8001, ge=1, le=65535)
    notifier_port: int = Field(default=8002, ge=1, le=65535)
    sla_port: int = Field(default=8003, ge=1, le=65535)

    @property
    def log_folder(self) -> Path:
        """One log file per program."""
        return self.data / "log"

    @property
    def run_folder(self) -> Path:
        """Files that only mean something while the stack runs: lock, socket, generated configuration."""
        return self.data / "run"

    @property
    def policies_link(self) -> Path:
        """Leads to the policies that the monitor reads when it starts."""
        return self.run_folder / "policies"

    @property
    def kafka_folder(self) -> Path:
        """The broker's log segments and configuration."""
        return self.data / "kafka"

    @property
    def mongodb_folder(self) -> Path:
        """The database's files."""
        return self.data / "mongodb"

    @property
    def mail_folder(self) -> Path:
        """Mails that the SMTP sink received, one ``.eml`` file each."""
        return self.data / "mail"

    @property
    def sms_folder(self) -> Path:
        """Journal of the SMS gateway."""
        return self.data / "sms"

    @property
    def kafka_address(self) -> str:
        """Bootstrap address of the broker."""
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def mongodb_uri(self) -> str:
        """Connection string of the database."""
        return f"mongodb://{LOOPBACK}:{self.mongodb_port}"

    def service_environment(self) -> dict[str, str]:
        """Return the variables that tell a service where everything else is."""
        return {
            "ISTEK_DATA": str(self.data.resolve()),
            "ISTEK_KAFKA": self.kafka_address,
            "ISTEK_MONGODB": self.mongodb_uri,
            "ISTEK_SLA_POLICIES": str(self.policies_link.absolute()),
            "ISTEK_SMTP_HOST": LOOPBACK,
            "ISTEK_SMTP_PORT": str(self.smtp_port),
            "ISTEK_VIEWER_PORT": str(self.viewer_port),
            "ISTEK_SMS_URL": http_url(self.viewer_port),
            "ISTEK_INTAKE_URL": http_url(self.intake_port),
            "ISTEK_ROUTER_URL": http_url(self.router_port),
            "ISTEK_NOTIFIER_URL": http_url(self.notifier_port),
            "ISTEK_SLA_URL": http_url(self.sla_port),
            "ISTEK_PUBLIC_URL": http_url(self.intake_port),
            "ISTEK_INTAKE_RATE_ADDRESS": self.intake_rate_address,
            "ISTEK_INTAKE_STAFF_URL": http_url(self.intake_port),
            "ISTEK_DESK_URL": http_url(self.router_port),
            "ISTEK_CONSOLE_URL": http_url(self.sla_port),
        }


def http_url(port: int) -> str:
    """Return the address of a service on this machine."""
    return f"http://{LOOPBACK}:{port}"
