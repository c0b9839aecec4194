"""What can be learned from people's corrections: messages for the corpus, and where the router drifts.

Nothing here changes anything. A proposal is a message that a person may put into the corpus after reading it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from services.router.domain.by_hand import ReasonCode
from services.router.domain.corrections import Correction
from services.router.domain.matters import Knowledge
from services.router.domain.past import DecisionMade
from shared.clock import ISTANBUL
from shared.contracts.base import Instant
from shared.text.folding import words

WhyNot = Literal["nothing-new", "walled", "not-in-the-words", "no-such-destination", "said-again"]

_NOT_IN_THE_WORDS: Final = frozenset({ReasonCode.WRONG_PLACE, ReasonCode.SEVERAL_MATTERS})
"""What a message with one label cannot teach: the cause is the place, or there are several labels."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A message that the corpus lacks, as a person's decision shows.

    Attributes:
        correction: where it comes from.
        text: the request's words.
        body: id of the body that the person chose.
    """

    correction: Correction
    text: str
    body: str

    @property
    def code(self) -> str:
        """Category code that the person chose."""
        return self.correction.chosen.category_code


@dataclass(frozen=True, slots=True)
class Harvest:
    """All proposals, oldest first, and why the other corrections are none."""

    proposals: tuple[Proposal, ...]
    left_out: Mapping[WhyNot, int]
    missing: Mapping[tuple[str, str], int]
    """Category and body that people chose together though no row of the categories foresees it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many decisions a person has overridden."""

    decided: int
    overridden: int

    @property
    def share(self) -> float:
        """Of all that was decided; nothing decided, nothing overridden."""
        return self.overridden / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True)
class Week:
    """The router's decisions of one week, and what people have made of them since.

    Attributes:
        name: ISO week in Istanbul, as ``2026-W48``.
        total: all decisions.
        by_reason: overridden ones by what the person found.
        by_code: decisions by the category the router chose.
    """

    name: str
    total: Rate
    by_reason: Mapping[ReasonCode, int]
    by_code: Mapping[str, Rate]


def harvest(corrections: Iterable[Correction], knowledge: Knowledge) -> Harvest:
    """Return what the corrections propose: where the person disagreed, or chose because the router did not.

    Of several decisions on the same words the latest counts.
    """
    found: dict[tuple[str, ...], Proposal] = {}
    left_out: Counter[WhyNot] = Counter()
    missing: Counter[tuple[str, str]] = Counter()
    for correction in sorted(corrections, key=lambda c: c.at):
        proposed = _proposal(correction, knowledge)
        if isinstance(proposed, Proposal):
            said = tuple(words(proposed.text))
            left_out["said-again"] += said in found
            found.pop(said, None)
            found[said] = proposed
        else:
            left_out[proposed] += 1
            if proposed == "no-such-destination":
                missing[correction.chosen.category_code, correction.chosen.body] += 1
    return Harvest(tuple(found.values()), +left_out, missing)


def weekly(made: Iterable[DecisionMade], corrections: Iterable[Correction]) -> list[Week]:
    """Return week by week how often people overrode the router, oldest first.

    A correction counts in the week of the decision that it corrects, so a share never exceeds one and a week
    may still grow worse while its requests are being looked at.
    """
    decided: dict[str, list[str]] = defaultdict(list)
    for decision in made:
        decided[week_of(decision.at)].append(decision.category_code)
    overridden: dict[str, list[Correction]] = defaultdict(list)
    for correction in _last_per_request(corrections):
        if correction.overridden:
            overridden[week_of(correction.said.at)].append(correction)
    return [_week(name, codes, overridden[name]) for name, codes in sorted(decided.items())]


def week_of(instant: Instant) -> str:
    """Return the ISO week that ``instant`` falls into in Istanbul."""
    year, week, _ = instant.astimezone(ISTANBUL).isocalendar()
    return f"{year}-W{week:02}"


def _week(name: str, codes: Sequence[str], overridden: Sequence[Correction]) -> Week:
    wrong = Counter(c.said.candidate.category_code for c in overridden)
    return Week(
        name=name,
        total=Rate(len(codes), len(overridden)),
        by_reason=Counter(c.reason_code for c in overridden),
        by_code={code: Rate(count, wrong[code]) for code, count in sorted(Counter(codes).items())},
    )


def _proposal(correction: Correction, knowledge: Knowledge) -> Proposal | WhyNot:
    body = knowledge.bodies_by_name.get(correction.chosen.body)
    if correction.said.sent and not correction.overridden:
        return "nothing-new"
    if correction.text is None:
        return "walled"
    if correction.reason_code in _NOT_IN_THE_WORDS:
        return "not-in-the-words"
    if body is None or (correction.chosen.category_code, body.id) not in knowledge.known_destinations:
        return "no-such-destination"
    return Proposal(correction, correction.text, body.id)


def _last_per_request(corrections: Iterable[Correction]) -> Iterable[Correction]:
    return {c.request_id: c for c in sorted(corrections, key=lambda c: c.at)}.values()
