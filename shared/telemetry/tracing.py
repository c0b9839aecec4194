"""One trace from the door to the applicant's mailbox, carried by ``traceparent`` (W3C Trace Context).

Where no collector listens no span is made: a trace's id is handed on as it came, or made where there is none,
so that it stands in the log lines of every service that had a part in the work.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

import structlog

Opened = Callable[[str, str | None], AbstractContextManager[str]]
"""Opens a piece of work by name, under a parent; its context is the ``traceparent`` of what it causes."""

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_here: ContextVar[str | None] = ContextVar("traceparent", default=None)


def configure_tracing(service: str, *, endpoint: str | None, ratio: float) -> None:
    """Set up tracing for this process.

    Args:
        service: name of the service in the traces.
        endpoint: OTLP/HTTP address of a collector; without one, ids are made and passed on, nothing is sent.
        ratio: share of new traces that are recorded, 0 to 1.
    """
    global _opened  # noqa: PLW0603 - one process has one collector
    _opened = _handed_on
    if endpoint:
        from shared.telemetry.spans import exporter_to, recorder  # noqa: PLC0415 - slow to import, rarely used

        _opened = recorder(service, exporter_to(endpoint), ratio)


@contextmanager
def span(name: str, *, parent: str | None = None) -> Iterator[None]:
    """Run a piece of work as a span under ``parent`` (a ``traceparent``), its trace id in every log line."""
    with _opened(name, _valid(parent) or _here.get()) as traceparent:
        before = _here.set(traceparent)
        try:
            with structlog.contextvars.bound_contextvars(trace_id=_trace_id(traceparent)):
                yield
        finally:
            _here.reset(before)


def current_traceparent() -> str | None:
    """Return the ``traceparent`` to hand on from here, or None outside of a span."""
    return _here.get()


def _handed_on(_name: str, parent: str | None) -> AbstractContextManager[str]:
    return nullcontext(parent or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00")


_opened: Opened = _handed_on


def _valid(traceparent: str | None) -> str | None:
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


def _trace_id(traceparent: str) -> str:
    return traceparent.split("-")[1]
