"""Where a request goes, decided from its words, what the door states, and the knowledge in force.

One matter is weighed as `weighing` says. A text that seems to hold several is weighed part by part: if every
part is sure, each matter goes its own way as a linked sub-request, the most pressing one with the request
itself; if not, a person sees them all. What is not sure goes to a person with the three likeliest desks, the
reason, and the question that would decide.
"""

from collections.abc import Sequence
from typing import Final

from services.router.domain.explaining import changes, consulted, inputs, legal, readings
from services.router.domain.matters import Knowledge
from services.router.domain.opinions import Opinion
from services.router.domain.thresholds import Thresholds
from services.router.domain.verdicts import Split, Triaged, Verdict, settled
from services.router.domain.weighing import Doubt, Weighed, weigh
from shared.contracts.decisions import Candidate, Decision, Matter, Question
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority
from shared.ids import derived_id

ASKS_BACK: Final = frozenset({"foreign-language", "nothing-said", "nothing-alike", "unclear"})
"""Rules after which nobody can say what the request is about until somebody has asked."""

_BY_PRESSURE: Final = tuple(Priority)
_ASKS_FOR_THE_SUBJECT: Final = frozenset({"nothing-said", "nothing-alike", "unclear"})


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
    whole = weigh(request, text, opinion, knowledge, thresholds)
    parts = _parts(request, opinion, whole, knowledge, thresholds)
    matters = _matters(request, opinion, parts)
    doubt = _several(matters, parts) or (None if matters else whole.doubt)
    lead = _lead(parts) if matters and not doubt else whole
    found = readings(text, whole, opinion, knowledge)
    others = consulted(text, lead, knowledge)
    code = lead.ranked[0].category_code
    wall = knowledge.handling.wall_of(code)
    told = (
        *lead.rules,
        *(["split"] if matters else []),
        *(["one-owner"] if others else []),
        *(["not-to-the-accused"] if code.startswith("KRM") else []),
        *(["privacy-wall"] if wall else []),
    )
    decision = Decision(
        chosen=lead.ranked[0],
        runner_up=lead.ranked[1] if len(lead.ranked) > 1 else None,
        alternatives=lead.ranked[2:],
        subjects=tuple(matter.candidate for matter in matters),
        matters=matters,
        priority=min((w.priority for w in (lead, whole)), key=_BY_PRESSURE.index)
        if whole.danger
        else lead.priority,
        legal_basis=lead.destination.legal_basis,
        legal=legal(request, lead, knowledge),
        threshold=thresholds.assign,
        rule=doubt.rule if doubt else lead.rule,
        rules=told,
        knowledge_version=knowledge.version,
        model_version=model_version,
        inputs=inputs(request, opinion, whole),
        readings=found,
        changes=() if matters else changes(text, whole, opinion, found, knowledge, look=thresholds.assign),
        consulted=others,
        question=_question(doubt, lead.ranked, knowledge) if doubt else None,
        seen_only_by=wall.seen_by if wall else None,
    )
    if doubt:
        return Triaged(doubt.reason, decision)
    if matters:
        return Split(tuple(settled(part.body, decision) for part in parts), decision)
    return settled(whole.body, decision)


def _parts(
    request: RequestReceived,
    opinion: Opinion,
    whole: Weighed,
    knowledge: Knowledge,
    thresholds: Thresholds,
) -> tuple[Weighed, ...]:
    """Return the matters that the request holds, weighed one by one; none where it holds only one."""
    if whole.doubt and whole.doubt.rule in ASKS_BACK:
        return ()
    weighed = tuple(
        weigh(request, request.description[p.start : p.end], p.opinion, knowledge, thresholds)
        for p in opinion.parts
    )
    return weighed if len({w.ranked[0].category_code for w in weighed}) > 1 else ()


def _matters(request: RequestReceived, opinion: Opinion, parts: Sequence[Weighed]) -> tuple[Matter, ...]:
    if not parts:
        return ()
    lead = parts.index(_lead(parts))
    return tuple(
        Matter(
            candidate=part.ranked[0],
            priority=part.priority,
            start=place.start,
            end=place.end,
            request_id=None if n == lead else derived_id(request.request_id, f"matter/{n + 1}"),
        )
        for n, (part, place) in enumerate(zip(parts, opinion.parts, strict=True))
    )


def _lead(parts: Sequence[Weighed]) -> Weighed:
    """Return the matter that stays with the request itself: the most pressing, of equals the first said."""
    return min(parts, key=lambda part: _BY_PRESSURE.index(part.priority))


def _several(matters: Sequence[Matter], parts: Sequence[Weighed]) -> Doubt | None:
    if all(part.doubt is None for part in parts):
        return None
    titles = " ve ".join(matter.candidate.category_title for matter in matters)
    return Doubt("several-subjects", f"Başvuruda birden çok konu var: {titles}.")


def _question(doubt: Doubt, ranked: Sequence[Candidate], knowledge: Knowledge) -> Question | None:
    """Return what would have to be known, if the knowledge has a question for this doubt."""
    if doubt.rule in _ASKS_FOR_THE_SUBJECT:
        return knowledge.questions.about_the_subject()
    if doubt.rule == "place-unknown":
        return knowledge.questions.about_the_place()
    if doubt.rule == "below-threshold":
        return knowledge.questions.between_candidates(ranked)
    return None
