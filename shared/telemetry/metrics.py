"""Metrics that every service has. Names and labels are an interface: dashboards and alerts read them."""

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter(
    "istek_records_total", "Records taken from a topic, by how they ended", ["group", "topic", "outcome"]
)
BATCH_SECONDS = Histogram(
    "istek_batch_seconds",
    "From polling a batch to its commit, in seconds",
    ["group"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
LAG = Gauge("istek_lag_records", "Records of a topic not yet taken by a group", ["group", "topic"])
LINE_STOPPED = Gauge("istek_line_stopped", "1 while a group waits for something that is away", ["group"])
PUBLISHED = Counter("istek_published_total", "Records acknowledged by the broker", ["topic"])
LOOP_FAILURES = Counter("istek_background_failures_total", "Background work that ended in an error", ["task"])
