"""What one matter is: how dangerous, whose, how pressing, and whether that is sure enough.

The order is: danger before all else; who is competent, given the place; which body is expected to cost least
if it is the wrong one; how pressing it is; and last whether all this is sure enough. A machine alone neither
sends anything to an emergency authority without a sign of danger, nor lets a sign of danger pass into a
category where nobody hurries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.router.domain.dangers import Sign
from services.router.domain.matters import Body, Destination, Knowledge
from services.router.domain.opinions import Opinion
from services.router.domain.thresholds import Thresholds
from shared.contracts.decisions import Candidate
from shared.contracts.requests import Place, RequestReceived
from shared.contracts.vocabulary import Priority
from shared.places import names_place
from shared.text.folding import words
from shared.text.languages import Language

_RULE_BY_KIND: Final[Mapping[str, str]] = {
    "department": "competent-directorate",
    "authority": "other-authority",
    "nobody": "not-examined",
}
_HURRIED: Final = frozenset({Priority.EMERGENCY, Priority.URGENT})
_FAIRLY_LIKELY: Final = 0.25
"""Of what the candidates have together; one class of three always has as much."""
_BY_PRESSURE: Final = tuple(Priority)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person must look: the rule for programs, the reason in Turkish for people."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class DangerSeen:
    """What speaks of danger: the signs found, staff's mark, and the likelihood by the whole text."""

    signs: tuple[Sign, ...]
    reported: bool
    likely: bool

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.signs) or self.reported or self.likely


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one matter was found to be.

    Attributes:
        ranked: the possible destinations, the chosen one first; never empty.
        body, destination: the chosen one's.
        danger: what speaks of danger.
        artery: the main artery that was named.
        priority: how pressing it is.
        doubt: why a person must look, if one must.
        rules: ids of the rules of `rules.yaml` that had a say, in order.
    """

    ranked: tuple[Candidate, ...]
    body: Body
    destination: Destination
    danger: DangerSeen
    artery: str | None
    priority: Priority
    doubt: Doubt | None
    rules: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The rule that settled it."""
        return self.doubt.rule if self.doubt else _RULE_BY_KIND[self.body.kind]


def weigh(
    request: RequestReceived, text: str, opinion: Opinion, knowledge: Knowledge, thresholds: Thresholds
) -> Weighed:
    """Return what ``text``, the request's or a part of it, is found to be.

    Args:
        request: gives what the door states beside the text.
        text: what is read.
        opinion: what the classifier takes ``text`` for.
        knowledge: the knowledge the opinion's candidates come from.
        thresholds: how sure is sure enough.
    """
    foreign = knowledge.languages.foreign(text)
    calm = bool(opinion.candidates) and opinion.danger < thresholds.calm and not foreign
    danger = DangerSeen(
        () if calm else knowledge.danger_lexicon.signs_in(text, foreign=foreign is not None),
        request.danger_reported,
        not foreign and opinion.danger >= knowledge.costs.alarm_from,
    )
    artery = knowledge.artery_in(text) or knowledge.artery_in(request.place.address or "")
    likeliest = opinion.candidates or (_nothing_alike(knowledge),)
    cheapest = _cheapest_first(likeliest, knowledge)
    outspoken = opinion.danger >= thresholds.danger_desk
    dangerous = _danger_first(cheapest, danger, knowledge) if outspoken else cheapest
    ranked = _in_its_place(dangerous, artery, knowledge)
    body, destination = competent(ranked[0], knowledge)
    doubt = (
        _unreadable(text, foreign, opinion, danger, thresholds)
        or _unsure(ranked, danger, knowledge, thresholds)
        or (None if artery or danger else _nowhere(request.place, text, ranked[0], knowledge))
    )
    told = (
        ("danger-first", danger),
        ("place-decides", ranked is not dangerous or (doubt and doubt.rule == "place-unknown")),
        ("forward-and-tell", body.kind == "authority"),
        ("not-examined", body.kind == "nobody"),
    )
    return Weighed(
        ranked=ranked,
        body=body,
        destination=destination,
        danger=danger,
        artery=artery,
        priority=_priority(ranked, opinion, knowledge, danger=bool(danger), in_doubt=doubt is not None),
        doubt=doubt,
        rules=tuple(rule for rule, applied in told if applied),
    )


def competent(candidate: Candidate, knowledge: Knowledge) -> tuple[Body, Destination]:
    """Return whom ``candidate`` names, and how its matters are dealt with there."""
    body = knowledge.bodies_by_name[candidate.body]
    return body, knowledge.destination(candidate.category_code, body.id)


def _unreadable(
    text: str, foreign: Language | None, opinion: Opinion, danger: DangerSeen, thresholds: Thresholds
) -> Doubt | None:
    if foreign:
        return Doubt("foreign-language", f"Metnin dili: {foreign.name}. Dili bilen biri okumalı.")
    if not any(word.isalpha() for word in words(text)):
        return Doubt("nothing-said", "Metinde okunacak söz yok; başvurana sorulmalı.")
    if opinion.unclear >= thresholds.ask_back and not danger:
        return Doubt("unclear", "Metinden konu anlaşılmıyor; ne olduğu başvurana sorulmalı.")
    if len(words(text)) == 1 and not danger:
        return Doubt("one-word", "Tek sözden ne istendiği anlaşılmıyor; başvurana sorulmalı.")
    return None


