"""Where a request goes, decided from its words, what the door states, and the knowledge in force.

One matter is weighed as `weighing` says. A text that seems to hold several is weighed part by part: if every
part is sure, each matter goes its own way as a linked sub-request, the most pressing one with the request
itself; if not, a person sees them all. What is not sure goes to a person with the three likeliest desks, the
reason, and the question that would decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

SEVERAL: Final = "several-subjects"
"""Rule after which a person sees a request of several matters as a whole."""

_INSPECTORS: Final = "teftis"
_BY_PRESSURE: Final = tuple(Priority)
_ASKS_FOR_THE_SUBJECT: Final = frozenset({"nothing-said", "nothing-alike", "one-word", "unclear"})


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
    records = _Records(request, knowledge, thresholds, model_version)
    if not matters:
        if not whole.doubt and (doubt := _second_matter(opinion, whole, thresholds)):
            whole = replace(whole, doubt=doubt)
        decision = records.of(text, whole, opinion)
        return Triaged(whole.doubt.reason, decision) if whole.doubt else settled(whole.body, decision)
    if unsure := _several(matters, parts, whole, opinion, thresholds):
        together = tuple(matter.model_copy(update={"request_id": None}) for matter in matters)
        return Triaged(unsure.reason, records.of(text, whole, opinion, together, unsure))
    lead = next(n for n, matter in enumerate(matters) if matter.request_id is None)
    each = [
        records.of(text, replace(part, danger=whole.danger), opinion, matters)
        if n == lead
        else records.of(text[place.start : place.end], part, place.opinion)
        for n, (part, place) in enumerate(zip(parts, opinion.parts, strict=True))
    ]
    verdicts = tuple(settled(part.body, decision) for part, decision in zip(parts, each, strict=True))
    return Split(verdicts, each[lead])


@dataclass(frozen=True, slots=True)
class _Records:
    """Writes decisions on one request down, each with all that explains it."""

    request: RequestReceived
    knowledge: Knowledge
    thresholds: Thresholds
    model_version: str

    def of(
        self,
        text: str,
        weighed: Weighed,
        opinion: Opinion,
        matters: tuple[Matter, ...] = (),
        several: Doubt | None = None,
    ) -> Decision:
        """Return the record of what ``text`` was found to be.

        Args:
            text: the request's, or the part's that a sub-request carries.
            weighed: what it, or of several matters the leading one, was found to be.
            opinion: what the classifier takes ``text`` for.
            matters: all matters, where ``text`` holds several.
            several: the doubt about them, which comes before the doubt about one.
        """
        knowledge = self.knowledge
        doubt = several or weighed.doubt
        found = readings(text, weighed, opinion, knowledge)
        others = consulted(text, weighed, knowledge)
        code = weighed.ranked[0].category_code
        wall = knowledge.handling.wall_of(code)
        told = (
            ("split", matters),
            ("one-owner", others),
            ("not-to-the-accused", wall and wall.seen_by == _INSPECTORS),
            ("privacy-wall", wall),
        )
        return Decision(
            chosen=weighed.ranked[0],
            runner_up=weighed.ranked[1] if len(weighed.ranked) > 1 else None,
            alternatives=weighed.ranked[2:],
            subjects=tuple(matter.candidate for matter in matters),
            matters=matters,
            priority=weighed.priority,
            legal_basis=weighed.destination.legal_basis,
            legal=legal(self.request, weighed, knowledge),
            threshold=self.thresholds.assign,
            rule=doubt.rule if doubt else weighed.rule,
            rules=(*weighed.rules, *(rule for rule, applied in told if applied)),
            knowledge_version=knowledge.version,
            model_version=self.model_version,
            inputs=inputs(self.request, opinion, weighed, knowledge),
            readings=found,
            changes=()
            if matters
            else changes(text, weighed, opinion, found, knowledge, look=self.thresholds.assign),
            consulted=others,
            question=_question(doubt, weighed.ranked, knowledge) if doubt else None,
            seen_only_by=wall.seen_by if wall else None,
        )


def _parts(
    request: RequestReceived,
    opinion: Opinion,
    whole: Weighed,
    knowledge: Knowledge,
    thresholds: Thresholds,
) -> tuple[Weighed, ...]:
    """Return the matters that the request holds, weighed one by one; none where it holds only one.

    Danger does not wait for a person to see whether there is more: unless the cut is sure, it goes whole.
    """
    if whole.doubt and whole.doubt.rule in ASKS_BACK:
        return ()
    if whole.danger and opinion.several < thresholds.assign:
        return ()
    weighed = tuple(
        weigh(request, request.description[p.start : p.end], p.opinion, knowledge, thresholds)
        for p in opinion.parts
    )
    return weighed if len({w.ranked[0].category_code for w in weighed}) > 1 else ()


def _matters(request: RequestReceived, opinion: Opinion, parts: Sequence[Weighed]) -> tuple[Matter, ...]:
    """Return the matters in the order of the text; the most pressing one stays with the request itself."""
    if not parts:
        return ()
    lead = min(range(len(parts)), key=lambda n: _BY_PRESSURE.index(parts[n].priority))
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


def _several(
    matters: Sequence[Matter],
    parts: Sequence[Weighed],
    whole: Weighed,
    opinion: Opinion,
    thresholds: Thresholds,
) -> Doubt | None:
    """Return why a person must see the matters as a whole."""
    danger_lost = whole.danger and not any(part.danger for part in parts)
    sure = opinion.several >= thresholds.assign
    if sure and not danger_lost and all(part.doubt is None for part in parts):
        return None
    titles = " ve ".join(matter.candidate.category_title for matter in matters)
    return Doubt(SEVERAL, f"Başvuruda birden çok konu {'var' if sure else 'olabilir'}: {titles}.")


def _second_matter(opinion: Opinion, whole: Weighed, thresholds: Thresholds) -> Doubt | None:
    """Return the doubt about a text sent to one desk that may hold a matter for another (3071 art. 7)."""
    if opinion.parts or whole.danger or opinion.several < thresholds.second_matter:
        return None
    return Doubt("second-matter", "Başvuruda ikinci bir konu olabilir.")


def _question(doubt: Doubt, ranked: Sequence[Candidate], knowledge: Knowledge) -> Question | None:
    """Return what would have to be known, if the knowledge has a question for this doubt."""
    if doubt.rule in _ASKS_FOR_THE_SUBJECT:
        return knowledge.questions.about_the_subject()
    if doubt.rule == "place-unknown":
        return knowledge.questions.about_the_place()
    if doubt.rule == "below-threshold":
        return knowledge.questions.between_candidates(ranked)
    return None
