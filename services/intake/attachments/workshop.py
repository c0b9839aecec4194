"""Where files are examined: a few processes beside the service, which yield the processor to everything else.

Decoders are written in C and meet hostile files here. One that crashes takes a helper process with it, never
the door; one that does not end is interrupted.
"""

import asyncio
import os
import resource
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from types import FrameType
from typing import Final

import structlog
from PIL import Image

from services.intake.attachments.examining import Examined, examine, illustrated
from services.intake.attachments.refusals import FileRefusedError, Reason
from shared.outcomes import UnavailableError

MOST_MEMORY: Final = 3_000_000_000
"""Address space of one process, in bytes: a picture of the most pixels fits, its copies too."""

_NICENESS: Final = 19
_LONGEST_S: Final = 60
"""Of the processor for one file, not by the clock: a busy machine gives the last in line little of it."""
_FILES_PER_PROCESS: Final = 50
_BLOCKS_KEPT: Final = 4
"""Of Pillow's memory, 16 MB each, between two pictures: enough for the pixels of a phone's photo. Pillow
empties them before it decodes into them, so that no picture shows anything of another."""

_log = structlog.get_logger(__name__)


class Workshop:
    """Examines files, ``places`` at a time; who comes later waits."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._free = asyncio.Semaphore(places)
        self._pool: ProcessPoolExecutor | None = None

    @property
    def free(self) -> asyncio.Semaphore:
        """A place: hold it while a file's bytes are in memory."""
        return self._free

    async def examine(self, content: bytes) -> Examined:
        """Return the file as it may be kept. Whoever calls holds a place.

        Raises:
            FileRefusedError: it is not taken.
            UnavailableError: the process ended over it or over another file; it may be sent again.
        """
        pool = self._pool = self._pool or self._opened()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _examine, content)
        except BrokenProcessPool as error:
            _log.error("attachment_process_ended")
            if self._pool is pool:
                self._pool = None
                pool.shutdown(wait=False)
            raise UnavailableError("a process that examines files ended") from error

    async def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
            self._pool = None

    def _opened(self) -> ProcessPoolExecutor:
        # Not by fork: the service has threads of its own.
        return ProcessPoolExecutor(
            self._places,
            mp_context=get_context("spawn"),
            initializer=_prepare,
            max_tasks_per_child=_FILES_PER_PROCESS,
        )


def _prepare() -> None:
    os.nice(_NICENESS)
    if sys.platform == "linux":
        # A nice process may end its turn of some milliseconds first; an idle one makes way at once.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        # macOS knows this limit and does not keep it.
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # Memory fetched anew for each picture costs the system a quarter of the time that the picture takes.
    Image.core.set_blocks_max(_BLOCKS_KEPT)  # type: ignore[attr-defined] # PILLOW_BLOCKS_MAX does the same
    # Ctrl-C is for the service, which ends these processes in its own order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _interrupt)
    Thread(target=_leave_with, args=(parent_process(),), daemon=True).start()


def _leave_with(service: BaseProcess | None) -> None:
    """End this process when the service is gone, however it ended; the pool's queue would wait for ever."""
    if service is not None:
        service.join()
        os._exit(0)


def _examine(content: bytes) -> Examined:
    signal.setitimer(signal.ITIMER_PROF, _LONGEST_S)
    try:
        examined = examine(content)
    except TimeoutError:
        raise FileRefusedError(Reason.BROKEN) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    # Past the timer: a page that takes too long costs its picture, never the document.
    return illustrated(examined)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError
