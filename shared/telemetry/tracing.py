"""One trace from the door to the applicant's mailbox, carried by ``traceparent`` (W3C Trace Context)."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

_tracer = trace.get_tracer("istek")


def configure_tracing(service: str, *, endpoint: str | None, ratio: float) -> None:
    """Set up tracing for this process.

    Args:
        service: name of the service in the traces.
        endpoint: OTLP/HTTP address of a collector; without one, ids are made and passed on, nothing is sent.
        ratio: share of new traces that are recorded, 0 to 1.
    """
    sampler = ParentBased(TraceIdRatioBased(ratio if endpoint else 0.0))
    provider = TracerProvider(resource=Resource.create({"service.name": service}), sampler=sampler)
    if endpoint:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, *, parent: str | None = None) -> Iterator[None]:
    """Run a piece of work as a span under ``parent`` (a ``traceparent``), its trace id in every log line."""
    context = propagate.extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(name, context=context) as current:
        trace_id = trace.format_trace_id(current.get_span_context().trace_id)
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            yield


def current_traceparent() -> str | None:
    """Return the ``traceparent`` to hand on from here, or None outside of a span."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
