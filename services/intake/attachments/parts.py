"""Files out of HTTP bodies. What is on its way waits on disk; in memory is only what is being examined."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from services.intake.attachments.limits import MOST_BYTES, MOST_FILES
from services.intake.attachments.problems import ONE_FILE, PHOTO_PARTS, REQUEST_PART, wrong_parts
from services.intake.attachments.refusals import FileRefusedError, Reason

FILE_PART: Final = "file"
PHOTO_PART: Final = "photo"
REQUEST_PART_NAME: Final = "request"

_IN_MEMORY: Final = 262_144
_MOST_FIELDS: Final = 5


def is_multipart(request: Request) -> bool:
    """Tell whether the body is declared as a form with files."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "multipart/form-data"


@asynccontextmanager
async def single_file(request: Request) -> AsyncIterator[BinaryIO]:
    """Give the one file of a body, which is the whole body or its part ``file``.

    Raises:
        FileRefusedError: it is over the limit.
        Problem: there is none, or more than one.
    """
    if not is_multipart(request):
        with SpooledTemporaryFile(_IN_MEMORY) as spooled:
            await _spool(request, spooled)
            yield cast(BinaryIO, spooled)
        return
    async with request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS) as form:
        uploads = uploads_of(form, FILE_PART)
        if len(uploads) != 1 or len(form.multi_items()) != 1:
            raise wrong_parts(f"/{FILE_PART}", *ONE_FILE)
        yield checked(uploads[0])


@asynccontextmanager
async def request_with_photos(request: Request) -> AsyncIterator[tuple[bytes, Sequence[UploadFile]]]:
    """Give the JSON and the photos of a body of parts ``request`` and ``photo``.

    Raises:
        Problem: the JSON is missing, or there are other parts.
    """
    # One more than are taken, so that the answer says how many are.
    async with request.form(max_files=MOST_FILES + 2, max_fields=_MOST_FIELDS) as form:
        stated = form.getlist(REQUEST_PART_NAME)
        photos = uploads_of(form, PHOTO_PART)
        if len(stated) != 1:
            raise wrong_parts(f"/{REQUEST_PART_NAME}", *REQUEST_PART)
        if len(photos) > MOST_FILES or len(form.multi_items()) != 1 + len(photos):
            raise wrong_parts(f"/{PHOTO_PART}", *PHOTO_PARTS)
        text = stated[0]
        yield (text.encode() if isinstance(text, str) else await text.read()), photos


def uploads_of(form: FormData, name: str) -> list[UploadFile]:
    """Return the files of a form under one name; a file field that was left empty is none."""
    return [
        part for part in form.getlist(name) if isinstance(part, UploadFile) and (part.filename or part.size)
    ]


def checked(upload: UploadFile) -> BinaryIO:
    """Return the file.

    Raises:
        FileRefusedError: it is over the limit.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise FileRefusedError(Reason.TOO_LARGE, upload.size)
    return upload.file


async def _spool(request: Request, into: "SpooledTemporaryFile[Any]") -> None:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise FileRefusedError(Reason.TOO_LARGE)
        into.write(part)
    into.seek(0)
