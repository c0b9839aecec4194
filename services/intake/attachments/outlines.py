"""Whether a file is one thing from its first byte to its last, found without decoding it.

A file that is a picture to one program and a page, an archive or a program to another is made to deceive one
of them. Ours is written anew without what does not belong, but who sends such a file hears about it.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from services.intake.attachments.kinds import FileKind
from services.intake.attachments.refusals import FileRefusedError, Reason

_MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|iframe|svg|\?php)[\s>]", re.IGNORECASE)

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_RESTARTS: Final = range(0xD0, 0xD8)
_BARE: Final = frozenset({0x01, *_RESTARTS})
_LARGE_BOX = 1


def check_outline(kind: FileKind, content: bytes) -> None:
    """Return if the file ends where its format says and holds no second one.

    Raises:
        FileRefusedError: it is cut off, or something else is inside or behind.
    """
    end = _ENDS[kind](content)
    if not _may_follow(content[end:]):
        raise FileRefusedError(Reason.MORE_INSIDE)
    if _MARKUP.search(content) or zipfile.is_zipfile(io.BytesIO(content)):
        raise FileRefusedError(Reason.MORE_INSIDE)


def _may_follow(tail: bytes) -> bool:
    """Tell whether a camera wrote this behind a picture: padding, more views of it, or a moment of film.

    Phones do so by default (CIPA DC-007 multi-picture, motion photos, Samsung's trailer), and their owners do
    not know.
    """
    stripped = tail.strip(b"\0\r\n\t ")
    return (
        not stripped or stripped.startswith(b"\xff\xd8\xff") or tail[4:8] == b"ftyp" or tail.endswith(b"SEFT")
    )


def _jpeg_end(content: bytes) -> int:
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker of ITU-T T.81 begins with it
            raise FileRefusedError(Reason.BROKEN)
        marker = content[at + 1]
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004 - fill bytes
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker == _EOI:
            return at + 2
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker == _SOS:
            at = _next_marker(content, at)
    if content[at : at + 2] == bytes((0xFF, _EOI)):
        return at + 2
    raise FileRefusedError(Reason.BROKEN)


def _next_marker(content: bytes, at: int) -> int:
    """Return where the entropy-coded data that begins at ``at`` ends."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] == 0 or content[at + 1] in _RESTARTS:
            at += 2
        else:
            return at
    raise FileRefusedError(Reason.BROKEN)


def _png_end(content: bytes) -> int:
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND" and at <= len(content):
            return at
    raise FileRefusedError(Reason.BROKEN)


def _heic_end(content: bytes) -> int:
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        if not content[at + 4 : at + 8].isalnum():
            return at
        if size == 0:
            return len(content)
        if size == _LARGE_BOX:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size < 8 or at + size > len(content):  # noqa: PLR2004 - a box has size and name at least
            raise FileRefusedError(Reason.BROKEN)
        at += size
    return at


def _pdf_end(content: bytes) -> int:
    at = content.rfind(b"%%EOF")
    if at < 0:
        raise FileRefusedError(Reason.BROKEN)
    return at + len(b"%%EOF")


_ENDS: Final[Mapping[FileKind, Callable[[bytes], int]]] = {
    FileKind.JPEG: _jpeg_end,
    FileKind.PNG: _png_end,
    FileKind.HEIC: _heic_end,
    FileKind.PDF: _pdf_end,
}
