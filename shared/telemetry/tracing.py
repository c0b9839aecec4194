"""One trace from the door to the applicant's mailbox, carried by ``traceparent`` (W3C Trace Context).

Where no collector listens no span is made: a trace's id is handed on as it came, or made where there is none,
so that it stands in the log lines of every service that had a part in the work.
"""

import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar, Token
from types import TracebackType

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


# Not by `contextmanager`: every request and every record runs in one, and that costs twice as much.
class span(AbstractContextManager[None]):  # noqa: N801 - it is used as the function that it stands for
    """Runs a piece of work as a span under ``parent`` (a ``traceparent``), its trace id in every log line."""

    __slots__ = ("_before", "_work")

    _before: Token[str | None]

    def __init__(self, name: str, *, parent: str | None = None) -> None:
        self._work = _opened(name, _valid(parent) or _here.get())

    def __enter__(self) -> None:
        self._before = _here.set(self._work.__enter__())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        _here.reset(self._before)
        return self._work.__exit__(kind, error, trace)


def current_traceparent() -> str | None:
    """Return the ``traceparent`` to hand on from here, or None outside of a span."""
    return _here.get()


def current_trace_id() -> str | None:
    """Return the id of the trace that the present work belongs to, or None outside of a span."""
    traceparent = _here.get()
    return traceparent.split("-")[1] if traceparent else None


def _handed_on(_name: str, parent: str | None) -> AbstractContextManager[str]:
    if parent is None:
        drawn = secrets.token_hex(24)
        parent = f"00-{drawn[:32]}-{drawn[32:]}-00"
    return nullcontext(parent)


_opened: Opened = _handed_on


def _valid(traceparent: str | None) -> str | None:
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None
