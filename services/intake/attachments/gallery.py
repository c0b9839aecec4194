"""The files of a request as a page shows them to whoever holds its receipt."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.intake.attachments.cabinet import Cabinet, Variant
from services.intake.attachments.kinds import FileKind
from services.intake.attachments.links import Links
from services.intake.attachments.records import DEPARTMENT, Attachment, Owner
from services.intake.records import RequestRecord
from shared.contracts.lifecycle import AnswerGiven
from shared.contracts.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Shown:
    """One file on a page.

    Attributes:
        id: of the file.
        url: leads to it for a while.
        thumbnail_url: leads to its small picture, if it has one.
        kilobytes: its size, rounded up.
        is_paper: it is a document, no picture.
        stage: before or after the work, where the sender said so.
    """

    id: UUID
    url: str
    thumbnail_url: str | None
    kilobytes: int
    is_paper: bool
    stage: Stage | None = None


class Gallery:
    """Makes what pages show."""

    def __init__(self, cabinet: Cabinet, links: Links) -> None:
        self._cabinet = cabinet
        self._links = links

    async def of_request(self, record: RequestRecord) -> list[Shown]:
        """Return the files that an accepted request came with and that are still there, in their order.

        Raises `UnavailableError`.
        """
        references = record.attachments
        if not references:
            return []
        there = await self._cabinet.of_request(record.request_id)
        return [self._shown(there[r.id], r.stage) for r in references if r.id in there]

    async def of_answer(self, record: RequestRecord, answer: AnswerGiven) -> list[Shown]:
        """Return the files of an answer that are still there, in their order.

        Whatever the answer names, nothing is shown but what its own directorate sent for this very request.

        Raises `UnavailableError`.
        """
        if not answer.attachments:
            return []
        there = await self._cabinet.of_request(record.request_id)
        owner, stages = Owner(DEPARTMENT, answer.department), {f.id: f.stage for f in answer.attachments}
        found = [(there[i], stage) for i, stage in stages.items() if i in there]
        return [self._shown(a, stage) for a, stage in found if a.settled and a.owner == owner]

    def _shown(self, attachment: Attachment, stage: Stage | None) -> Shown:
        file = attachment.reference
        paper = file.media_type == FileKind.PDF
        links = {"has_thumbnail": attachment.has_thumbnail, "is_paper": paper}
        return replace(shown(self._links, file.id, file.size, **links), stage=None if paper else stage)


def shown(links: Links, attachment_id: UUID, size: int, *, has_thumbnail: bool, is_paper: bool) -> Shown:
    """Return a file as pages show it, with links made just now."""
    return Shown(
        id=attachment_id,
        url=links.path(attachment_id, Variant.CONTENT),
        thumbnail_url=links.path(attachment_id, Variant.THUMBNAIL) if has_thumbnail else None,
        kilobytes=-(-size // 1000),
        is_paper=is_paper,
    )
