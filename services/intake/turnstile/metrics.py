"""What the turnstile counts."""

from prometheus_client import Counter, Gauge

TURNED_AWAY = Counter("istek_intake_turned_away_total", "Requests turned away before any work", ["why"])
IN_FLIGHT = Gauge("istek_intake_in_flight", "Requests read and not yet answered")
