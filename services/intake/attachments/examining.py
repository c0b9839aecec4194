"""What becomes of a file's bytes: pure, slow, and so done in a process of its own (`workshop`)."""

import hashlib
from dataclasses import dataclass, field, replace

from services.intake.attachments.documents import check_document
from services.intake.attachments.first_page import first_page
from services.intake.attachments.kinds import FileKind, kind_of
from services.intake.attachments.outlines import check_outline
from services.intake.attachments.pictures import Offer, rewritten


@dataclass(frozen=True, slots=True)
class Examined:
    """A file as it may be kept.

    Attributes:
        kind: what it is now.
        content: the file.
        sha256: of ``content``.
        thumbnail: a small JPEG; `examine` makes it of pictures, `illustrated` of a document's first page.
        width: in pixels, of pictures.
        height: in pixels, of pictures.
        offer: what a camera said of place and time.
    """

    kind: FileKind
    content: bytes
    sha256: str
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None
    offer: Offer = field(default_factory=Offer)


def examine(content: bytes) -> Examined:
    """Return the file as it may be kept.

    Raises:
        FileRefusedError: it is not taken.
    """
    kind = kind_of(content)
    check_outline(kind, content)
    if kind is FileKind.PDF:
        check_document(content)
        return Examined(kind, content, _sha256(content))
    picture = rewritten(kind, content)
    return Examined(
        kind=picture.kind,
        content=picture.content,
        sha256=_sha256(picture.content),
        thumbnail=picture.thumbnail,
        width=picture.width,
        height=picture.height,
        offer=picture.offer,
    )


def illustrated(examined: Examined) -> Examined:
    """Return a document with a picture of its first page, if that can be drawn; anything else as it is."""
    if examined.kind is not FileKind.PDF:
        return examined
    return replace(examined, thumbnail=first_page(examined.content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
