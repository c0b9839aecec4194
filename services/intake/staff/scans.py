"""Scans of what came on paper: kept as soon as they come, whatever else is wrong with the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.datastructures import UploadFile

from services.intake.attachments.cabinet import Cabinet
from services.intake.attachments.gallery import Gallery, Shown
from services.intake.attachments.limits import MOST_FILES
from services.intake.attachments.records import Owner
from services.intake.attachments.taking import take_all
from services.intake.form_tokens import FORM_CLIENT
from services.intake.idempotency import KeyInFlightError
from services.intake.records import RequestRecord
from services.intake.staff.answers import TOKEN
from services.intake.staff.saving import REASONS, NotSaved
from services.intake.store import IntakeStore
from services.intake.tracking.walls import is_walled
from services.intake.vault.access_log import AccessLog
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.web.problems import FieldProblem, Problem

UPLOAD: Final = "tarama"
KEPT: Final = "taranan"
"""Hidden field with the ids of the files that came with an earlier try."""
_OWNER: Final = Owner(Channel.RECEPTION, FORM_CLIENT)


@dataclass(frozen=True, slots=True)
class Taken:
    """The ids of the form's files now, and why not all of those that came are among them."""

    ids: tuple[str, ...]
    not_saved: NotSaved | None = None


class Scans:
    """Keeps the files of the counter's forms and shows them once they are saved."""

    def __init__(self, cabinet: Cabinet, gallery: Gallery, requests: IntakeStore, log: AccessLog) -> None:
        self._cabinet = cabinet
        self._gallery = gallery
        self._requests = requests
        self._log = log

    async def take(self, uploads: Sequence[UploadFile], answers: Mapping[str, str]) -> Taken:
        """Return the files the form has now.

        Args:
            uploads: what came with it this time.
            answers: the form's other fields, the ids of earlier files among them.
        """
        ids = dict.fromkeys(kept_before(answers))
        if len(ids) + len(uploads) > MOST_FILES:
            return Taken(tuple(ids), NotSaved(problems=(_TOO_MANY,)))
        problems: list[FieldProblem] = []
        for upload in uploads:
            try:
                (kept,) = await take_all(
                    self._cabinet, _OWNER, answers.get(TOKEN, ""), [upload], part="attachments"
                )
            except Problem as refused:
                problems += refused.errors
            except (KeyInFlightError, UnavailableError) as error:
                return Taken(tuple(ids), REASONS[type(error)])
            else:
                ids[str(kept.attachment.id)] = None
        return Taken(tuple(ids), NotSaved(problems=tuple(problems)) if problems else None)

    async def shown(self, record: RequestRecord, *, person: str | None) -> list[Shown]:
        """Return the files of a request that was saved here; the look stands in the access log.

        Args:
            record: the request; behind a privacy wall it shows none.
            person: staff code of who looks, where one signed in.
        """
        if not record.attachments or is_walled(await self._requests.timeline(record.request_id)):
            return []
        found = await self._gallery.of_request(record)
        await self._log.write(
            record.request_id, service="intake", purpose="attachments", found=bool(found), person=person
        )
        return found


def kept_before(answers: Mapping[str, str]) -> list[str]:
    """Return the ids of files that came with an earlier try; what is no id is left out."""
    return [word for word in answers.get(KEPT, "").split() if _is_id(word)]


def _is_id(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True


_TOO_MANY: Final = FieldProblem(
    "/attachments",
    f"En çok {MOST_FILES} dosya ekleyin; kalanını ikinci bir taramada birleştirin",
    f"Add at most {MOST_FILES} files; join the others in one scan",
    "too_many_files",
)
