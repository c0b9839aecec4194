"""Logs: JSON lines for machines, a readable form on a terminal, and nothing personal in either."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from shared.outcomes import UnavailableError
from shared.telemetry.tracing import current_trace_id
from shared.text.masking import mask_personal

_Event = MutableMapping[str, Any]
_OPAQUE = frozenset({"request_id", "trace_id", "timestamp", "source", "event_id", "message_id"})


def mask_event(_logger: object, _method: str, event: _Event) -> _Event:
    """Mask national ids, phones, e-mails and IBANs in every text of a log event (a structlog processor)."""
    for name, value in event.items():
        if name not in _OPAQUE:
            event[name] = _masked(value)
    return event


def configure_logging(service: str, *, level: str = "INFO") -> None:
    """Set up structlog and the standard library's logging alike for this process.

    Args:
        service: name of the service, in every line.
        level: least level that is written.
    """
    common: list[Any] = [
        _with_trace,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_service(service),
    ]
    if sys.stderr.isatty():
        # Plain, because a rich traceback prints local variables, and those may be personal.
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        last: list[Any] = [mask_event, console]
    else:
        last = [
            structlog.processors.format_exc_info,
            mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    structlog.configure(
        processors=[*common, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # Each poll of a broker that is away is an error to aiokafka; the lane says once that it waits.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    logging.getLogger("httpx").setLevel(logging.WARNING)


class FrameworkLogger:
    """What FastStream writes to: it passes its fields as ``extra``, which become fields of the line."""

    def __init__(self, name: str) -> None:
        self._log = structlog.get_logger(name)

    def log(
        self,
        level: int,
        msg: Any,  # noqa: ANN401 - the framework's protocol
        /,
        *,
        exc_info: Any = None,  # noqa: ANN401 - the framework's protocol
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one line; of an outage only where debugging is on, for the lane says itself that it waits."""
        level = logging.DEBUG if isinstance(exc_info, UnavailableError) else level
        self._log.log(level, str(msg), exc_info=exc_info, **(extra or {}))


def _with_trace(_logger: object, _method: str, event: _Event) -> _Event:
    if trace_id := current_trace_id():
        event.setdefault("trace_id", trace_id)
    return event


def _with_service(service: str) -> Any:  # noqa: ANN401 - a structlog processor
    def add(_logger: object, _method: str, event: _Event) -> _Event:
        event["service"] = service
        return event

    return add


def _masked(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    if isinstance(value, str):
        return mask_personal(value)
    if isinstance(value, dict):
        return {k: _masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(v) for v in value]
    return value
