"""What all page tests share: the browser, and a database to an application."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

# What is waited for comes or never does; the driver's own five seconds are too few on a busy machine.
expect.set_options(timeout=30_000)

_CHROMIUM = Path("/usr/bin/chromium")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window, for one module."""
    if not _CHROMIUM.exists():
        pytest.skip(f"no browser at {_CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(_CHROMIUM), headless=True, args=_QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def database_of_site(mongodb: str) -> tuple[str, str]:
    """Address and name of a database for one module's application, for tests that write into it too."""
    return mongodb, f"test_{uuid4().hex[:12]}"
