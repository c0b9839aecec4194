"""A trace goes on whether or not somebody listens."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry import tracing
from shared.telemetry.spans import recorder
from shared.telemetry.tracing import current_trace_id, current_traceparent, span

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_outside_of_a_span_there_is_no_trace() -> None:
    assert current_traceparent() is None


def test_without_a_collector_a_trace_is_handed_on_as_it_came() -> None:
    with span("work", parent=PARENT):
        assert current_traceparent() == PARENT
        assert current_trace_id() == TRACE
        with span("within"):
            assert current_traceparent() == PARENT
    assert current_traceparent() is None
    assert current_trace_id() is None


def test_work_without_a_trace_begins_one() -> None:
    with span("one"):
        one = current_traceparent()
    with span("other", parent=f"00-{'0' * 32}-b7ad6b7169203331-01"):
        other = current_traceparent()
    assert one
    assert other
    assert len(one) == len(other) == len(PARENT)
    assert one != other


def test_with_a_collector_each_piece_of_work_is_a_span_of_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_opened", recorder("router", InMemorySpanExporter(), ratio=1.0))
    with span("outer", parent=PARENT):
        outer = current_traceparent()
        with span("inner"):
            inner = current_traceparent()
    assert outer
    assert inner
    assert {outer.split("-")[1], inner.split("-")[1]} == {TRACE}
    assert len({PARENT, outer, inner}) == 3
