"""Spans for a collector, by OpenTelemetry. Imported only where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.telemetry.tracing import Opened

_w3c = TraceContextTextMapPropagator()


def exporter_to(endpoint: str) -> SpanExporter:
    """Return an exporter to the OTLP/HTTP address of a collector."""
    return OTLPSpanExporter(endpoint=endpoint)


def recorder(service: str, exporter: SpanExporter, ratio: float) -> Opened:
    """Return what opens spans that are sent to ``exporter``.

    Args:
        service: name of the service in the traces.
        exporter: receives finished spans, in batches.
        ratio: share of new traces that are recorded, 0 to 1; others follow their parent.
    """
    sampler = ParentBased(TraceIdRatioBased(ratio))
    provider = TracerProvider(resource=Resource.create({"service.name": service}), sampler=sampler)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("istek")

    @contextmanager
    def recorded(name: str, parent: str | None) -> Iterator[str]:
        context = _w3c.extract({"traceparent": parent}) if parent else None
        with tracer.start_as_current_span(name, context=context):
            carrier: dict[str, str] = {}
            _w3c.inject(carrier)
            yield carrier["traceparent"]

    return recorded
