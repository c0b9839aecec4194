"""A PDF is kept as it came, since a signature in it covers its bytes; so what it could do is looked for."""

import io
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from services.intake.attachments.refusals import FileRefusedError, Reason

_MOST_OBJECTS: Final = 100_000
# ISO 32000-2, 12.6.4 and 13: what runs, starts programs or plays, and forms that are programs themselves.
_ACTIVE_MEMBERS: Final = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent"})
_ACTIVE_KINDS: Final = frozenset({"/JavaScript", "/Launch", "/RichMedia", "/Rendition", "/Movie", "/3D"})


def check_document(content: bytes) -> None:
    """Return if a PDF can be shown and does nothing by itself.

    Raises:
        FileRefusedError: it is encrypted, carries a script or the like, or cannot be read.
    """
    try:
        reason = _fault(PdfReader(io.BytesIO(content), strict=False))
    except Exception:  # noqa: BLE001 - a broken file breaks a parser in ways nobody has listed
        reason = Reason.BROKEN
    if reason:
        raise FileRefusedError(reason)


def _fault(reader: PdfReader) -> Reason | None:
    if reader.is_encrypted:
        return Reason.ENCRYPTED
    if any(_is_active(found) for found in _objects(reader)):
        return Reason.SCRIPTED
    return None if len(reader.pages) else Reason.BROKEN


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Yield every object of the file, reachable or not, and what is within it."""
    numbers = {(number, generation) for generation, of in reader.xref.items() for number in of}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > _MOST_OBJECTS:
        raise ValueError(f"more than {_MOST_OBJECTS} objects")
    yield from _within(reader.trailer)
    for number, generation in sorted(numbers):
        yield from _within(reader.get_object(IndirectObject(number, generation, reader)))


def _within(top: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever a PDF holds
    waiting = [top]
    while waiting:
        found = waiting.pop()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += [found.raw_get(name) for name in found]
        elif isinstance(found, ArrayObject):
            waiting += list.__iter__(found)


def _is_active(found: DictionaryObject) -> bool:
    kinds = {_name(found, "/S"), _name(found, "/Subtype"), _name(found, "/Type")}
    return bool(_ACTIVE_MEMBERS & found.keys() or _ACTIVE_KINDS & kinds)


def _name(found: DictionaryObject, member: str) -> str:
    value = found.raw_get(member) if member in found else ""
    return value if isinstance(value, str) else ""
