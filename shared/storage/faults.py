"""Which faults of the database pass.

No server, no primary, a broken connection or a full disk come out as `UnavailableError`; everything else is a
bug and comes out as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

from shared.outcomes import UnavailableError

_TRANSIENT = (ConnectionFailure, ExecutionTimeout, WriteConcernError)
STORAGE_FAILED = {1, 14031}
"""InternalError, as of a server whose storage engine gave up, and OutOfDiskSpace."""


@contextmanager
def faults() -> Iterator[None]:
    """Tell a fault that passes from a bug."""
    try:
        yield
    except _TRANSIENT as error:
        raise UnavailableError(f"database away: {type(error).__name__}") from error
    except PyMongoError as error:
        if isinstance(error, OperationFailure) and error.code in STORAGE_FAILED:
            raise UnavailableError(f"database cannot store: error {error.code}") from error
        if error.has_error_label("TransientTransactionError") or error.has_error_label("RetryableWriteError"):
            raise UnavailableError(f"database away: {type(error).__name__}") from error
        raise
