"""A PDF's first page as a small picture, if it can be had."""

import os
import subprocess
import sys
from typing import Final

import structlog

_LONGEST_S: Final = 30

_log = structlog.get_logger(__name__)


def first_page(content: bytes) -> bytes | None:
    """Return a small JPEG of a PDF's first page; None if it cannot be drawn, for whatever reason.

    A page that is not drawn is no reason to refuse a document: what it holds is read by people.
    """
    try:
        drawn = subprocess.run(
            [sys.executable, "-m", "services.intake.attachments.drawing"],
            input=content,
            capture_output=True,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            timeout=_LONGEST_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        _log.info("pdf_not_drawn", reason=type(error).__name__)
        return None
    return drawn.stdout or None
