"""Where a request goes, decided from its words, what staff marked at the door, and the knowledge in force.

The order is: can it be read at all; danger before all else; how many matters it holds; who is competent,
given the place; how pressing it is; and last whether all this is sure enough. What is not goes to a person
with the three likeliest desks and the reason. A machine alone neither sends anything to an emergency
authority without a sign of danger, nor lets a sign of danger pass into a category where nobody hurries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.router.domain.dangers import Danger
from services.router.domain.matters import Body, Destination, Knowledge
from services.router.domain.opinions import Opinion
from services.router.domain.thresholds import Thresholds
from services.router.domain.verdicts import Triaged, Verdict, settled
from shared.contracts.decisions import Candidate, Decision
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority
from shared.text.folding import words

GENERAL_EMERGENCY_NUMBER: Final = "112"
ASKS_BACK: Final = frozenset({"foreign-language", "nothing-said", "nothing-alike", "unclear"})
"""Rules after which somebody has to ask the applicant what it is about."""

_RULE_BY_KIND: Final[Mapping[str, str]] = {
    "department": "competent-directorate",
    "authority": "other-authority",
    "nobody": "not-examined",
}
_HURRIED: Final = frozenset({Priority.EMERGENCY, Priority.URGENT})
_BY_PRESSURE: Final = tuple(Priority)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why a person must look: the rule for programs, the reason in Turkish for people."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Danger:
    """What speaks of danger: the signs found, staff's mark, and the likelihood by the whole text."""

    signs: tuple[Danger, ...]
    reported: bool
    likely: bool

    @property
    def seen(self) -> bool:
        return bool(self.signs) or self.reported or self.likely


def decide(
    request: RequestReceived,
    opinion: Opinion,
    knowledge: Knowledge,
    thresholds: Thresholds,
    *,
    model_version: str,
) -> Verdict:
    """Return the verdict on ``request``: equal arguments give an equal verdict.

    Args:
        request: as intake recorded it.
        opinion: what the classifier takes the whole text for.
        knowledge: the knowledge the opinion's candidates come from.
        thresholds: how sure is sure enough.
        model_version: version of the classifier, kept in the decision.
    """
    text = request.description
    danger = _Danger(
        knowledge.danger_lexicon.found_in(text),
        request.danger_reported,
        opinion.danger >= thresholds.emergency,
    )
    artery = knowledge.artery_in(text)
    likeliest = opinion.candidates or (_nothing_alike(knowledge),)
    ranked = _in_its_place(_danger_first(likeliest, danger, knowledge), artery, knowledge)
    matters = opinion.matters if opinion.several >= thresholds.split else ()
    body, destination = _competent(ranked[0], knowledge)
    doubt = (
        _unreadable(text, opinion, danger, knowledge, thresholds)
        or _several(matters)
        or _unsure(ranked[0], body, destination, thresholds.assign, danger)
    )
    decision = Decision(
        chosen=ranked[0],
        runner_up=ranked[1] if len(ranked) > 1 else None,
        alternatives=ranked[2:],
        subjects=matters,
        priority=_priority(ranked, opinion, knowledge, danger=danger.seen, in_doubt=doubt is not None),
        legal_basis=destination.legal_basis,
        threshold=thresholds.assign,
        rule=doubt.rule if doubt else _RULE_BY_KIND[body.kind],
        knowledge_version=knowledge.version,
        model_version=model_version,
        inputs=_inputs(request, opinion, danger, artery),
    )
    return Triaged(doubt.reason, decision) if doubt else settled(body, decision)


def _unreadable(
    text: str, opinion: Opinion, danger: _Danger, knowledge: Knowledge, thresholds: Thresholds
) -> _Doubt | None:
    if language := knowledge.languages.foreign(text):
        return _Doubt("foreign-language", f"Metnin dili: {language.name}. Dili bilen biri okumalı.")
    if not any(word.isalpha() for word in words(text)):
        return _Doubt("nothing-said", "Metinde okunacak söz yok; başvurana sorulmalı.")
    if opinion.unclear >= thresholds.ask_back and not danger.seen:
        return _Doubt("unclear", "Metinden konu anlaşılmıyor; ne olduğu başvurana sorulmalı.")
    return None