def _unsure(
    ranked: Sequence[Candidate], danger: DangerSeen, knowledge: Knowledge, thresholds: Thresholds
) -> Doubt | None:
    body, destination = competent(ranked[0], knowledge)
    if ranked[0].confidence == 0:
        return Doubt("nothing-alike", "Metin bilinen hiçbir konuya benzemiyor.")
    if _expected_costs(ranked, knowledge)[0] > thresholds.cost_of_a_look:
        return Doubt("below-threshold", "Sistem konudan yeterince emin değil.")
    if danger and destination.priority not in _HURRIED:
        return Doubt("danger-elsewhere", "Tehlike belirtisi var ama benzediği konu acil değil.")
    if not danger and body.kind == "authority" and destination.priority is Priority.EMERGENCY:
        return Doubt("emergency-unconfirmed", "Acil bir konuya benziyor ama metinde tehlike belirtisi yok.")
    return None


def _nowhere(place: Place, text: str, best: Candidate, knowledge: Knowledge) -> Doubt | None:
    """Return the doubt about a matter whose body depends on the place while nobody said where (rule 1)."""
    if best.category_code not in knowledge.handling.place_decides:
        return None
    stated = place.lat is not None or place.address or place.neighbourhood
    if stated or names_place(text):
        return None
    return Doubt("place-unknown", "Yetkili kurum yere bağlı ama yer yazılmamış; başvurana sorulmalı.")


def _cheapest_first(ranked: tuple[Candidate, ...], knowledge: Knowledge) -> tuple[Candidate, ...]:
    """Put the body in front that is expected to cost least; the others stay in the order of likelihood."""
    costs = _expected_costs(ranked, knowledge)
    first = ranked[costs.index(min(costs))]
    return (first, *(candidate for candidate in ranked if candidate is not first))


def _expected_costs(ranked: Sequence[Candidate], knowledge: Knowledge) -> list[float]:
    likely = [(knowledge.bodies_by_name[c.body].kind, c.confidence) for c in ranked]
    return [round(cost, 6) for cost in knowledge.costs.expected(likely)]


def _danger_first(
    ranked: tuple[Candidate, ...], danger: DangerSeen, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """Put the likeliest desk that deals with danger in front, if there is danger and the first does not.

    Not done where the whole text hardly speaks of danger: such a request hurries all the same, but to a
    person who sees the likeliest desk. A sign alone is often a figure of speech.
    """
    if not danger or _may_be_danger(ranked[0], knowledge):
        return ranked
    others = [c for c in ranked[1:] if _may_be_danger(c, knowledge)]
    own = [knowledge.candidate(s.danger.code, s.danger.body, ranked[0].confidence) for s in danger.signs]
    first = (others or own or [ranked[0]])[0]
    return (first, *(c for c in ranked if c.body != first.body))[: len(ranked)]


def _may_be_danger(candidate: Candidate, knowledge: Knowledge) -> bool:
    pressing = Priority.EMERGENCY in competent(candidate, knowledge)[1].priorities
    return pressing and candidate.category_code not in knowledge.handling.no_danger


def _in_its_place(
    ranked: tuple[Candidate, ...], artery: str | None, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """Give a matter on a main artery to the metropolis, if its category goes either way (5216 art. 7/g)."""
    category = knowledge.categories_by_code[ranked[0].category_code]
    if artery is None or knowledge.metropolis not in {d.body for d in category.destinations}:
        return ranked
    there = knowledge.candidate(category.code, knowledge.metropolis, ranked[0].confidence)
    return (there, *(c for c in ranked if c.body != there.body))[: len(ranked)]


def _priority(
    ranked: Sequence[Candidate], opinion: Opinion, knowledge: Knowledge, *, danger: bool, in_doubt: bool
) -> Priority:
    if danger:
        return Priority.EMERGENCY
    if not in_doubt:
        return _likeliest(competent(ranked[0], knowledge)[1], opinion)
    # Nobody knows yet which candidate is right: the most pressing class that is fairly likely counts, short
    # of danger without a sign.
    likely = [(_likeliest(competent(c, knowledge)[1], opinion), c.confidence) for c in ranked]
    enough = _FAIRLY_LIKELY * sum(share for _, share in likely)
    fairly = [p for p, _ in likely if sum(share for q, share in likely if q is p) >= enough]
    most_pressing = min(fairly, key=_BY_PRESSURE.index)
    return Priority.URGENT if most_pressing is Priority.EMERGENCY else most_pressing


def _likeliest(destination: Destination, opinion: Opinion) -> Priority:
    """Return the likeliest of the classes that matters of this kind may have there."""
    return max(
        destination.priorities, key=lambda p: (opinion.priorities.get(p, 0), p is destination.priority)
    )


def _nothing_alike(knowledge: Knowledge) -> Candidate:
    return knowledge.candidate(knowledge.fallback.code, knowledge.fallback.body, confidence=0)
