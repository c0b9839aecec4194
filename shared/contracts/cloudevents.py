"""CloudEvents 1.0 over Kafka in binary mode: data in the record's value, attributes in its headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NoReturn, TypeVar
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import to_json

from shared.contracts.base import Contract
from shared.outcomes import PoisonError

CONTENT_TYPE = "application/json"
Headers = Sequence[tuple[str, bytes | None]]
D = TypeVar("D", bound=Contract)

_REQUIRED = ("specversion", "id", "source", "type", "time", "subject")


class UnreadableEventError(PoisonError, ValueError):
    """A record is no event that this reader knows. The message names what is wrong, never the content."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record ready to be sent: where to, under which key, with which bytes."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class CloudEvent(Generic[D]):
    """An event with its envelope. ``subject`` is the request id, which is also the record's key."""

    id: UUID
    source: str
    time: datetime
    subject: UUID
    data: D
    traceparent: str | None = None


def to_record(topic: str, event: CloudEvent[D]) -> Record:
    """Return ``event`` as a record for ``topic``."""
    return record_of(
        topic,
        id=event.id,
        source=event.source,
        type=event.data.ce_type,
        time=event.time,
        subject=event.subject,
        value=event.data.model_dump_json(exclude_none=True).encode(),
        traceparent=event.traceparent,
    )


def record_of(
    topic: str,
    *,
    id: UUID | str,  # noqa: A002 - the attribute's name in the specification
    source: str,
    type: str,  # noqa: A002 - the attribute's name in the specification
    time: datetime,
    subject: UUID | str,
    value: bytes | Mapping[str, Any],
    traceparent: str | None = None,
) -> Record:
    """Return a record from stored parts: ``value`` is JSON bytes, or members still to be written as JSON."""
    key = str(subject).encode()
    headers: list[tuple[str, bytes | None]] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(id).encode()),
        ("ce_source", source.encode()),
        ("ce_type", type.encode()),
        ("ce_time", time.isoformat().encode()),
        ("ce_subject", key),
        ("content-type", CONTENT_TYPE.encode()),
    ]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    body = value if isinstance(value, bytes) else to_json(dict(value))
    return Record(topic, key, body, tuple(headers))


def header(headers: Headers, name: str) -> str | None:
    """Return the header's text, or None where it is absent.

    Raises:
        UnreadableEventError: the header is there but NULL or not UTF-8.
    """
    for key, value in headers:
        if key == name:
            try:
                return value.decode() if value is not None else _refuse(f"header {name} is NULL")
            except UnicodeDecodeError:
                _refuse(f"header {name} is not UTF-8")
    return None


def read_event(value: bytes | None, headers: Headers, known: Mapping[str, type[D]]) -> CloudEvent[D]:
    """Return the event in a record.

    Args:
        value: the record's value.
        headers: the record's headers.
        known: the models this reader takes, by CloudEvents type.

    Raises:
        UnreadableEventError: any part is missing, malformed, or of a type not in ``known``.
    """
    attributes = {name: header(headers, f"ce_{name}") for name in _REQUIRED}
    missing = sorted(name for name, text in attributes.items() if not text)
    if missing:
        _refuse(f"CloudEvents attributes missing: {', '.join(missing)}")
    if attributes["specversion"] != "1.0":
        _refuse(f"CloudEvents version {attributes['specversion']} is not 1.0")
    model = known.get(str(attributes["type"]))
    if model is None:
        _refuse(f"type {str(attributes['type'])[:120]} is not known here")
    if value is None:
        _refuse("the record is a tombstone")
    try:
        return CloudEvent(
            id=UUID(attributes["id"]),
            source=str(attributes["source"]),
            time=_aware(str(attributes["time"])),
            subject=UUID(attributes["subject"]),
            data=model.model_validate_json(value),
            traceparent=header(headers, "traceparent"),
        )
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5])
        raise UnreadableEventError(f"data does not fit {model.__name__}: {places}") from None
    except ValueError as error:
        raise UnreadableEventError(f"malformed envelope: {str(error)[:120]}") from None


def _aware(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        _refuse("ce_time names no time zone")
    return instant


def _refuse(why: str) -> NoReturn:
    raise UnreadableEventError(why)
