"""The notifier's own metrics."""

from prometheus_client import Counter, Gauge

CONCLUDED = Counter(
    "istek_notifications_total", "Messages that ended, by how", ["medium", "purpose", "outcome"]
)
DEFERRED = Counter("istek_notifications_deferred_total", "Attempts that put a message off", ["medium"])
OUTAGES = Counter(
    "istek_notification_outages_total", "Attempts that found a gateway or the vault away", ["medium"]
)
PENDING = Gauge("istek_notifications_pending", "Messages that have not ended", ["medium"])
OLDEST = Gauge(
    "istek_notifications_oldest_seconds", "Age of the oldest message that has not ended", ["medium"]
)
