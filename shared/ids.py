"""Identifiers that follow from their cause, so that doing the work twice gives the same ones."""

from uuid import UUID, uuid5

ISTEK = UUID("6b1f0d8e-3a54-5c0b-9d1e-2f7c8a4be010")
"""Namespace of every identifier this system derives."""


def derived_id(cause: UUID | str, effect: str) -> UUID:
    """Return the id of ``effect`` as caused by ``cause``: equal arguments give the equal id (UUIDv5).

    Args:
        cause: id of the event, command or key that makes the effect happen.
        effect: name of the effect, unique among the effects of one cause.
    """
    return uuid5(ISTEK, f"{cause}/{effect}")
