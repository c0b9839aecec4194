"""The hash chain that makes a request's history tamper-evident.

Each event carries the SHA-256 of its own JSON (without the ``hash`` member) and the hash of the event before,
so that changing, removing or reordering one breaks every later link.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64
"""``previous_hash`` of a request's first event."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: Mapping[str, Any]) -> bytes:
    """Return ``data`` as JSON that is byte-equal for equal content: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(data).encode()


def seal(data: Mapping[str, Any], previous_hash: str) -> dict[str, Any]:
    """Return ``data`` with ``previous_hash`` and ``hash`` set.

    Args:
        data: an event as JSON-ready members; its own ``hash`` is ignored.
        previous_hash: hash of the request's event before, or `GENESIS`.
    """
    return seal_and_write(data, previous_hash)[0]


def seal_and_write(data: Mapping[str, Any], previous_hash: str) -> tuple[dict[str, Any], bytes]:
    """Return what `seal` returns, and that as canonical JSON, which costs nothing more than the hash does."""
    body = {k: v for k, v in data.items() if k != "hash"} | {"previous_hash": previous_hash}
    before, after = (
        canonical(part)[1:-1]
        for part in (
            {k: v for k, v in body.items() if k < "hash"},
            {k: v for k, v in body.items() if k > "hash"},
        )
    )
    digest = hashlib.sha256(_object(before, after)).hexdigest()
    return body | {"hash": digest}, _object(before, canonical({"hash": digest})[1:-1], after)


def _object(*members: bytes) -> bytes:
    return b"{" + b",".join(filter(None, members)) + b"}"


def first_break(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return what is wrong with the first broken link of a request's events in order, or None if all hold."""
    previous, expected = GENESIS, 1
    for event in events:
        if event["sequence"] != expected:
            return f"sequence {expected} is missing: {event['sequence']} follows {expected - 1}"
        if event["previous_hash"] != previous:
            return f"sequence {expected} does not continue the event before it"
        if seal(event, previous)["hash"] != event["hash"]:
            return f"sequence {expected} was changed after it was written"
        previous, expected = event["hash"], expected + 1
    return None
