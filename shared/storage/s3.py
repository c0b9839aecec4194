"""Files in an object store that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from shared.outcomes import UnavailableError
from shared.storage.files import NOBODY

_MISSING_BUCKET: Final = "<Code>NoSuchBucket</Code>"
_MISSING_FILE: Final = "<Code>NoSuchKey</Code>"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where files go, and who says so.

    Attributes:
        name: the bucket, which must exist.
        endpoint: address of the store, ``http`` or ``https``, without the bucket.
        region: what requests are signed for.
        access_key: who asks.
        secret_key: proves it.
        prefix: what all names of files begin with.
        path_style: the bucket is in the path of an address, not in its host.
        connect_timeout: for a connection.
        timeout: for a request, its bytes included.
        retries: how often a request that failed in passing is tried again.
    """

    name: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    prefix: str = ""
    path_style: bool = True
    connect_timeout: timedelta = timedelta(seconds=3)
    timeout: timedelta = timedelta(seconds=20)
    retries: int = 2

    @property
    def address(self) -> str:
        """The endpoint as requests are sent to."""
        parts = urlsplit(self.endpoint.rstrip("/"))
        host = parts.netloc if self.path_style else f"{self.name}.{parts.netloc}"
        return urlunsplit(parts._replace(netloc=host))


class ObjectFiles:
    """`Files` as objects of a bucket, each in one request, so that it is there whole or not at all."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def _store(self) -> S3Store:
        bucket = self._bucket
        return S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            endpoint=bucket.address,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=not bucket.path_style,
            # Not every store knows the request that removes many at once, and here it is always one.
            disable_bulk_delete=True,
            client_options={
                "connect_timeout": bucket.connect_timeout,
                "timeout": bucket.timeout,
                "allow_http": bucket.endpoint.startswith("http://"),
            },
            retry_config={"max_retries": bucket.retries, "retry_timeout": bucket.timeout},
        )

    async def put(self, id: str, content: bytes) -> None:  # noqa: A002 - it is the file's id
        """Return once the file is durable; what was there under its id is replaced."""
        with self._faults():
            try:
                await obstore.put_async(self._store, id, content, use_multipart=False)
            except FileNotFoundError as error:
                raise self._no_bucket() from error

    async def get(self, id: str) -> bytes | None:  # noqa: A002 - it is the file's id
        """Return the file, or None."""
        with self._faults():
            try:
                found = await obstore.get_async(self._store, id)
            except FileNotFoundError as error:
                self._only_the_file_is_missing(error)
                return None
            return bytes(await found.bytes_async())

    async def remove(self, id: str) -> None:  # noqa: A002 - it is the file's id
        """Remove the file, if it is there."""
        with self._faults():
            try:
                await obstore.delete_async(self._store, id)
            except FileNotFoundError as error:
                self._only_the_file_is_missing(error)

    async def ping(self) -> None:
        """Return when the bucket is there and lets us read.

        Raises:
            UnavailableError: the store is away, lacks the bucket or refuses us; the message says what to do.
        """
        # By a file that is not there: the answer to HEAD would not say whether the bucket is.
        await self.get(NOBODY)

    def _only_the_file_is_missing(self, error: FileNotFoundError) -> None:
        """Return if the store says so; a bucket that is missing must not look like files that are."""
        if _MISSING_FILE not in str(error):
            if _MISSING_BUCKET in str(error):
                raise self._no_bucket() from error
            raise UnavailableError("object store answered 404 and not why; check its endpoint") from error

    def _no_bucket(self) -> UnavailableError:
        return UnavailableError(
            f"object store has no bucket {self._bucket.name}; create it, or correct its name or the endpoint"
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        # The library's own words name addresses and answers; they stay out of logs and of what /readyz shows.
        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise UnavailableError(
                f"object store refuses the access key for bucket {self._bucket.name}; check key, secret and"
                " region, and that it may get, put, delete and list"
            ) from error
        except (BaseError, OSError) as error:
            raise UnavailableError(f"object store away: {type(error).__name__}") from error
