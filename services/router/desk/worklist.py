"""The work list as the page shows it, and what stands before and after a request in it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.router.desk.explanation import shown_text, stands_since
from services.router.domain.cases import Case
from shared.contracts.vocabulary import Channel, Priority, Source
from shared.web.chip import Chip, ChipKind, ClockState, chip
from shared.web.formats import duration

_EXCERPT: Final = 90
_SHAPES: Final = {Priority.URGENT: ChipKind.TODAY}
_UNITS: Final = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that waits.

    Attributes:
        request_id: its id.
        number: its receipt number without office and year, which all have in common.
        chip: how pressing it is and how long it has waited.
        words: the beginning of its text; None where only one directorate may open it.
        neighbourhood: where it is, if that was said.
        way: how it came.
        files: how many came with it; none where only one directorate may open it.
    """

    request_id: UUID
    number: str
    chip: Chip
    words: str | None
    neighbourhood: str | None
    way: Channel | Source
    files: int


def entries(waiting: Sequence[Case], now: datetime, names: Mapping[Priority, str]) -> tuple[Entry, ...]:
    """Return the entries of the work list; ``names`` are the words for the classes."""
    return tuple(
        Entry(
            request_id=case.request.request_id,
            number=short_number(case.request.receipt_number),
            chip=pressure_chip(case, now, names),
            words=None if case.decision.seen_only_by else excerpt(shown_text(case)),
            neighbourhood=case.request.place.neighbourhood,
            way=case.request.facts.source or case.request.channel,
            files=0 if case.decision.seen_only_by else len(case.request.attachments),
        )
        for case in waiting
    )


def neighbours(waiting: Sequence[Case], request_id: UUID) -> tuple[UUID | None, UUID | None]:
    """Return what stands before and after a request; for one that does not wait, what is most pressing."""
    ids = [case.request.request_id for case in waiting]
    if request_id not in ids:
        return None, ids[0] if ids else None
    at = ids.index(request_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def pressure_chip(case: Case, now: datetime, names: Mapping[Priority, str]) -> Chip:
    """Return how pressing a waiting request is, and how long it has waited."""
    since = stands_since(case)
    priority = case.decision.priority
    if priority is Priority.EMERGENCY:
        return chip(now, since, ClockState.EMERGENCY)
    waited = now - since
    # The largest unit is enough to tell who has waited long.
    unit = next((unit for unit in _UNITS if waited >= unit), _UNITS[-1])
    return Chip(
        _SHAPES.get(priority, ChipKind.ON_TIME), f"{names[priority]} · {duration(waited // unit * unit)}"
    )


def short_number(receipt_number: str) -> str:
    """Return 0012352-M of BB-2026-0012352-M."""
    return receipt_number.split("-", 2)[-1]


def excerpt(text: str) -> str:
    """Return the beginning of ``text`` on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= _EXCERPT:
        return line
    head = line[:_EXCERPT]
    return (head.rpartition(" ")[0] or head) + "…"
