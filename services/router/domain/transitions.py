"""The table of legal transitions: whose command leads from which states to which, and what a refusal says.

A directorate accepts before it starts: acceptance is the moment somebody answers for the request, and the
clock for requests that nobody took is read from it, so no row leads from ``assigned`` to ``in_progress``.
An answer may follow acceptance directly, because many matters need no work before it, and it need not wait
for the reply to a question. A reply leads back to where a directorate asked, see `lifecycle.next_event`.

What came back is accepted anew, like what was assigned: until then nobody answers for it.

What applicants may do, and until when, is in `shared.contracts.applicants`. Of a withdrawal and an answer
that cross each other, the one that the history has first counts, and the other is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.contracts.applicants import OPEN_TO_APPLICANTS
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    AskCommand,
    Command,
    CompleteCommand,
    ConfirmCommand,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
    StartCommand,
    WithdrawCommand,
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


def _applicant(command: type[Command], *, to: State) -> Transition:
    return Transition("applicant", OPEN_TO_APPLICANTS[command.name], to)


TRANSITIONS: Final[Mapping[str, Transition]] = MappingProxyType(
    {
        AcceptCommand.name: _holder(State.ASSIGNED, State.REOPENED, to=State.ACCEPTED),
        StartCommand.name: _holder(State.ACCEPTED, to=State.IN_PROGRESS),
        AskCommand.name: _holder(State.ACCEPTED, State.IN_PROGRESS, to=State.AWAITING_APPLICANT),
        AnswerCommand.name: _holder(
            State.ACCEPTED, State.IN_PROGRESS, State.AWAITING_APPLICANT, to=State.ANSWERED
        ),
        CompleteCommand.name: _holder(State.ANSWERED, to=State.CLOSED),
        ObjectCommand.name: _applicant(ObjectCommand, to=State.TRIAGE),
        ReplyCommand.name: _applicant(ReplyCommand, to=State.TRIAGE),
        WithdrawCommand.name: _applicant(WithdrawCommand, to=State.WITHDRAWN),
        ConfirmCommand.name: _applicant(ConfirmCommand, to=State.CLOSED),
        ReopenCommand.name: _applicant(ReopenCommand, to=State.REOPENED),
    }
)

FINAL: Final = frozenset({State.CLOSED, State.FORWARDED, State.NOT_EXAMINED, State.WITHDRAWN})
"""States that no directorate leaves."""

_TO_DIRECTORATES: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.RECEIVED: "Başvuru henüz yönlendirilmedi.",
        State.TRIAGE: "Başvurunun hangi müdürlüğe gideceği henüz belli değil.",
        State.ASSIGNED: "Önce başvuruyu kabul edin.",
        State.ACCEPTED: "Başvuru zaten kabul edildi. Önce yanıt verin.",
        State.IN_PROGRESS: "Başvuru üzerinde zaten çalışılıyor. Önce yanıt verin.",
        State.AWAITING_APPLICANT: "Başvurana soru soruldu. Yanıtını bekleyin ya da yanıt verin.",
        State.ANSWERED: "Başvuru yanıtlandı. Geriye yalnızca tamamlamak kaldı.",
        State.CLOSED: "Başvuru kapandı.",
        State.FORWARDED: "Başvuru başka bir kuruma iletildi.",
        State.NOT_EXAMINED: "Başvuru incelenmeden sonuçlandı.",
        State.WITHDRAWN: "Başvuran başvurusunu geri çekti.",
        State.REOPENED: "Başvuran sorunun çözülmediğini bildirdi. Önce başvuruyu yeniden kabul edin.",
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
        State.WITHDRAWN: "Başvurunuzu geri çektiniz.",
        State.REOPENED: "Başvurunuza yeniden bakıyoruz.",
    }
)

_BEFORE_AN_ANSWER: Final = frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.REOPENED})


def why_not(command: str, state: State) -> str:
    """Return in Turkish why ``command`` is refused in ``state`` and what to do first, if anything."""
    if TRANSITIONS[command].by == "applicant":
        return _TO_APPLICANTS[state]
    if command == CompleteCommand.name and state in _BEFORE_AN_ANSWER:
        return "Tamamlamak için önce yanıt verin."
    return _TO_DIRECTORATES[state]
