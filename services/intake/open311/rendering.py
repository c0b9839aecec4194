"""One content, as the standard's XML and as its JSON.

JSON follows from XML by the standard's "Spark" mapping: a container of equal children becomes an array, and
where it is the root, it is the whole document. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

from pydantic_core import to_json

from shared.clock import ISTANBUL

Content: TypeAlias = "str | int | float | bool | Sequence[Content] | Mapping[str, Content] | None"

_CHILDREN: Final = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the children of a container are called in XML; in JSON they have no name."""

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 has no way to write these, not even escaped.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """The formats of the standard, by the ending that asks for them."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The whole Content-Type."""
        kind = "text/xml" if self is Format.XML else "application/json"
        return f"{kind}; charset=utf-8"


def render(form: Format, root: str, content: Content) -> bytes:
    """Return the document.

    Args:
        form: in which format.
        root: name of the root element, which JSON does without.
        content: its members; None is an empty element, or null.
    """
    if form is Format.JSON:
        return to_json(content)
    element = ET.Element(root)
    _fill(element, content)
    return _DECLARATION + ET.tostring(element, encoding="unicode").encode()


def w3c(instant: datetime) -> str:
    """Return an instant as the standard writes it (W3C's ISO 8601), in Istanbul's time with its offset."""
    return instant.astimezone(ISTANBUL).isoformat(timespec="seconds")


def _fill(element: ET.Element, content: Content) -> None:
    if content is None:
        return
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(ET.SubElement(element, name), value)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif isinstance(content, str):
        element.text = _UNWRITABLE.sub("", content)
    elif isinstance(content, Sequence):
        for value in content:
            _fill(ET.SubElement(element, _CHILDREN[element.tag]), value)
    else:
        element.text = str(content)
