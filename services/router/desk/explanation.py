"""A request and its decision as the desk's page tells them: words looked up, nothing decided anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.router.desk.segments import Segment, segments
from services.router.domain.asking_back import as_heard
from services.router.domain.by_hand import BY_HAND
from services.router.domain.cases import Case
from services.router.domain.handling import Rule
from services.router.domain.matters import Knowledge
from shared.contracts.decisions import Candidate, Change, Decision, Question, Reading
from shared.contracts.requests import Place, RequestReceived
from shared.contracts.vocabulary import Priority, State
from shared.places import nearest_neighbourhood

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One place where the request could go.

    Attributes:
        value: what a form sends for it; empty where today's knowledge has it no more.
        candidate: category, body and confidence.
        priority: the usual class of its matters there.
        legal_basis: what makes the body competent.
        words: the words of the text that spoke for it.
    """

    value: str
    candidate: Candidate
    priority: Priority | None
    legal_basis: str | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterShown:
    """One of several matters, in the words that tell of it."""

    candidate: Candidate
    priority: Priority
    words: str
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """What would have changed the decision, and the words it speaks of."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the page shows of one request.

    Attributes:
        request: the request; its text only through ``text`` and ``matters``.
        decision: the decision in force.
        state: where the request stands.
        since: since when.
        waits: it is in triage, and somebody decides here.
        nearest: the neighbourhood that the point lies in or close to, where none was stated.
        text: the description in pieces; empty behind a privacy wall.
        kinds: what was read in it, each kind once.
        matters: the matters, if there are several.
        suggestions: at most three, the chosen one first.
        changes: what would have changed the decision.
        rules: the rules that had a say, as far as today's knowledge has them.
        call: numbers to call at once.
        dangers: what kinds of danger were seen.
        wall: who alone may open the request, and why, if there is a privacy wall.
        reason: why a person has or had to decide.
        by_hand: a person decided.
        question: what the applicant is asked, or what would have to be known to decide.
    """

    request: RequestReceived
    decision: Decision
    state: State
    since: datetime
    waits: bool
    nearest: str | None
    text: tuple[Segment, ...]
    kinds: tuple[str, ...]
    matters: tuple[MatterShown, ...]
    suggestions: tuple[Suggestion, ...]
    changes: tuple[ChangeShown, ...]
    rules: tuple[Rule, ...]
    call: tuple[str, ...]
    dangers: tuple[str, ...]
    wall: tuple[str, str] | None
    reason: str | None
    by_hand: bool
    question: Question | None


def explanation(case: Case, knowledge: Knowledge, *, decides: bool = True) -> Explanation:
    """Return what the page shows of ``case`` to who ``decides`` where it goes, or only looks.

    Behind a privacy wall nobody reads the text here once the desk has sent the request on.
    """
    decision = case.decision
    text = shown_text(case, decides=decides)
    cut = segments(text, decision.readings)
    return Explanation(
        request=case.request,
        decision=decision,
        state=case.state,
        since=stands_since(case),
        waits=bool(case.at_the_desk),
        nearest=_nearest(case.request.place),
        text=cut,
        kinds=tuple(dict.fromkeys(kind for piece in cut for kind in piece.kinds)),
        matters=tuple(
            MatterShown(m.candidate, m.priority, text[m.start : m.end], m.request_id)
            for m in decision.matters
        ),
        suggestions=_suggestions(decision, text, knowledge),
        changes=tuple(
            ChangeShown(change.text, _words_of_change(change, text, decision.readings))
            for change in decision.changes
        ),
        rules=tuple(rule for rule in knowledge.rules if rule.id in decision.rules),
        call=_listed(decision, "call"),
        dangers=tuple(
            danger.title for danger in knowledge.dangers if danger.id in _listed(decision, "danger")
        ),
        wall=_wall(decision, knowledge),
        reason=_reason(case),
        by_hand=decision.rule == BY_HAND,
        question=case.open_question or decision.question,
    )


def shown_text(case: Case, *, decides: bool = True) -> str:
    """Return what the page may show of the applicant's words, with the reply to a question if there is one.

    Behind a privacy wall that is nothing, but at the desk to who ``decides`` there.
    """
    return as_heard(case).description if may_read(case, decides=decides) else ""


def may_read(case: Case, *, decides: bool) -> bool:
    """Tell whether the desk may show the applicant's words to who ``decides`` there, or only looks."""
    return case.decision.seen_only_by is None or bool(decides and case.at_the_desk)


def stands_since(case: Case) -> datetime:
    """Return since when the request is at the desk, or else where it is now."""
    event = (case.at_the_desk or (case.last,))[0]
    return datetime.fromisoformat(event.data["occurred_at"])


def _suggestions(decision: Decision, text: str, knowledge: Knowledge) -> tuple[Suggestion, ...]:
    ranked = [decision.chosen, decision.runner_up, *decision.alternatives]
    title = decision.chosen.category_title
    spoke = _quoted(text, [r for r in decision.readings if r.what == "subject" and r.means == title])
    return tuple(
        _suggestion(candidate, spoke if n == 0 else (), knowledge)
        for n, candidate in enumerate([c for c in ranked if c][:_SHOWN])
    )


def _suggestion(candidate: Candidate, words: tuple[str, ...], knowledge: Knowledge) -> Suggestion:
    body = knowledge.bodies_by_name.get(candidate.body)
    if body is None or candidate.category_code not in knowledge.categories_by_code:
        return Suggestion("", candidate, None, None, words)
    destination = knowledge.destination(candidate.category_code, body.id)
    return Suggestion(
        value=f"{candidate.category_code}/{body.id}",
        candidate=candidate,
        priority=destination.priority,
        legal_basis=destination.legal_basis,
        words=words,
    )


def _words_of_change(change: Change, text: str, found: Sequence[Reading]) -> tuple[str, ...]:
    return _quoted(text, [found[number] for number in change.readings if number < len(found)])


def _quoted(text: str, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return what was read in ``text``, words that follow each other as one."""
    return tuple(dict.fromkeys(piece.text for piece in segments(text, readings) if piece.readings))


def _nearest(place: Place) -> str | None:
    if place.neighbourhood or place.lat is None or place.lon is None:
        return None
    return nearest_neighbourhood(place.lat, place.lon)


def _listed(decision: Decision, name: str) -> tuple[str, ...]:
    return tuple(part for part in decision.inputs.get(name, "").split(", ") if part)


def _wall(decision: Decision, knowledge: Knowledge) -> tuple[str, str] | None:
    if decision.seen_only_by is None:
        return None
    body = knowledge.bodies_by_id.get(decision.seen_only_by)
    wall = knowledge.handling.wall_of(decision.chosen.category_code)
    return (body.name if body else decision.seen_only_by, wall.why if wall else "")


def _reason(case: Case) -> str | None:
    """Return why the request came to the desk when it last did."""
    return next((str(e.data["reason"]) for e in reversed(case.history) if "reason" in e.data), None)
