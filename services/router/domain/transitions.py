"""The table of legal transitions: which command leads from which states to which, and what a refusal says.

A directorate accepts before it starts: acceptance is the moment somebody answers for the request, and the
clock for requests that nobody took is read from it, so no row leads from ``assigned`` to ``in_progress``.
An answer may follow acceptance directly, because many matters need no work before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.contracts.commands import AcceptCommand, AnswerCommand, CompleteCommand, StartCommand
from shared.contracts.vocabulary import State


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: the directorate that holds the request may take it from ``sources`` to ``target``."""

    sources: frozenset[State]
    target: State


def _row(*sources: State, to: State) -> Transition:
    return Transition(frozenset(sources), to)


TRANSITIONS: Final[Mapping[str, Transition]] = MappingProxyType(
    {
        AcceptCommand.name: _row(State.ASSIGNED, to=State.ACCEPTED),
        StartCommand.name: _row(State.ACCEPTED, to=State.IN_PROGRESS),
        AnswerCommand.name: _row(State.ACCEPTED, State.IN_PROGRESS, to=State.ANSWERED),
        CompleteCommand.name: _row(State.ANSWERED, to=State.CLOSED),
    }
)

FINAL: Final = frozenset({State.CLOSED, State.FORWARDED, State.NOT_EXAMINED})
"""States that no command leaves."""

_REASONS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.RECEIVED: "Başvuru henüz yönlendirilmedi.",
        State.TRIAGE: "Başvurunun hangi müdürlüğe gideceği henüz belli değil.",
        State.ASSIGNED: "Önce başvuruyu kabul edin.",
        State.ACCEPTED: "Başvuru zaten kabul edildi. Önce yanıt verin.",
        State.IN_PROGRESS: "Başvuru üzerinde zaten çalışılıyor. Önce yanıt verin.",
        State.ANSWERED: "Başvuru yanıtlandı. Geriye yalnızca tamamlamak kaldı.",
        State.CLOSED: "Başvuru kapandı.",
        State.FORWARDED: "Başvuru başka bir kuruma iletildi.",
        State.NOT_EXAMINED: "Başvuru incelenmeden sonuçlandı.",
    }
)

_BEFORE_AN_ANSWER: Final = frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS})


def why_not(command: str, state: State) -> str:
    """Return in Turkish why ``command`` is refused in ``state`` and what to do first, if anything."""
    if command == CompleteCommand.name and state in _BEFORE_AN_ANSWER:
        return "Tamamlamak için önce yanıt verin."
    return _REASONS[state]
