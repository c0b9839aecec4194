"""Which object store keeps files, if one does."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.storage import Bucket, ObjectFiles


class S3Settings(BaseSettings):
    """The object store of an installation (`ISTEK_ATTACHMENT_S3_*` environment variables).

    Attributes:
        bucket: its bucket, which must exist; empty: files are kept in the database.
        endpoint: its address, without the bucket.
        region: what requests are signed for.
        access_key: who asks.
        secret_key: proves it.
        secret_key_file: a file that holds the secret instead.
        prefix: what all names of objects begin with.
        path_style: the bucket is in the path of addresses; false: in the host.
        connect_timeout_s: seconds for a connection.
        timeout_s: seconds for a request with its bytes, and until it is tried no more.
        retries: how often a request that failed in passing is tried again.
    """

    model_config = SettingsConfigDict(
        env_prefix="ISTEK_ATTACHMENT_S3_", frozen=True, hide_input_in_errors=True
    )

    bucket: str = ""
    endpoint: Annotated[str, Field(pattern=r"^$|^https?://[^\s/?#]+/?$")] = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    prefix: str = "attachments"
    path_style: bool = True
    connect_timeout_s: Annotated[float, Field(gt=0)] = 3.0
    timeout_s: Annotated[float, Field(gt=0)] = 20.0
    retries: Annotated[int, Field(ge=0, le=10)] = 2

    @model_validator(mode="after")
    def _all_or_nothing(self) -> Self:
        secrets = [bool(self.secret_key and self.secret_key.get_secret_value()), bool(self.secret_key_file)]
        if all(secrets):
            raise ValueError(
                "set ISTEK_ATTACHMENT_S3_SECRET_KEY or ISTEK_ATTACHMENT_S3_SECRET_KEY_FILE, not both"
            )
        needed = {
            "BUCKET": bool(self.bucket),
            "ENDPOINT": bool(self.endpoint),
            "ACCESS_KEY": bool(self.access_key),
            "SECRET_KEY (or SECRET_KEY_FILE)": any(secrets),
        }
        lacking = [f"ISTEK_ATTACHMENT_S3_{name}" for name, is_set in needed.items() if not is_set]
        if lacking and len(lacking) < len(needed):
            raise ValueError(f"the object store is half set; {', '.join(lacking)} must be set too")
        return self

    def files(self) -> ObjectFiles | None:
        """Return the store, or None where none is set.

        Raises:
            OSError: the file of the secret cannot be read.
        """
        if not self.bucket:
            return None
        return ObjectFiles(self.bucket_settings())

    def bucket_settings(self) -> Bucket:
        """Return all that the store needs to know.

        Raises:
            OSError: the file of the secret cannot be read.
        """
        return Bucket(
            self.bucket,
            self.endpoint,
            self.region,
            self.access_key,
            self._secret(),
            prefix=self.prefix,
            path_style=self.path_style,
            connect_timeout=timedelta(seconds=self.connect_timeout_s),
            timeout=timedelta(seconds=self.timeout_s),
            retries=self.retries,
        )

    def _secret(self) -> str:
        if self.secret_key_file:
            return self.secret_key_file.read_text().strip()
        return self.secret_key.get_secret_value() if self.secret_key else ""
