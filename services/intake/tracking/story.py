"""A request's lifecycle as a story an applicant can follow. Pure; the words are chosen by key on the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from services.intake.calls.records import Attempt
from services.intake.records import RequestRecord, TimelineEntry
from services.intake.tracking.choices import Choice, choices_in, overtaken_in
from services.intake.tracking.walls import is_walled
from shared.contracts.applicants import OBJECTED
from shared.contracts.departments import department_name
from shared.contracts.lifecycle import (
    AnswerGiven,
    LifecycleEvent,
    QuestionAsked,
    ReplyPassedOn,
    ReplyReceived,
    RequestAccepted,
    RequestAssigned,
    RequestClosed,
    RequestConfirmed,
    RequestForwarded,
    RequestNotExamined,
    RequestReopened,
    RequestTriaged,
    RequestWithdrawn,
    WorkStarted,
)
from shared.contracts.vocabulary import Regime, State
from shared.text.suffix import Case, suffixed
from shared.web.formats import Lang

_KEYS: Final[Mapping[type[LifecycleEvent], str]] = {
    RequestAssigned: "assigned",
    RequestTriaged: "triaged",
    RequestForwarded: "forwarded",
    RequestNotExamined: "not_examined",
    RequestAccepted: "accepted",
    WorkStarted: "started",
    AnswerGiven: "answered",
    RequestClosed: "closed",
    QuestionAsked: "asked",
    ReplyReceived: "replied",
    ReplyPassedOn: "replied",
    RequestWithdrawn: "withdrawn",
    RequestConfirmed: "confirmed",
    RequestReopened: "reopened",
}

_DECIDED: Final = (RequestAssigned, RequestTriaged, RequestForwarded, RequestNotExamined)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened.

    Attributes:
        key: which sentence tells it.
        at: when.
        who: the unit or authority that did it.
        words: what was said with it: the answer, the authority's phone, the article, the applicant's reply.
        about: the matter it concerns, of a request that holds several.
        answer: the answer itself, where it is one.
    """

    key: str
    at: datetime
    who: str = ""
    words: str = ""
    about: str = ""
    answer: AnswerGiven | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What the applicant was asked and has not answered, in each language of the page.

    Attributes:
        token: by which a reply names what it replies to; good for one reply.
        words: the question.
        request_id: of the request or the linked sub-request in which it was asked.
        about: the matter it concerns, of a request that holds several.
    """

    token: str
    words: Mapping[Lang, str]
    request_id: UUID
    about: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Where a request stands, and how it came there.

    Attributes:
        state: where it stands.
        facts: names for the sentence on the state.
        subject: what it is about, in the words of the category list; empty until it is classified.
        answers: the latest answer to each matter, in the order of the matters.
        matters: titles of the matters, where there are several.
        moments: what happened, newest first.
        question: what the applicant is asked, while a reply is waited for; the first matter's, of several.
        request_ids: of the request and its linked sub-requests.
        choices: what the applicant may do as far as the state says, matter by matter.
        overtaken: what the applicant could do until it moved on.
        joined: whether the applicant, who asked for it, was added to a known request; None if nobody asked.
        detours: what made the way longer, oldest first: it went on to another unit, or came back unsolved.
        answered_under: the law under which it has a final answer; None while it has none.
        walled: it stands behind a privacy wall.
    """

    state: State
    facts: Mapping[str, str]
    subject: str
    answers: tuple[Moment, ...]
    matters: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = field(default=())
    question: OpenQuestion | None = None
    request_ids: tuple[UUID, ...] = ()
    choices: tuple[Choice, ...] = ()
    overtaken: tuple[Choice, ...] = ()
    joined: bool | None = None
    detours: tuple[Moment, ...] = ()
    answered_under: Regime | None = None
    walled: bool = False


def tell(record: RequestRecord, timeline: Sequence[TimelineEntry], attempts: Sequence[Attempt] = ()) -> Story:
    """Return the story of an accepted request by its lifecycle events and those of its linked matters.

    Args:
        record: the request.
        timeline: the events.
        attempts: the tries to call the applicant.
    """
    own = [entry.told() for entry in timeline if entry.matter is None]
    linked: dict[UUID, list[LifecycleEvent]] = {}
    for entry in timeline:
        if entry.matter:
            linked.setdefault(entry.matter, []).append(entry.told())
    several = bool(linked)
    received = Moment(f"received_{record.way}", record.received_at)
    lines = [[_moment(e, several=several) for e in events] for events in (own, *linked.values())]
    # What is left of a request counts, as long as something is.
    told = next((e for e in (own, *linked.values()) if e and e[-1].state is not State.WITHDRAWN), own)
    facts: dict[str, str] = {}
    for event in told:
        facts |= _facts(event)
    matters = [(e, e[-1].summary.subject if several else "") for e in (own, *linked.values()) if e]
    latest = ([moment for moment in line if moment.key in {"answered", "interim"}][-1:] for line in lines)
    # Within one matter the numbers tell the order, between matters only the clock does.
    calls = [Moment("called" if a.reached else "called_missed", a.at) for a in attempts]
    moments = sorted(chain(*lines, calls), key=_at) if several or calls else lines[0]
    return Story(
        state=told[-1].state if told else State.RECEIVED,
        facts=facts,
        subject=own[-1].summary.subject if own else "",
        answers=tuple(moment for found in latest for moment in found),
        matters=tuple(about for _, about in matters) if several else (),
        moments=tuple(reversed([received, *moments])),
        question=next((q for e, about in matters if (q := _question(e[-1], about))), None),
        request_ids=(record.request_id, *linked),
        choices=tuple(chain.from_iterable(choices_in(e, about=about) for e, about in matters)),
        overtaken=tuple(chain.from_iterable(overtaken_in(e, about=about) for e, about in matters)),
        joined=_joined(own),
        detours=tuple(sorted(chain.from_iterable(_detours(e, about) for e, about in matters), key=_at)),
        answered_under=next((law for e, _ in matters if (law := _answered_under(e))), None),
        walled=is_walled(timeline),
    )


