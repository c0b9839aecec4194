"""The part of the triage form that splits a request: where its text may be cut, and what was marked. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.router.classify.splitting import cuts
from services.router.desk.choosing import BODY, CATEGORY, REASON, Unreadable, who_and_what
from services.router.domain.asking_back import as_heard
from services.router.domain.cases import Case
from services.router.domain.matters import Knowledge
from services.router.domain.split_by_hand import MOST_PARTS, Part
from shared.contracts.decisions import Matter

CUT: Final = "kes"
"""Field with the places, parted by commas, where another matter begins."""
_AROUND: Final = " \n\t"
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that belongs to one matter as a whole; ``begins`` another matter if marked."""

    start: int
    text: str
    begins: bool


@dataclass(frozen=True, slots=True)
class Whereto:
    """The lists of one matter as they stand: empty where nobody chose yet."""

    number: int
    body: str
    code: str


@dataclass(frozen=True, slots=True)
class Parting:
    """What the form shows: the text in pieces, a pair of lists for each matter, and whether it is in use."""

    pieces: tuple[Piece, ...]
    whereto: tuple[Whereto, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Parted:
    """What a person marked: what `Acts.split` wants to know."""

    parts: tuple[Part, ...]
    staff: str
    reason: str
    act: str


def parting(case: Case, answers: Mapping[str, str], knowledge: Knowledge) -> Parting | None:
    """Return what the form shows, with what was ``answered`` or else what the router found.

    None where there is nothing to split: the request was split before, is a matter itself, or is of a piece.
    """
    text, matters = as_heard(case).description, case.decision.matters
    starts = sorted({0, *(right.start for _, right in cuts(text)), *(m.start for m in matters)})
    if case.linked or case.request.part_of or len(starts) == 1:
        return None
    opened = CUT in answers
    marked = _marked(answers) if opened else {m.start for m in matters[1:]}
    return Parting(
        pieces=tuple(
            Piece(start, text[start:end].strip(), start in marked)
            for start, end in pairwise([*starts, len(text)])
        ),
        whereto=tuple(_whereto(n, answers, matters, knowledge) for n in range(1, MOST_PARTS + 1)),
        opened=opened,
    )


def read_parting(answers: Mapping[str, str], case: Case, knowledge: Knowledge) -> Parted | Unreadable:
    """Return the matters that the form's answers mark, each with where it goes."""
    text = as_heard(case).description
    begin = sorted(_marked(answers))
    (staff, act), errors = who_and_what(answers)
    if not begin:
        errors[CUT] = "İkinci konunun başladığı yeri işaretleyin"
    if len(begin) >= MOST_PARTS:
        errors[CUT] = f"En çok {MOST_PARTS} konu işaretleyin"
    parts = []
    for number, (start, end) in enumerate(pairwise([0, *begin, len(text)]), 1):
        body, code = answers.get(f"{BODY}-{number}", ""), answers.get(f"{CATEGORY}-{number}", "")
        if body not in knowledge.bodies_by_id:
            errors[f"{BODY}-{number}"] = f"{number}. konu için listeden bir birim seçin"
        if code not in knowledge.categories_by_code:
            errors[f"{CATEGORY}-{number}"] = f"{number}. konu için listeden bir konu seçin"
        parts.append(Part(start, start + len(text[start:end].rstrip(_AROUND)), body, code))
    if errors:
        return Unreadable(errors)
    reason = answers.get(REASON, "").strip() or "Birden çok konu var"
    return Parted(tuple(parts), staff, reason, act)


def _marked(answers: Mapping[str, str]) -> Collection[int]:
    # A place outside the text is refused with the matters; what is no number marks nothing.
    places = answers.get(CUT, "").split(",")
    return {int(place) for place in places if place.isdecimal() and len(place) <= _DIGITS and int(place)}


def _whereto(
    number: int, answers: Mapping[str, str], matters: tuple[Matter, ...], knowledge: Knowledge
) -> Whereto:
    found = matters[number - 1].candidate if number <= len(matters) else None
    body = knowledge.bodies_by_name.get(found.body) if found else None
    return Whereto(
        number,
        answers.get(f"{BODY}-{number}", body.id if body else ""),
        answers.get(f"{CATEGORY}-{number}", found.category_code if found else ""),
    )