def _several(matters: Sequence[Candidate]) -> _Doubt | None:
    if len(matters) < 2:  # noqa: PLR2004 - one matter is no several
        return None
    titles = " ve ".join(matter.category_title for matter in matters)
    return _Doubt("several-subjects", f"Başvuruda birden çok konu var: {titles}.")


def _unsure(
    best: Candidate, body: Body, destination: Destination, threshold: float, danger: _Danger
) -> _Doubt | None:
    if best.confidence == 0:
        return _Doubt("nothing-alike", "Metin bilinen hiçbir konuya benzemiyor.")
    if best.confidence < threshold:
        return _Doubt("below-threshold", "Sistem konudan yeterince emin değil.")
    if danger.seen and destination.priority not in _HURRIED:
        return _Doubt("danger-elsewhere", "Tehlike belirtisi var ama benzediği konu acil değil.")
    if not danger.seen and body.kind == "authority" and destination.priority is Priority.EMERGENCY:
        return _Doubt("emergency-unconfirmed", "Acil bir konuya benziyor ama metinde tehlike belirtisi yok.")
    return None


def _danger_first(
    ranked: tuple[Candidate, ...], danger: _Danger, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """Put the likeliest desk that deals with danger in front, if there is danger and the first does not."""
    if not danger.seen or _may_be_emergency(ranked[0], knowledge):
        return ranked
    others = [c for c in ranked[1:] if _may_be_emergency(c, knowledge)]
    own = [knowledge.candidate(sign.code, sign.body, ranked[0].confidence) for sign in danger.signs]
    first = (others or own or [ranked[0]])[0]
    return (first, *(c for c in ranked if c.body != first.body))[: len(ranked)]


def _may_be_emergency(candidate: Candidate, knowledge: Knowledge) -> bool:
    return Priority.EMERGENCY in _competent(candidate, knowledge)[1].priorities


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
        return _likeliest(_competent(ranked[0], knowledge)[1], opinion)
    # Nobody knows yet which candidate is right: the most pressing counts, short of danger without a sign.
    likely = (_likeliest(_competent(c, knowledge)[1], opinion) for c in ranked)
    most_pressing = min(likely, key=_BY_PRESSURE.index)
    return Priority.URGENT if most_pressing is Priority.EMERGENCY else most_pressing


def _likeliest(destination: Destination, opinion: Opinion) -> Priority:
    """Return the likeliest of the classes that matters of this kind may have there."""
    return max(
        destination.priorities, key=lambda p: (opinion.priorities.get(p, 0), p is destination.priority)
    )


def _competent(candidate: Candidate, knowledge: Knowledge) -> tuple[Body, Destination]:
    body = knowledge.bodies_by_name[candidate.body]
    return body, knowledge.destination(candidate.category_code, body.id)


def _nothing_alike(knowledge: Knowledge) -> Candidate:
    return knowledge.candidate(knowledge.fallback.code, knowledge.fallback.body, confidence=0)


def _inputs(
    request: RequestReceived, opinion: Opinion, danger: _Danger, artery: str | None
) -> dict[str, str]:
    seen = {
        "channel": request.channel.value,
        "kind": request.kind.value,
        "description_length": str(len(request.description)),
    }
    if opinion.words:
        seen["words"] = ", ".join(opinion.words)
    if request.place.neighbourhood:
        seen["neighbourhood"] = request.place.neighbourhood
    if artery:
        seen["main_artery"] = artery
    if request.danger_reported:
        seen["danger_reported"] = "true"
    if danger.signs:
        seen["danger"] = ", ".join(sign.id for sign in danger.signs)
    elif danger.likely:
        seen["danger"] = "by-the-whole-text"
    if danger.seen:
        numbers = dict.fromkeys(sign.phone for sign in danger.signs)
        seen["call"] = ", ".join(numbers or [GENERAL_EMERGENCY_NUMBER])
    return seen
