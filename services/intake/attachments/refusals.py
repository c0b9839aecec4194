"""Why a file is not taken. Without words, since it is found in a process that knows of no pages."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a file."""

    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    TOO_MANY_PIXELS = "file_too_many_pixels"
    SVG = "file_svg"
    UNKNOWN_TYPE = "file_type"
    BROKEN = "file_broken"
    MORE_INSIDE = "file_more_inside"
    ENCRYPTED = "file_encrypted"
    SCRIPTED = "file_scripted"
    INFECTED = "file_infected"


class FileRefusedError(Exception):
    """A file is not taken; nothing of it is kept.

    Args:
        reason: what is wrong with it.
        size: of one that is too large, in bytes, where all of it came.
    """

    def __init__(self, reason: Reason, size: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.size = size
