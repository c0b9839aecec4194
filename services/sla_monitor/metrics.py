"""What the monitor measures beside what every service does."""

from prometheus_client import Counter, Gauge, Histogram

CLOCKS_OPEN = Gauge("istek_clocks_open", "Requests whose clocks run")
CLOCKS_OVERDUE = Gauge("istek_clocks_overdue", "Requests past a due time", ["clock"])
ESCALATIONS = Counter("istek_escalations_total", "Escalations raised", ["clock", "told"])
SWEEP_SECONDS = Histogram(
    "istek_sweep_seconds",
    "One look for due rungs, with all that followed from it",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
SEQUENCE_GAPS = Counter("istek_lifecycle_gaps_total", "Lifecycle events noticed to be missing")
BOOKS_MISSING = Gauge("istek_books_missing", "Accepted requests that no service knows where they are")
BOOKS_UNKNOWN = Gauge("istek_books_unknown", "Requests known to a service that were never accepted")
