"""Draws the first page of a PDF: a program of its own, from standard input to standard output.

PDFium is C++ and may end over a hostile file. Here it takes nothing with it but the small picture:
the process has no secrets, little memory and little time, as `first_page` says.
"""

import math
import resource
import sys
from typing import Final

import pypdfium2
from PIL import Image

from services.intake.attachments.pictures import THUMBNAIL_SIDE, thumbnail_of

_PAPER: Final = (255, 255, 255, 255)


def draw(content: bytes) -> bytes | None:
    """Return a small JPEG of the first page; None if the page has no area.

    Raises:
        pypdfium2.PdfiumError: there is no page, or it cannot be read.
    """
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
        return None
    # No side of the bitmap is longer than the thumbnail's, whatever the page claims.
    bitmap = page.render(scale=THUMBNAIL_SIDE / max(width, height), fill_color=_PAPER, rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil()
    return thumbnail_of(picture)


def main() -> None:
    """Read a PDF, write a JPEG or nothing. Arguments: seconds of processor time, bytes of address space."""
    seconds, memory = map(int, sys.argv[1:])
    # A second apart, so that what ended the process says that it was time.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS knows this limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read()) or b"")


if __name__ == "__main__":
    main()
