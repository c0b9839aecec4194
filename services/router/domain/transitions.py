"""The table of legal transitions: whose command leads from which states to which, and what a refusal says.

A directorate accepts before it starts: acceptance is the moment somebody answers for the request, and the
clock for requests that nobody took is read from it, so no row leads from ``assigned`` to ``in_progress``.
An answer may follow acceptance directly, because many matters need no work before it.

An applicant may object as long as nobody has gone to work: also to being sent away or not being examined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    CompleteCommand,
    ObjectCommand,
    ReplyCommand,
    StartCommand,
)
from shared.contracts.lifecycle import ActorKind
from shared.contracts.vocabulary import State


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: the directorate that holds the request, or its applicant, may take it to another state.

    Attributes:
        by: which of both.
        sources: states that it may be taken from.
        target: state that it is taken to.
    """

    by: ActorKind
    sources: frozenset[State]
    target: State


def _holder(*sources: State, to: State) -> Transition:
    return Transition("department", frozenset(sources), to)


def _applicant(*sources: State, to: State) -> Transition:
    return Transition("applicant", frozenset(sources), to)


TRANSITIONS: Final[Mapping[str, Transition]] = MappingProxyType(
    {
        AcceptCommand.name: _holder(State.ASSIGNED, to=State.ACCEPTED),
        StartCommand.name: _holder(State.ACCEPTED, to=State.IN_PROGRESS),
        AnswerCommand.name: _holder(State.ACCEPTED, State.IN_PROGRESS, to=State.ANSWERED),
        CompleteCommand.name: _holder(State.ANSWERED, to=State.CLOSED),
        ObjectCommand.name: _applicant(
            *(State.ASSIGNED, State.ACCEPTED, State.FORWARDED, State.NOT_EXAMINED), to=State.TRIAGE
        ),
        ReplyCommand.name: _applicant(State.AWAITING_APPLICANT, to=State.TRIAGE),
    }
)

FINAL: Final = frozenset({State.CLOSED, State.FORWARDED, State.NOT_EXAMINED})
"""States that no directorate leaves."""

_TO_DIRECTORATES: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.RECEIVED: "Başvuru henüz yönlendirilmedi.",
        State.TRIAGE: "Başvurunun hangi müdürlüğe gideceği henüz belli değil.",
        State.ASSIGNED: "Önce başvuruyu kabul edin.",
        State.ACCEPTED: "Başvuru zaten kabul edildi. Önce yanıt verin.",
        State.IN_PROGRESS: "Başvuru üzerinde zaten çalışılıyor. Önce yanıt verin.",
        State.AWAITING_APPLICANT: "Başvurana soru soruldu; hangi müdürlüğe gideceği henüz belli değil.",
        State.ANSWERED: "Başvuru yanıtlandı. Geriye yalnızca tamamlamak kaldı.",
        State.CLOSED: "Başvuru kapandı.",
        State.FORWARDED: "Başvuru başka bir kuruma iletildi.",
        State.NOT_EXAMINED: "Başvuru incelenmeden sonuçlandı.",
    }
)
_TO_APPLICANTS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.RECEIVED: "Başvurunuz henüz yönlendirilmedi.",
        State.TRIAGE: "Başvurunuza bir görevli bakıyor.",
        State.ASSIGNED: "Başvurunuz müdürlüğe gönderildi.",
        State.ACCEPTED: "Müdürlük başvurunuzu kabul etti.",
        State.IN_PROGRESS: "Müdürlük başvurunuz üzerinde çalışıyor.",
        State.AWAITING_APPLICANT: "Size bir soru sorduk; yanıtınızı bekliyoruz.",
        State.ANSWERED: "Başvurunuz yanıtlandı.",
        State.CLOSED: "Başvurunuz kapandı.",
        State.FORWARDED: "Başvurunuz başka bir kuruma iletildi.",
        State.NOT_EXAMINED: "Başvurunuz incelenmeden sonuçlandı.",
    }
)

_BEFORE_AN_ANSWER: Final = frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS})


def why_not(command: str, state: State) -> str:
    """Return in Turkish why ``command`` is refused in ``state`` and what to do first, if anything."""
    if TRANSITIONS[command].by == "applicant":
        return _TO_APPLICANTS[state]
    if command == CompleteCommand.name and state in _BEFORE_AN_ANSWER:
        return "Tamamlamak için önce yanıt verin."
    return _TO_DIRECTORATES[state]
