"""The signature inside a PDF: one comment line before its end, over every other byte of the file.

A comment there moves nothing that the file's own table of positions points at, so readers show the document
as if the line was not there. Checking needs no PDF parser: take the line out, digest the rest. The same
statement is attached to the document as a file, too, which remains when another program writes it anew.
"""

import re
import zlib
from itertools import islice
from typing import Final

_MARK: Final = b"%istek-receipt "
_LINE: Final = re.compile(_MARK + rb"(\S{1,4096})\n")
_STREAM: Final = re.compile(rb"stream\r?\n")
_TOKEN: Final = re.compile(rb"eyJ[\w-]{1,1000}\.[\w-]{1,4000}\.[\w-]{86}")
_MOST_STREAMS: Final = 2000
_LONGEST: Final = 8192


def sealed(pdf: bytes, token: str) -> bytes:
    """Return the PDF with its signature."""
    end = pdf.rindex(b"startxref")
    return pdf[:end] + _MARK + token.encode() + b"\n" + pdf[end:]


def unsealed(pdf: bytes) -> tuple[bytes, str | None]:
    """Return the PDF without its signature, and the signature if it has one."""
    line = _LINE.search(pdf)
    if line is None:
        return pdf, None
    return pdf[: line.start()] + pdf[line.end() :], line[1].decode(errors="replace")


def attached(pdf: bytes) -> str | None:
    """Return the signed statement among the files attached to a PDF, plain or deflated."""
    for start in islice(_STREAM.finditer(pdf), _MOST_STREAMS):
        content = pdf[start.end() : start.end() + _LONGEST]
        if token := _TOKEN.match(content) or _TOKEN.match(_inflated(content)):
            return token[0].decode()
    return None


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, _LONGEST)
    except zlib.error:
        return b""
