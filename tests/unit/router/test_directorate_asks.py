"""A directorate that has a request asks its applicant and goes on where it stood."""

from uuid import uuid4

import pytest

from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.lifecycle import Refusal, next_event, routed_event
from shared.contracts.chain import first_break
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    AskCommand,
    Command,
    ReplyCommand,
    StartCommand,
    WithdrawCommand,
)
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import State
from tests.unit.router.samples import HOLDER, NOW, REQUEST_ID, RETURNS, after, assigned, sent_on, triaged

ACCEPT, START = (
    AcceptCommand(request_id=REQUEST_ID, issued_at=NOW),
    StartCommand(request_id=REQUEST_ID, issued_at=NOW),
)
ASK = AskCommand(
    request_id=REQUEST_ID, issued_at=NOW, text="Beni 0532 123 45 67’den arayın: kapı numarası kaç?"
)
REPLY = ReplyCommand(request_id=REQUEST_ID, issued_at=NOW, text="Beş numara")


def does(case: Case, command: Command, sender: str = HOLDER) -> Sealed | Refusal:
    return next_event(case, command, sender=sender, cause_id=uuid4(), now=NOW, returns=RETURNS)


def with_directorate(*commands: Command) -> Case:
    case = assigned()
    for command in commands:
        case = after(case, does(case, command, APPLICANTS if isinstance(command, ReplyCommand) else HOLDER))
    return case


@pytest.mark.parametrize("before", [(ACCEPT,), (ACCEPT, START)])
def test_the_reply_leads_back_to_where_it_asked(before: tuple[Command, ...]) -> None:
    stood = with_directorate(*before)
    asked = with_directorate(*before, ASK)
    assert (asked.state, asked.holder, asked.at_the_desk) == (State.AWAITING_APPLICANT, HOLDER, ())
    assert asked.last.data["question"]["tr"] == "Beni [telefon gizlendi]’den arayın: kapı numarası kaç?"
    assert asked.last.data["department"] == HOLDER
    told = routed_event(asked, HOLDER)
    assert (told.state, told.open_question) == (stood.state, asked.open_question)
    replied = with_directorate(*before, ASK, REPLY)
    assert (replied.state, replied.holder) == (stood.state, HOLDER)
    told = routed_event(replied, HOLDER)
    assert (told.state, told.open_question, told.reply) == (stood.state, None, "Beş numara")
    assert first_break(e.data for e in replied.history) is None
    assert fold(replied.history) == replied


def test_it_may_answer_without_waiting_and_the_applicant_may_withdraw_meanwhile() -> None:
    asked = with_directorate(ACCEPT, ASK)
    assert (
        after(asked, does(asked, AnswerCommand(request_id=REQUEST_ID, issued_at=NOW, text="Yapıldı"))).state
        is State.ANSWERED
    )
    assert (
        after(asked, does(asked, WithdrawCommand(request_id=REQUEST_ID, issued_at=NOW), APPLICANTS)).state
        is State.WITHDRAWN
    )


@pytest.mark.parametrize(
    ("case", "sender", "code"),
    [
        (assigned(), HOLDER, "illegal_transition"),
        (with_directorate(ACCEPT, ASK), HOLDER, "illegal_transition"),
        (with_directorate(ACCEPT), "fen", "not_the_holder"),
        (with_directorate(ACCEPT), APPLICANTS, "not_yours_to_command"),
        (triaged(), HOLDER, "not_the_holder"),
    ],
    ids=["not-accepted", "asked-already", "another's", "applicant", "at-the-desk"],
)
def test_nobody_asks_otherwise(case: Case, sender: str, code: str) -> None:
    outcome = does(case, ASK, sender)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_the_desk_decides_nothing_while_a_directorate_waits() -> None:
    outcome = sent_on(with_directorate(ACCEPT, ASK), "temizlik")
    assert isinstance(outcome, Refusal)
    assert outcome.code == "not_in_triage"
