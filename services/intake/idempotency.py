"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): sent twice, done once.

The request's id follows from the key, so the database's own uniqueness of ids does the work, across processes
and for as long as the request is kept.
"""

import hashlib
import re
from uuid import UUID

from services.intake.channels import ChannelRequest
from shared.contracts.vocabulary import Channel
from shared.ids import derived_id

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"

_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


class KeyMissingError(Exception):
    """There is no key."""


class KeyMalformedError(Exception):
    """The key is not 1 to 255 visible ASCII characters."""


class KeyReusedError(Exception):
    """The key was used for another body."""


class OriginReusedError(Exception):
    """The number at the source belongs to another content."""

    def __init__(self, receipt_number: str) -> None:
        super().__init__()
        self.receipt_number = receipt_number


class KeyInFlightError(Exception):
    """The first request with this key is being worked on."""


def read_key(header: str | None) -> str:
    """Return the key.

    Args:
        header: its value, a structured string as in the draft or, as most clients send it, without quotes.

    Raises:
        KeyMissingError: there is none.
        KeyMalformedError: it breaks the form.
    """
    if header is None:
        raise KeyMissingError
    quoted = _QUOTED.fullmatch(header.strip())
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else header.strip()
    if not _VISIBLE.fullmatch(key):
        raise KeyMalformedError
    return key


def request_id_of(channel: Channel, client: str, key: str, *, origin: str | None = None) -> UUID:
    """Return the id of the request that ``client`` sends through ``channel`` under ``key``.

    What has a number at its ``origin`` is one request whoever enters it, however often.
    """
    if origin is not None:
        return derived_id(origin, "request from elsewhere")
    return derived_id(f"{channel}/{client}/{key}", "request")


def fingerprint_of(request: ChannelRequest) -> str:
    """Return the SHA-256 of what was sent, equal for equal content however it was spaced or ordered.

    Members left out do not count, so that a new optional member changes no fingerprint.
    """
    return hashlib.sha256(request.model_dump_json(exclude_unset=True).encode()).hexdigest()
