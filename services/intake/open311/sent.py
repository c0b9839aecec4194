"""What a client sends, read as leniently as the standard's many clients write.

Fields may come in the body or in the address, an empty one counts as absent, and lists come as PHP writes
them (``attribute[code][]``), numbered, or by repeating the name.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import UploadFile

from services.intake.attachments.limits import MOST_FILES
from services.intake.open311.errors import BAD, refused

_MOST_FIELDS: Final = 200
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]+)\](?:\[\d*\])?")


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a request.

    Attributes:
        fields: what was sent under each name of the standard; of several the last.
        attributes: the answers to a service's questions, by code.
        files: what came along, by the "media handling" that many endpoints add to the standard.
    """

    fields: Mapping[str, str]
    attributes: Mapping[str, tuple[str, ...]]
    files: Sequence[UploadFile] = ()

    def get(self, name: str) -> str | None:
        """Return a field, or None where it is absent or empty."""
        return self.fields.get(name)


def sent_of(pairs: Iterable[tuple[str, str]], files: Sequence[UploadFile] = ()) -> Sent:
    """Return the fields among names and values as they came. Pure."""
    fields: dict[str, str] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        text = value.strip()
        if not text:
            continue
        if match := _ATTRIBUTE.fullmatch(name.strip()):
            code = match[1].strip()
            attributes[code] = (*attributes.get(code, ()), text)
        else:
            fields[name.strip()] = text
    return Sent(fields, attributes, files)


@asynccontextmanager
async def posted(request: Request) -> AsyncIterator[Sent]:
    """Give what was posted, its files open; a field of the body outweighs one of the address.

    Raises:
        Open311Error: 400, it is no form, or one of more fields than any client fills in.
        HTTPException: a multipart body cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    address = request.query_params.multi_items()
    if kind == "multipart/form-data":
        async with request.form(max_fields=_MOST_FIELDS, max_files=MOST_FILES) as form:
            texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            # A file field that was left empty is none.
            yield sent_of([*address, *texts], [file for file in files if file.filename or file.size])
        return
    if kind.endswith(("json", "xml")):
        raise refused(
            BAD,
            "Alanları application/x-www-form-urlencoded olarak gönderin.",
            "Send the fields as application/x-www-form-urlencoded.",
        )
    # Some clients write the letters themselves where others write their percent codes: both are UTF-8.
    body = (await request.body()).decode("utf-8", "replace")
    try:
        texts = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError:
        raise refused(
            BAD, f"En çok {_MOST_FIELDS} alan gönderin.", f"Send {_MOST_FIELDS} fields at most."
        ) from None
    yield sent_of([*address, *texts])
