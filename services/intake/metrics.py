"""What operations see of the doors."""

from prometheus_client import Counter, Gauge

ACCEPTED = Counter("istek_intake_accepted_total", "Requests accepted", ["channel"])
REFUSED = Counter("istek_intake_refused_total", "Requests refused at the door", ["channel", "reason"])
REPLAYED = Counter("istek_intake_replayed_total", "Repeated requests answered again", ["channel"])
WAITING = Gauge(
    "istek_intake_relay_waiting", "Accepted requests in memory, not yet acknowledged by the broker"
)
REPUBLISHED = Counter("istek_intake_republished_total", "Requests published again for lack of an echo")
ERASED = Counter("istek_intake_erased_total", "Requests whose contact data was erased", ["why"])
UNRETURNED = Gauge("istek_intake_unreturned", "Requests that did not come back within the grace time")
ATTACHMENTS = Counter("istek_intake_attachments_total", "Files kept", ["channel", "kind"])
ATTACHMENTS_REFUSED = Counter(
    "istek_intake_attachments_refused_total", "Files refused", ["channel", "reason"]
)
ATTACHMENTS_UNUSED = Counter("istek_intake_attachments_unused_total", "Files removed that no request named")
ATTACHMENTS_WAITING = Gauge(
    "istek_intake_attachments_waiting", "Files that their store did not let go of at the last sweep"
)
