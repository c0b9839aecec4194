"""Settings of intake, from ``ISTEK_*`` environment variables."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from services.intake.turnstile.bucket import Rate
from services.intake.turnstile.load import Capacity
from services.intake.turnstile.rate_setting import RateSetting
from services.intake.vault.keyfile import KeySource, key_source
from services.intake.vault.retention import TABLE
from shared.contracts.vocabulary import Channel
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """What an installation decides about its doors.

    Attributes:
        intake_channels: the channels this process mounts, separated by commas.
        intake_database: name of the database.
        intake_keys: whether a channel's API wants an API key. A deployment sets `required`.
        intake_key_file: key of the tracking codes; made at the first start. All replicas share one file.
        intake_rate_client: requests of one client with a key, as count/seconds or `off`.
        intake_rate_address: requests from one address without a key. All residents behind one network address
            translator share it.
        intake_rate_proofs: wrong receipt numbers and tracking codes from one address.
        intake_in_flight: requests that are worked on at once; further ones are refused with 503.
        intake_in_flight_reserve: how many more, if they come by the channels on which staff report dangers.
        intake_vault_key: master keys of the vault, base64 of 32 bytes each, separated by commas: the first
            wraps, the others still unwrap. Without it they are in a file.
        intake_vault_key_file: that file; made at the first start. All replicas share one.
        intake_retention: the table of how long contact data is kept; without it, the one of this version.
        intake_retention_every_s: seconds between two looks for what must be erased.
        intake_receipt_keys: folder of the keys that sign receipts; the first is made at the first start. All
            replicas share one folder.
        intake_number_block: receipt numbers reserved at once; what a process does not use stays unused.
        intake_relay_capacity: accepted requests that wait in memory for the broker; the rest waits on disk.
        intake_watch_grace_s: seconds a request may take to come back on the lifecycle topic.
        intake_watch_every_s: seconds between two looks for requests that did not come back.
        sla_timeout_s: seconds the tracking page waits for the dates of a request.
        first_look_timeout_s: seconds an operator's screen waits for what the router says of a report.
        intake_staff_url: where browsers of operators and of the counter reach this service.
        public_url: where applicants reach this service; receipts carry it.
    """

    intake_channels: Annotated[tuple[Channel, ...], NoDecode] = tuple(Channel)
    intake_database: str = "istek_intake"
    intake_keys: Literal["required", "optional"] = "optional"
    intake_key_file: Path | None = None
    intake_rate_client: RateSetting = Rate(1_200, 60)
    intake_rate_address: RateSetting = Rate(300, 60)
    intake_rate_proofs: RateSetting = Rate(30, 60)
    intake_in_flight: Annotated[int, Field(ge=1)] = 512
    intake_in_flight_reserve: Annotated[int, Field(ge=0)] = 128
    intake_vault_key: SecretStr | None = None
    intake_vault_key_file: Path | None = None
    intake_retention: Path = TABLE
    intake_retention_every_s: Annotated[float, Field(gt=0)] = 86_400.0
    intake_receipt_keys: Path | None = None
    intake_number_block: Annotated[int, Field(ge=1)] = 200
    intake_relay_capacity: Annotated[int, Field(ge=1)] = 10_000
    intake_watch_grace_s: Annotated[float, Field(gt=0)] = 60.0
    intake_watch_every_s: Annotated[float, Field(gt=0)] = 30.0
    sla_timeout_s: Annotated[float, Field(gt=0)] = 0.5
    first_look_timeout_s: Annotated[float, Field(gt=0)] = 2.0
    intake_staff_url: str = "http://127.0.0.1:8000"
    public_url: str = "http://127.0.0.1:8000"

    @field_validator("intake_channels", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        return [name.strip() for name in value.split(",")] if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def staff_pages_also_at(self) -> tuple[str, ...]:
        """Where staff pages can be reached besides their own address: they share the applicants' port."""
        has_any = {Channel.CALL, Channel.RECEPTION} & set(self.intake_channels)
        return (self.public_url,) if has_any else ()

    @property
    def key_file(self) -> Path:
        """Where the key of the tracking codes is kept."""
        return self.intake_key_file or self.data / "intake" / "tracking.key"

    @property
    def receipt_keys(self) -> Path:
        """Where the keys that sign receipts are kept."""
        return self.intake_receipt_keys or self.data / "intake" / "receipt-keys"

    @property
    def capacity(self) -> Capacity:
        """How much the door carries at once."""
        return Capacity(self.intake_in_flight, self.intake_in_flight_reserve)

    def vault_keys(self) -> KeySource:
        """Return where the master keys of the vault come from.

        Raises:
            OSError: their file cannot be made or read.
            ValueError: what is set holds no keys.
        """
        setting = self.intake_vault_key.get_secret_value() if self.intake_vault_key else None
        return key_source(setting, self.vault_key_file)

    @property
    def vault_key_file(self) -> Path:
        """Where the master keys of the vault are kept unless they are set."""
        return self.intake_vault_key_file or self.data / "intake" / "vault.key"
