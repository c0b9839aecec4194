"""What a file is, by its own bytes. Names and headers are what the sender likes to call it."""

import re
from enum import StrEnum
from typing import Final

from services.intake.attachments.refusals import FileRefusedError, Reason


class FileKind(StrEnum):
    """What is taken, by the media type it came as."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    PDF = "application/pdf"


_SIGNATURES: Final = {
    b"\xff\xd8\xff": FileKind.JPEG,
    b"\x89PNG\r\n\x1a\n": FileKind.PNG,
    b"%PDF-": FileKind.PDF,
}
# ISO/IEC 23008-12: the brands of pictures coded with HEVC, and the two general ones iPhones write first.
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_SVG_WITHIN: Final = 4096


def kind_of(content: bytes) -> FileKind:
    """Return what the file is.

    Raises:
        FileRefusedError: it is empty or of no kind that is taken.
    """
    if not content:
        raise FileRefusedError(Reason.EMPTY)
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    if _SVG.search(content[:_SVG_WITHIN]):
        raise FileRefusedError(Reason.SVG)
    raise FileRefusedError(Reason.UNKNOWN_TYPE)