def _detours(events: Sequence[LifecycleEvent], about: str) -> Iterator[Moment]:
    """Yield where one matter changed hands or came back. Why it did is a note of staff to staff."""
    holder = ""
    for event in events:
        moved = isinstance(event, RequestAssigned) and holder not in ("", event.department)
        if moved or isinstance(event, RequestReopened):
            yield Moment(_key(event), event.occurred_at, _who(event), about=about)
        if isinstance(event, RequestAssigned):
            holder = event.department


def _answered_under(events: Sequence[LifecycleEvent]) -> Regime | None:
    answers = [event for event in events if isinstance(event, AnswerGiven)]
    return answers[-1].summary.regime if answers and answers[-1].final else None


def _at(moment: Moment) -> datetime:
    return moment.at


def _joined(own: Sequence[LifecycleEvent]) -> bool | None:
    """Return what came of the wish to be added: the latest that a decision says of it.

    None too once a person sent the request elsewhere, and as long as a reply may still change it.
    """
    decided = [event for event in own if isinstance(event, _DECIDED)]
    weighed = (event.decision.joining for event in reversed(decided))
    joining = next((joining for joining in weighed if joining), None)
    if joining is None:
        return None
    if not joining.joined:
        return None if _router_waits(own) else False
    latest = decided[-1]
    there = isinstance(latest, RequestAssigned) and latest.department == joining.department
    return True if there else None


def _router_waits(own: Sequence[LifecycleEvent]) -> bool:
    """Tell whether the router asked, and has not decided on the reply."""
    asked = next((e for e in reversed(own[-2:]) if isinstance(e, QuestionAsked)), None)
    waits = isinstance(own[-1], QuestionAsked | ReplyReceived)
    return waits and asked is not None and asked.actor.kind == "service"


def _question(latest: LifecycleEvent, about: str) -> OpenQuestion | None:
    if not isinstance(latest, QuestionAsked):
        return None
    words: Mapping[Lang, str] = {"tr": latest.question.tr, "en": latest.question.en}
    # A matter's number alone could be that of another matter's question.
    of_matter = f"/{latest.request_id}" if latest.summary.part_of else ""
    return OpenQuestion(f"{latest.sequence}{of_matter}", words, latest.request_id, about)


def _moment(event: LifecycleEvent, *, several: bool) -> Moment:
    about = event.summary.subject if several else ""
    answer = event if isinstance(event, AnswerGiven) else None
    return Moment(_key(event), event.occurred_at, _who(event), _words(event), about, answer)


def _key(event: LifecycleEvent) -> str:
    if isinstance(event, AnswerGiven) and not event.final:
        return "interim"
    if isinstance(event, RequestTriaged) and event.decision.rule == OBJECTED:
        return "objected"
    return _KEYS[type(event)]


def _who(event: LifecycleEvent) -> str:
    match event:
        case RequestAssigned() | AnswerGiven():
            return event.department_name
        case RequestAccepted() | WorkStarted() | RequestClosed():
            return _unit(event.department)
        case RequestForwarded():
            return event.authority
        case _:
            return ""


def _unit(slug: str) -> str:
    try:
        return department_name(slug)
    except KeyError:
        # The router may already know a directorate that this version does not; the page opens anyway.
        return ""


def _words(event: LifecycleEvent) -> str:
    match event:
        case AnswerGiven() | ReplyReceived() | ReplyPassedOn():
            return event.text
        case RequestReopened():
            return event.why or ""
        case RequestForwarded():
            return event.phone or ""
        case RequestNotExamined():
            return event.article
        case _:
            return ""


def _facts(event: LifecycleEvent) -> Mapping[str, str]:
    match event:
        case RequestAssigned():
            return {"holder": event.department_name}
        case RequestForwarded():
            return {
                "authority": event.authority,
                "of_authority": suffixed(event.authority, Case.GENITIVE),
            }
        case RequestNotExamined():
            return {"article": event.article}
        case _:
            return {}
