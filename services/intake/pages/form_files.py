"""Files of the web form: kept as soon as they come, whatever else is wrong with the page they came with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.gallery import Shown, shown
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.limits import MOST_FILES
from services.intake.attachments.links import Links
from services.intake.attachments.parts import uploads_of
from services.intake.attachments.pictures import Offer
from services.intake.attachments.records import Attachment, Owner
from services.intake.attachments.taking import id_of, take_all
from services.intake.idempotency import KeyInFlightError
from services.intake.pages.form import Draft
from services.intake.pages.form_shots import Shot, shot_of
from services.intake.pages.form_spots import Spot, spots_of
from shared.outcomes import UnavailableError
from shared.web.problems import FieldProblem, Problem

UPLOAD: Final = "dosya"
REMOVE: Final = "sil"
# What a draft notes of a file's looks: a picture, a document without a picture of its page, one with it.
_PICTURE, _PAPER, _DRAWN_PAPER = "p", "d", "c"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page's files came to.

    Attributes:
        answer: the files the form has now, as the draft keeps them.
        problems: what is wrong with those that were not taken.
    """

    answer: str = ""
    problems: Sequence[FieldProblem] = ()


class FormFiles:
    """Takes the files that come with a page.

    Args:
        cabinet: where they are kept.
        links: lead to them.
        owner: whose they are until the form is sent.
    """

    def __init__(self, cabinet: Cabinet, links: Links, owner: Owner) -> None:
        self._cabinet = cabinet
        self._links = links
        self._owner = owner

    async def take(self, form: FormData, token: str, had: str) -> Taken:
        """Return the files the form has after this page.

        Args:
            form: what came.
            token: of the form.
            had: the files it had before, as the draft keeps them.

        Raises:
            UnavailableError: database or scanner is away; the page may be sent again.
        """
        removed = set(form.getlist(REMOVE))
        notes = {note.partition(":")[0]: note for note in had.split()}
        there = {name: note for name, note in notes.items() if name not in removed}
        uploads = uploads_of(form, UPLOAD)
        if await self._are_too_many(there, uploads, token):
            return Taken(" ".join(there.values()), [_TOO_MANY])
        problems: list[FieldProblem] = []
        for n, upload in enumerate(uploads, start=1):
            # Where the draft changed meanwhile, the same form is taken once more.
            await upload.seek(0)
            try:
                (kept,) = await take_all(self._cabinet, self._owner, token, [upload], part="attachments")
            except Problem as refused:
                problems += [_numbered(problem, n, len(uploads)) for problem in refused.errors]
            except KeyInFlightError as error:
                raise UnavailableError("the same file is being examined") from error
            else:
                there[str(kept.attachment.id)] = _noted(kept.attachment)
        return Taken(" ".join(there.values()), problems)

    async def _are_too_many(self, there: Collection[str], uploads: Sequence[UploadFile], token: str) -> bool:
        if len(there) + len(uploads) <= MOST_FILES:
            return False
        # A file that is sent again, because its answer was lost, is there already.
        sent = {str(await id_of(self._owner, token, upload)) for upload in uploads}
        return len(sent.union(there)) > MOST_FILES

    def listed(self, answer: str) -> list[Shown]:
        """Return the files that a draft keeps, for its page."""
        return [
            shown(
                self._links, UUID(name), int(size), has_thumbnail=looks != _PAPER, is_paper=looks != _PICTURE
            )
            for name, size, looks in (note.split(":") for note in answer.split())
        ]

    async def spots(self, draft: Draft) -> list[Spot]:
        """Return where the draft's photos were taken, as far as it may be offered.

        Raises:
            UnavailableError: the database is away.
        """
        return spots_of(await self._offers(draft))

    async def shot(self, draft: Draft, now: datetime) -> Shot | None:
        """Return when a photo of the draft was taken, where the matter may have a time.

        Raises:
            UnavailableError: the database is away.
        """
        return shot_of(await self._offers(draft), now) if draft.kind.asks_place else None

    async def _offers(self, draft: Draft) -> list[tuple[str, Offer]]:
        if not draft.files:
            return []
        offers = await self._cabinet.offers([UUID(name) for name in draft.files])
        return [(name, offers.get(UUID(name), Offer())) for name in draft.files]


def _numbered(problem: FieldProblem, number: int, of: int) -> FieldProblem:
    """Return the problem with a word on which of several files it is."""
    if of == 1:
        return problem
    return replace(
        problem,
        message_tr=f"{number}. dosya: {problem.message_tr}",
        message_en=f"File {number}: {problem.message_en}",
    )


def _noted(attachment: Attachment) -> str:
    looks = _PICTURE
    if attachment.reference.media_type == FileKind.PDF:
        looks = _DRAWN_PAPER if attachment.has_thumbnail else _PAPER
    return f"{attachment.id}:{attachment.reference.size}:{looks}"


_TOO_MANY: Final = FieldProblem(
    "/attachments",
    f"En çok {MOST_FILES} dosya ekleyebilirsiniz. Bazılarını çıkarın.",
    f"You can add up to {MOST_FILES} files. Take some out.",
    "too_many_files",
)
