"""The files of a request as the desk shows them: small pictures and links that expire, asked at each look."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.router.domain.cases import Case
from shared.contracts.requests import AttachedFile
from shared.contracts.vocabulary import Channel, Stage
from shared.outcomes import UnavailableError
from shared.web.sign_in.staff import staff_of

_PAPER: Final = "application/pdf"
_NOT_FOUND: Final = 404
_TIMEOUT_S: Final = 2.0
"""A page that is read in seconds does not wait for its pictures."""


class FileLink(BaseModel):
    """A file that is there, by links that are good for a while."""

    attachment_id: UUID
    url: str
    thumbnail_url: str | None


class _FileLinks(BaseModel):
    files: tuple[FileLink, ...]


LinksOf = Callable[[UUID, str | None], Awaitable[Sequence[FileLink]]]
"""Returns links to a request's files; the second argument is the staff code of who looks, if signed in."""


@dataclass(frozen=True, slots=True)
class DeskFile:
    """One file on the page.

    Attributes:
        name: what it is, and which of how many of its kind.
        is_paper: it is a document, no picture.
        stage: before or after the work, where the sender said so.
        link: leads to it; None where it cannot be shown now.
    """

    name: str
    is_paper: bool
    stage: Stage | None
    link: FileLink | None = None


@dataclass(frozen=True, slots=True)
class DeskFiles:
    """What the page shows of them.

    Attributes:
        files: in the order in which they came.
        away: intake does not answer, so that they can only be named.
        walled: they are behind a privacy wall.
        unasked: they are only named, because nobody has opened their request.
    """

    files: tuple[DeskFile, ...] = ()
    away: bool = False
    walled: bool = False
    unasked: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        """Where the pictures come from, each once, as the page's policy names it."""
        links = (file.link.thumbnail_url for file in self.files if file.link and file.link.thumbnail_url)
        parts = (urlsplit(link) for link in links)
        return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


async def links_of(client: httpx.AsyncClient, request_id: UUID, person: str | None) -> Sequence[FileLink]:
    """Return what intake says of a request's files. Each look is logged there.

    Raises:
        UnavailableError: intake is away or turns us away.
    """
    try:
        answer = await client.get(
            f"/internal/v1/vault/{request_id}/attachments",
            params={"person": person} if person else {},
            timeout=_TIMEOUT_S,
        )
    except httpx.HTTPError as error:
        raise UnavailableError(f"vault away: {type(error).__name__}") from error
    if answer.status_code == _NOT_FOUND:
        return ()
    if not answer.is_success:
        raise UnavailableError(f"vault away: status {answer.status_code}")
    try:
        return _FileLinks.model_validate_json(answer.content).files
    except ValidationError as error:
        raise UnavailableError("vault away: no list of files") from error


async def desk_files(request: Request, case: Case, links: LinksOf, *, opened: bool) -> DeskFiles:
    """Return the files of ``case``; behind a privacy wall nobody is asked for them.

    They came with the whole request, so that each of its matters has them.

    Args:
        request: who looks.
        case: the request on the page.
        links: asks for the files, which is a look that intake logs.
        opened: a person opened this very request. The work list brings its first one along, which a narrow
            screen does not even show; that is nobody's look.
    """
    attached = case.request.attachments
    if not attached:
        return DeskFiles()
    if case.decision.seen_only_by is not None:
        return DeskFiles(walled=True)
    named = _named(attached, case.request.channel)
    if not opened:
        return DeskFiles(tuple(named.values()), unasked=True)
    staff = staff_of(request)
    try:
        found = await links(case.request.part_of or case.request.request_id, staff.code if staff else None)
    except UnavailableError:
        return DeskFiles(tuple(named.values()), away=True)
    there = {link.attachment_id: link for link in found}
    return DeskFiles(
        tuple(
            DeskFile(file.name, file.is_paper, file.stage, there[file_id])
            for file_id, file in named.items()
            if file_id in there
        )
    )


def _named(attached: Sequence[AttachedFile], channel: Channel) -> dict[UUID, DeskFile]:
    whose = "Ekibin" if channel is Channel.VATANDAS_BASKAN else "Başvuranın"
    papers = sum(file.media_type == _PAPER for file in attached)
    numbers = {True: count(1), False: count(1)}
    named = {}
    for file in attached:
        is_paper = file.media_type == _PAPER
        kind, of = ("belgesi", papers) if is_paper else ("fotoğrafı", len(attached) - papers)
        name = f"{whose} {kind} {next(numbers[is_paper])}/{of}"
        named[file.id] = DeskFile(name, is_paper, file.stage)
    return named
