"""Compares what the router would do with messages whose answer is known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from services.router.deciding import Decider
from services.router.domain.decide import ASKS_BACK
from services.router.domain.verdicts import Triaged, Verdict
from services.router.knowledge.corpus import Label, Message
from shared.contracts.decisions import Candidate
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime

_NO_ID: Final = UUID(int=0)
_LONGEST: Final = 4_000
_LEFT_OUT: Final = "\n…\n"
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What the router would do with one text.

    Attributes:
        labels: where it would go, one per subject; empty where it asks back.
        second: the next likeliest place, if any.
        emergency: whether it is treated as danger to life.
        confidence: probability of the (first) body.
        auto: whether it goes without a person looking.
    """

    labels: tuple[Label, ...]
    second: Label | None
    priority: Priority
    emergency: bool
    confidence: float
    auto: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A message and what the router made of it."""

    message: Message
    answer: Answer

    @property
    def body_right(self) -> bool:
        """Whether it reached every desk it should, and no other."""
        return {body for _, body in self.answer.labels} == set(self.message.body)

    @property
    def code_right(self) -> bool:
        """Whether every matter in it was named, and no other."""
        return {code for code, _ in self.answer.labels} == set(self.message.code)

    @property
    def is_emergency(self) -> bool:
        """Whether it truly tells of danger to life."""
        return self.message.priority is Priority.EMERGENCY


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over some judged messages. A share over nothing is None.

    Attributes:
        count: how many messages.
        body, code, priority: shares that were right.
        emergencies_seen: of the true emergencies.
        false_emergencies: of the others.
        auto: share that went without a person looking.
        auto_wrong: of these, those that went to a wrong desk.
        calibration_error: mean distance of confidence and truth over ten bins (ECE).
    """

    count: int
    body: float | None
    code: float | None
    priority: float | None
    emergencies_seen: float | None
    false_emergencies: float | None
    auto: float | None
    auto_wrong: float | None
    calibration_error: float | None


def answers(decide: Decider, texts: Sequence[tuple[Channel, str]]) -> list[Answer]:
    """Return what the router would do with each text that comes through a channel."""
    verdicts = decide([request_of(text, channel) for channel, text in texts])
    return [answer_of(verdict, decide) for verdict in verdicts]


def answer_of(verdict: Verdict, decide: Decider) -> Answer:
    """Return a verdict in the terms of the catalogue."""
    decision = verdict.decision
    asks = decision.rule in ASKS_BACK
    chosen = decision.subjects or (decision.chosen,)
    return Answer(
        labels=() if asks else tuple(_label(c, decide) for c in chosen),
        second=_label(decision.runner_up, decide) if decision.runner_up else None,
        priority=decision.priority,
        emergency=decision.priority is Priority.EMERGENCY,
        confidence=decision.chosen.confidence,
        auto=not isinstance(verdict, Triaged),
    )


def judge(decide: Decider, messages: Sequence[Message]) -> list[Judged]:
    """Return each message with what the router would do with it."""
    found = answers(decide, [(m.channel, m.text) for m in messages])
    return [Judged(message, answer) for message, answer in zip(messages, found, strict=True)]


def figures(judged: Sequence[Judged]) -> Figures:
    """Return the figures over ``judged``."""
    automatic = [j for j in judged if j.answer.auto]
    return Figures(
        count=len(judged),
        body=_share(judged, lambda j: j.body_right),
        code=_share(judged, lambda j: j.code_right),
        priority=_share(judged, lambda j: j.answer.priority is j.message.priority),
        emergencies_seen=_share((j for j in judged if j.is_emergency), lambda j: j.answer.emergency),
        false_emergencies=_share((j for j in judged if not j.is_emergency), lambda j: j.answer.emergency),
        auto=_share(judged, lambda j: j.answer.auto),
        auto_wrong=_share(automatic, lambda j: not j.body_right),
        calibration_error=calibration_error(judged),
    )


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Return the expected calibration error of the confidence that the (first) body is right."""
    single = [j for j in judged if len(j.answer.labels) == 1]
    if not single:
        return None
    total = 0.0
    for low in range(_BINS):
        inside = [j for j in single if min(int(j.answer.confidence * _BINS), _BINS - 1) == low]
        if inside:
            sure = sum(j.answer.confidence for j in inside)
            right = sum(j.body_right for j in inside)
            total += abs(sure - right)
    return total / len(single)


def readable(text: str) -> str:
    """Return what is read of ``text``: all of it, or of a very long one its beginning and its end."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - len(_LEFT_OUT)) // 2
    return text[:half] + _LEFT_OUT + text[-half:]


def request_of(text: str, channel: Channel) -> RequestReceived:
    """Return a request that says ``text`` and nothing else."""
    return RequestReceived(
        request_id=_NO_ID,
        receipt_number="-",
        channel=channel,
        kind=Kind.REQUEST,
        regime=Regime.PETITION_3071,
        description=readable(text),
        place=Place(),
        applicant=ApplicantReach(named=True, media=(Medium.TRACKING_PAGE,)),
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _label(candidate: Candidate, decide: Decider) -> Label:
    return candidate.category_code, decide.knowledge.bodies_by_name[candidate.body].id


def _share(judged: Iterable[Judged], holds: Callable[[Judged], bool]) -> float | None:
    found = [holds(j) for j in judged]
    return sum(found) / len(found) if found else None
