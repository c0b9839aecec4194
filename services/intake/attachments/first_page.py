"""A PDF's first page as a small picture, if it can be had."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

import structlog

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing a page may cost.

    Attributes:
        cpu_s: seconds of processor time.
        memory: address space in bytes.
        longest_s: seconds altogether, those included in which others had the processor.
    """

    cpu_s: int = 20
    memory: int = 1_000_000_000
    longest_s: float = 30


LIMITS: Final = Limits()


def first_page(content: bytes) -> bytes | None:
    """Return a small JPEG of a PDF's first page; None if it cannot be drawn, for whatever reason.

    A page that is not drawn is no reason to refuse a document: what it holds is read by people.
    """
    try:
        return drawn_apart(content, LIMITS) or None
    except (subprocess.SubprocessError, OSError) as error:
        _log.info("pdf_not_drawn", reason=type(error).__name__, status=getattr(error, "returncode", None))
        return None


def drawn_apart(content: bytes, limits: Limits) -> bytes:
    """Return what a process of its own draws within these limits: a JPEG, or nothing.

    Raises:
        subprocess.CalledProcessError: the page cannot be read, or the process reached a limit; then its
            status is the signal that ended it, negative.
        subprocess.TimeoutExpired: it took too long altogether.
        OSError: there is no process to be had.
    """
    program = "services.intake.attachments.drawing"
    return subprocess.run(  # noqa: S603 - our own program and numbers
        [sys.executable, "-m", program, str(limits.cpu_s), str(limits.memory)],
        input=content,
        capture_output=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=limits.longest_s,
        check=True,
    ).stdout
