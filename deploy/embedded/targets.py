"""Which service targets the stack's monitor works with; they can be changed while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded.settings import StackSettings
from deploy.embedded.supervision import Supervisor

_MONITOR = "sla_monitor"


def choose_targets(settings: StackSettings, folder: Path) -> None:
    """Have the monitor read its policies from ``folder`` when it next starts."""
    staged = settings.policies_link.with_suffix(".new")
    staged.unlink(missing_ok=True)
    staged.symlink_to(folder.resolve(), target_is_directory=True)
    staged.replace(settings.policies_link)


@contextmanager
def other_targets(settings: StackSettings, folder: Path) -> Iterator[None]:
    """Restart the running monitor with the policies in ``folder``, and at the end with those it had.

    Clocks that are open keep the due times they have.
    """
    before = settings.policies_link.resolve()
    manager = Supervisor(settings)
    choose_targets(settings, folder)
    manager.restart(_MONITOR)
    try:
        yield
    finally:
        choose_targets(settings, before)
        manager.restart(_MONITOR)
