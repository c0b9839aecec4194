"""The web form as data: what a kind of application asks, and where an applicant is in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.contracts.vocabulary import Kind


class Step(StrEnum):
    """A page of the form, by its place in the address; the last one shows what the others were told."""

    WHAT = "ne"
    WHERE = "nerede"
    WHO = "kim"
    REACH = "ulasim"
    CHECK = "kontrol"


COMPLAINT: Final = "sikayet"
"""Ticked by who does not only want something done but complains of a service or of somebody."""

FILES: Final = "ekler"
"""The files that wait to be sent; what a browser says of them does not count, only what it was sent."""

SPOT: Final = "foto"
"""The photo whose place was chosen."""

ABROAD: Final = "kimliksiz"
"""Ticked by who has no Turkish identity number but a passport."""

SHOT: Final = "cekim"
"""The photo whose time was ticked."""

OBSERVED: Final = "gorulme"
"""That time, with its zone."""

JOIN: Final = "beni-de-ekle"
"""The button by which the applicant is added to the request that was offered; it does not say which one."""

FIELDS: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.WHAT: ("ne", COMPLAINT, FILES),
    Step.WHERE: ("mahalle", "adres", "yersiz", SPOT, "enlem", "boylam", "dogruluk"),
    Step.WHO: ("ad", "ikamet", "kimlik", ABROAD, "uyruk", "pasaport"),
    Step.REACH: ("ulasim", "telefon", "eposta"),
    Step.CHECK: (SHOT, OBSERVED),
}
"""The fields of each page; whatever else is sent to it is not looked at."""


@dataclass(frozen=True, slots=True)
class FormKind:
    """A door of the start page.

    Attributes:
        kind: what is handed in.
        may_complain: whether a complaint can be handed in here, too.
        asks_place: whether it is about a place.
        asks_identity: whether the law wants name and address.
        asks_number: whether the law wants the identity number of who writes electronically.
        asks_passport: whether a foreigner's passport and nationality stand in for it.
    """

    kind: Kind
    may_complain: bool = False
    asks_place: bool = True
    asks_identity: bool = True
    asks_number: bool = False
    asks_passport: bool = False

    @property
    def questions(self) -> tuple[Step, ...]:
        """The pages that ask something, in order."""
        asked = {Step.WHERE: self.asks_place, Step.WHO: self.asks_identity, Step.CHECK: False}
        return tuple(step for step in Step if asked.get(step, True))


FORM_KINDS: Final[Mapping[str, FormKind]] = {
    "istek": FormKind(Kind.REQUEST, may_complain=True, asks_identity=False),
    # Law 3071 art. 4.
    "dilekce": FormKind(Kind.PETITION),
    # Law 4982 art. 6, and art. 10 of its regulation (RG 27.4.2004/25445).
    "bilgi": FormKind(Kind.INFORMATION, asks_place=False, asks_number=True),
    # Communiqué to law 6698 (RG 10.3.2018/30356) art. 5.
    "kisisel-veri": FormKind(Kind.DATA_SUBJECT, asks_place=False, asks_number=True, asks_passport=True),
}
DEFAULT_KIND: Final = "istek"


def form_kind(slug: str) -> tuple[str, FormKind]:
    """Return the slug and kind of a form; an unknown slug is a plain request."""
    known = slug if slug in FORM_KINDS else DEFAULT_KIND
    return known, FORM_KINDS[known]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an applicant has answered so far.

    Attributes:
        slug: the door.
        answers: what was typed and chosen, by field, whether it can stand or not.
        settled: pages whose answers can stand.
        known: the request that the applicant was offered to be added to, by these answers.
    """

    slug: str = DEFAULT_KIND
    answers: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[Step] = frozenset()
    known: UUID | None = None

    @property
    def kind(self) -> FormKind:
        """What the door asks."""
        return form_kind(self.slug)[1]

    @property
    def complains(self) -> bool:
        """Whether it is a complaint."""
        return self.kind.may_complain and COMPLAINT in self.answers

    @property
    def files(self) -> tuple[str, ...]:
        """The ids of the files that wait to be sent, in their order."""
        return tuple(note.partition(":")[0] for note in self.answers.get(FILES, "").split())

    def holding(self, files: str) -> "Draft":
        """Return the draft with these files, noted as the draft keeps them; no page is asked again for it."""
        return replace(self, answers={**self.answers, FILES: files})

    def answered(self, step: Step, sent: Mapping[str, str]) -> "Draft":
        """Return the draft with what ``sent`` answers to one page, in the stead of what stood there.

        Whether the answers can stand is not known yet: the page is no longer settled.
        """
        others = {name: text for name, text in self.answers.items() if name not in FIELDS[step]}
        own = {name: sent[name] for name in FIELDS[step] if name in sent}
        return replace(self, answers=others | own, settled=self.settled - {step}, known=None)

    def settle(self, step: Step) -> "Draft":
        """Return the draft with one more page whose answers can stand."""
        return replace(self, settled=self.settled | {step})

    @property
    def next(self) -> Step:
        """The first page that is not settled; who corrects one answer is back at the check at once."""
        return next((step for step in self.kind.questions if step not in self.settled), Step.CHECK)

    def before(self, step: Step) -> Step | None:
        """Return the page before ``step``; None before the first, which is the start page."""
        pages = (*self.kind.questions, Step.CHECK)
        place = pages.index(step) if step in pages else 0
        return pages[place - 1] if place else None
