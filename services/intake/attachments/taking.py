"""One file at one of the doors: kept, or refused in words, and counted."""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO, Final
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from services.intake.attachments.cabinet import Cabinet, Kept, attachment_id
from services.intake.attachments.parts import checked
from services.intake.attachments.problems import problem_of_file
from services.intake.attachments.records import Owner
from services.intake.attachments.refusals import FileRefusedError
from services.intake.metrics import ATTACHMENTS, ATTACHMENTS_REFUSED
from shared.web.problems import Problem

_PART: Final = 1_048_576


async def take(
    cabinet: Cabinet,
    owner: Owner,
    key: str,
    file: BinaryIO,
    *,
    field: str = "",
    request_id: UUID | None = None,
) -> Kept:
    """Return the file once it is durable.

    Args:
        cabinet: where it is kept.
        owner: who sends it.
        key: the idempotency key.
        file: what was sent.
        field: the part of the body it came as, as a JSON pointer.
        request_id: the accepted request that it is sent for, if there is one.

    Raises:
        Problem: it is not taken; nothing of it is kept.
        KeyReusedError: the key was used for another file.
        KeyInFlightError: the first file with this key is still being worked on.
        UnavailableError: database or scanner is away; it may be sent again under the same key.
    """
    try:
        kept = await cabinet.keep(owner, key, file, request_id=request_id)
    except FileRefusedError as refused:
        raise refusal(owner, refused, field) from None
    if not kept.replayed:
        ATTACHMENTS.labels(owner.channel, kept.attachment.reference.media_type).inc()
    return kept


async def take_all(
    cabinet: Cabinet, owner: Owner, key: str, uploads: Sequence[UploadFile], *, part: str
) -> list[Kept]:
    """Return the files of one form; a file's own key follows from its content, so that order is nothing.

    Raises as `take` does; the files before the one at fault are kept and wait to be sent again.
    """
    kept: dict[UUID, Kept] = {}
    for n, upload in enumerate(uploads):
        field = f"/{part}/{n}"
        try:
            file = checked(upload)
        except FileRefusedError as refused:
            raise refusal(owner, refused, field) from None
        digest = await run_in_threadpool(digest_of, file)
        taken = await take(cabinet, owner, f"{key}/{digest}", file, field=field)
        kept[taken.attachment.id] = taken
    return list(kept.values())


async def id_of(owner: Owner, key: str, upload: UploadFile) -> UUID:
    """Return the id under which `take_all` keeps this file, or kept it when it came before."""
    return attachment_id(owner, f"{key}/{await run_in_threadpool(digest_of, upload.file)}")


def refusal(owner: Owner, refused: FileRefusedError, field: str) -> Problem:
    """Return the problem for a file that is not taken, and count it."""
    ATTACHMENTS_REFUSED.labels(owner.channel, refused.reason).inc()
    return problem_of_file(refused, field)


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file, which stands at its beginning before and after."""
    digest = hashlib.sha256()
    while part := file.read(_PART):
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()
