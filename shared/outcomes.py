"""The ways work on a record can end: it returns (done) or raises one of these two. There is no fourth."""


class PoisonError(Exception):
    """The record can never succeed. It is parked with this reason, and the line goes on.

    The reason stands in the dead letter's headers and in logs, so it names fields and types, never content.
    """


class UnavailableError(Exception):
    """Something the work depends on is away. Nothing is parked, nothing is committed, the line waits."""
