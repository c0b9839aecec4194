"""What an installation may change about the monitor (``ISTEK_*`` environment variables)."""

from pathlib import Path

from services.sla_monitor.calendar.turkish import LEAVE_FILE
from services.sla_monitor.policies.loader import STANDARD
from shared.settings import ServiceSettings


class SlaMonitorSettings(ServiceSettings):
    """Settings of the monitor. Times are in seconds.

    Attributes:
        sla_policies: folder of policies (legal.yaml, internal.yaml, ladders.yaml).
        sla_leave: table of administrative leave.
        sla_sweep_every: pause between two looks for rungs that are due.
        sla_books_every: pause between two takings of the books.
        sla_probe_every: pause between two looks at the other services.
        console_url: where browsers of staff reach the console.
    """

    sla_policies: Path = STANDARD
    sla_leave: Path = LEAVE_FILE
    sla_sweep_every: float = 1.0
    sla_books_every: float = 60.0
    sla_probe_every: float = 10.0
    console_url: str = "http://127.0.0.1:8003"
