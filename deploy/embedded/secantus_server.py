"""Runs SecantusDB with its own command line's options, and ends it when its storage has failed for good.

After a full disk, WiredTiger refuses everything until its process is started again; then all that it
acknowledged is there. SecantusDB goes on answering meanwhile, with errors: to the process manager it looks
well.
"""

import os
import sys
import threading
import time
from typing import Final

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from secantus import cli

from deploy.embedded.settings import LOOPBACK

_EVERY_S: Final = 2.0
_IN_A_ROW: Final = 3
_INTERNAL_ERROR: Final = 1


def main() -> int:
    """Serve until told to stop; the process manager starts again what ended otherwise."""
    arguments = sys.argv[1:]
    port = int(arguments[arguments.index("--port") + 1])
    threading.Thread(target=_watch, args=(port,), name="storage watch", daemon=True).start()
    return int(cli.main(arguments))


def _watch(port: int) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(LOOPBACK, port, directConnection=True)
    failed = 0
    while failed < _IN_A_ROW:
        time.sleep(_EVERY_S)
        try:
            client["storage_watch"]["nothing"].find_one()
            failed = 0
        except OperationFailure as error:
            failed = failed + 1 if error.code == _INTERNAL_ERROR else 0
        except PyMongoError:
            failed = 0
    sys.stderr.write("storage has failed: ending, to be started again. Is there room on the disk?\n")
    sys.stderr.flush()
    os._exit(os.EX_IOERR)


if __name__ == "__main__":
    sys.exit(main())
