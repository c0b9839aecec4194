"""What another classifier would change: on the development set, and in what was decided lately."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.router.classify.judging import Answer, Figures, answer_of, figures, judge
from services.router.classify.linear import LinearModel
from services.router.deciding import Decider
from services.router.domain.matters import Knowledge
from services.router.domain.past import PastDecision
from services.router.knowledge.corpus import Message


@dataclass(frozen=True, slots=True)
class Moved:
    """A past request that would go elsewhere, with what is made of it today and what would be."""

    past: PastDecision
    today: Answer
    then: Answer


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Today's classifier beside the candidate.

    Attributes:
        today: figures over the development set.
        then: the candidate's.
        moved: past requests that the candidate would send elsewhere.
    """

    today: Figures
    then: Figures
    moved: tuple[Moved, ...]


def what_if(
    knowledge: Knowledge,
    model: LinearModel,
    candidate: LinearModel,
    *,
    kept: Sequence[Message],
    past: Sequence[PastDecision],
    threshold: float | None = None,
) -> WhatIf:
    """Return what would change if ``candidate`` stood in the place of ``model``; both decide here and now.

    Args:
        knowledge: the knowledge in force, which serves both.
        model: today's classifier.
        candidate: the other one.
        kept: the development set.
        past: requests to decide anew.
        threshold: as the router was told, if it was.
    """
    today, then = (Decider(knowledge, m, threshold) for m in (model, candidate))
    requests = [decision.request for decision in past]
    pairs = zip(past, today(requests), then(requests), strict=True)
    compared = (Moved(decision, answer_of(a, today), answer_of(b, then)) for decision, a, b in pairs)
    return WhatIf(
        today=figures(judge(today, kept)),
        then=figures(judge(then, kept)),
        moved=tuple(one for one in compared if _place(one.today) != _place(one.then)),
    )


def _place(answer: Answer) -> frozenset[str] | None:
    """Return the bodies that a request goes to by itself, or None where it goes to a person."""
    return frozenset(body for _, body in answer.labels) if answer.auto else None
