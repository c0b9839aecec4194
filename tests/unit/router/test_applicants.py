"""What an applicant may do with a request, against a table written out by hand; and what becomes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.lifecycle import Refusal, next_event, routed_event
from services.router.domain.transitions import TRANSITIONS
from services.router.domain.verdicts import Forwarded, NotExamined
from services.router.effects import records_of
from services.router.returns import load_returns
from shared.contracts import topics
from shared.contracts.chain import first_break
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
from shared.contracts.registry import COMMANDS
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import State
from shared.datafiles import DataFileError
from tests.unit.router.samples import (
    HOLDER,
    NOW,
    REQUEST_ID,
    RETURNS,
    after,
    assigned,
    decision,
    opened,
    sent_on,
    triaged,
)

TEXTS: dict[type[Command], str] = {
    AnswerCommand: "Konteyner boşaltıldı.",
    AskCommand: "Hangi konteyner?",
    ReplyCommand: "Cihangir’de",
}


@dataclass
class Desk:
    """A request's life, a command at a time."""

    case: Case
    now: datetime = NOW

    def tries(self, kind: type[Command], sender: str | None = None, **members: object) -> Sealed | Refusal:
        text = {"text": TEXTS[kind]} if kind in TEXTS else {}
        command = kind(request_id=REQUEST_ID, **{"issued_at": self.now, **text, **members})
        sender = sender or (APPLICANTS if TRANSITIONS[kind.name].by == "applicant" else HOLDER)
        return next_event(self.case, command, sender=sender, cause_id=uuid4(), now=self.now, returns=RETURNS)

    def does(self, *kinds: type[Command], **members: object) -> "Desk":
        for kind in kinds:
            self.case = after(self.case, self.tries(kind, None, **members))
        return self


def answered() -> Desk:
    return Desk(assigned()).does(AcceptCommand, StartCommand, AnswerCommand)


CASES: dict[State, Case] = {
    State.TRIAGE: triaged(),
    State.ASSIGNED: assigned(),
    State.ACCEPTED: Desk(assigned()).does(AcceptCommand).case,
    State.IN_PROGRESS: Desk(assigned()).does(AcceptCommand, StartCommand).case,
    State.ANSWERED: answered().case,
    State.CLOSED: answered().does(CompleteCommand).case,
    State.REOPENED: answered().does(ReopenCommand).case,
    State.FORWARDED: opened(Forwarded("İSKİ", "185", decision())),
    State.NOT_EXAMINED: opened(NotExamined("3071 m.6/b", decision())),
    State.WITHDRAWN: Desk(assigned()).does(WithdrawCommand).case,
}
NEXT: dict[State, dict[type[Command], State]] = {
    State.TRIAGE: {WithdrawCommand: State.WITHDRAWN},
    State.ASSIGNED: {WithdrawCommand: State.WITHDRAWN, ObjectCommand: State.TRIAGE},
    State.ACCEPTED: {WithdrawCommand: State.WITHDRAWN, ObjectCommand: State.TRIAGE},
    State.IN_PROGRESS: {WithdrawCommand: State.WITHDRAWN},
    State.ANSWERED: {ConfirmCommand: State.CLOSED, ReopenCommand: State.REOPENED},
    State.CLOSED: {ConfirmCommand: State.CLOSED, ReopenCommand: State.REOPENED},
    State.REOPENED: {WithdrawCommand: State.WITHDRAWN},
    State.FORWARDED: {ObjectCommand: State.TRIAGE},
    State.NOT_EXAMINED: {ObjectCommand: State.TRIAGE},
    State.WITHDRAWN: {},
}
ASKS = (WithdrawCommand, ConfirmCommand, ReopenCommand, ObjectCommand)


@pytest.mark.parametrize("state", CASES)
@pytest.mark.parametrize("kind", ASKS)
def test_an_applicant_may_do_what_the_table_says_and_nothing_else(state: State, kind: type[Command]) -> None:
    case = CASES[state]
    assert case.state is state
    outcome = Desk(case).tries(kind)
    target = NEXT[state].get(kind)
    if target is None:
        assert isinstance(outcome, Refusal)
        assert outcome.code == "illegal_transition"
        assert outcome.reason.endswith(".")
    else:
        assert after(case, outcome).state is target


@pytest.mark.parametrize("kind", ASKS)
def test_no_directorate_speaks_for_an_applicant(kind: type[Command]) -> None:
    for case in CASES.values():
        outcome = Desk(case).tries(kind, HOLDER)
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_yours_to_command"


def test_of_a_withdrawal_and_an_answer_the_first_one_counts() -> None:
    withdrawn = Desk(assigned()).does(AcceptCommand, WithdrawCommand)
    late_answer = withdrawn.tries(AnswerCommand)
    assert late_answer == Refusal("illegal_transition", "Başvuran başvurusunu geri çekti.")
    late_withdrawal = answered().tries(WithdrawCommand)
    assert late_withdrawal == Refusal("illegal_transition", "Başvurunuz yanıtlandı.")


def test_an_answer_says_until_when_it_may_be_said_to_have_solved_nothing() -> None:
    desk = answered()
    until = datetime(2026, 12, 23, 20, 59, 59, tzinfo=UTC)
    assert desk.case.last.data["reopen_until"] == "2026-12-23T20:59:59.000Z"
    desk.now = until + timedelta(days=3)
    in_time = desk.tries(ReopenCommand, issued_at=until)
    assert isinstance(in_time, Sealed), "what was said in time and arrived late was said in time"
    too_late = desk.tries(ReopenCommand, issued_at=until + timedelta(seconds=1))
    assert isinstance(too_late, Refusal)
    assert too_late.code == "too_late"


def test_the_second_return_is_marked_for_a_supervisor() -> None:
    desk = answered().does(ReopenCommand, why="Hâlâ taşıyor, 0532 123 45 67")
    first = desk.case.last.data
    assert (first["times"], first["for_supervisor"], first["department"]) == (1, False, HOLDER)
    assert first["why"] == "Hâlâ taşıyor, [telefon gizlendi]"
    second = desk.does(AcceptCommand, AnswerCommand, ReopenCommand).case.last.data
    assert (second["times"], second["for_supervisor"]) == (2, True)
    assert "why" not in second


def test_who_said_solved_says_it_once_and_may_still_find_that_it_was_not() -> None:
    desk = answered().does(ConfirmCommand)
    assert desk.case.last.data["actor"] == {"kind": "applicant", "id": "applicants"}
    again = desk.tries(ConfirmCommand)
    assert isinstance(again, Refusal)
    assert again.code == "already_confirmed"
    assert desk.does(ReopenCommand).case.state is State.REOPENED
    assert desk.does(AcceptCommand, AnswerCommand, ConfirmCommand).case.confirmed


def told(case: Case) -> tuple[str, str | None]:
    routed = routed_event(case.known_to(HOLDER), HOLDER)
    return routed.state, routed.applicants_word.said if routed.applicants_word else None


def test_the_directorate_is_told_in_the_states_that_it_knows() -> None:
    assert told(CASES[State.WITHDRAWN]) == ("closed", "withdrawn")
    desk = answered().does(ReopenCommand, why="Koku sürüyor")
    assert told(desk.case) == ("assigned", "not_solved")
    routed = routed_event(desk.does(AcceptCommand).case, HOLDER)
    assert routed.applicants_word is not None
    assert (routed.state, routed.applicants_word.why) == ("accepted", "Koku sürüyor")
    assert told(desk.does(AnswerCommand).case) == ("answered", None)
    assert told(desk.does(ConfirmCommand).case) == ("closed", "solved")


def test_only_the_holder_hears_of_a_withdrawal_and_nobody_while_no_directorate_has_it() -> None:
    withdrawn = CASES[State.WITHDRAWN]
    assert [r.topic for r in records_of(withdrawn.last, withdrawn)] == [
        topics.LIFECYCLE,
        topics.routed_topic(HOLDER),
    ]
    at_the_desk = Desk(triaged()).does(WithdrawCommand).case
    assert [r.topic for r in records_of(at_the_desk.last, at_the_desk)] == [topics.LIFECYCLE]
    assert at_the_desk.left_to_a_person is None, "it is off the work list"


def test_nobody_at_the_desk_sends_on_what_was_withdrawn() -> None:
    assert isinstance(sent_on(Desk(triaged()).does(WithdrawCommand).case, "temizlik"), Refusal)


def test_a_rule_that_cannot_be_used_is_named_by_file_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "returns.yaml"
    file.write_text("version: 2026-11-25\nvalid_from: 2024-04-01\ndays: 0\nsupervisor_from: 2\n")
    with pytest.raises(DataFileError, match=r"returns\.yaml:3: days"):
        load_returns(file)


steps = st.lists(
    st.tuples(
        st.sampled_from(COMMANDS),
        st.sampled_from([None, None, None, "park", APPLICANTS]),
        st.integers(0, 20),
        st.sampled_from([None, "Hâlâ taşıyor"]),
    ),
    max_size=30,
)


@given(st.sampled_from([triaged(), assigned(), CASES[State.FORWARDED]]), steps)
def test_whatever_is_commanded_the_chain_holds_and_every_step_is_in_the_table(
    case: Case, steps: list[tuple[type[Command], str | None, int, str | None]]
) -> None:
    desk, back = Desk(case), 0
    for kind, sender, days, why in steps:
        desk.now += timedelta(days=days)
        words = {"why": why} if kind in (ObjectCommand, ReopenCommand) else {}
        before, outcome = desk.case.state, desk.tries(kind, sender, **words)
        if isinstance(outcome, Refusal):
            assert outcome.reason
            continue
        assert before in TRANSITIONS[kind.name].sources
        asked_in = desk.case.stood_before_asking
        desk.case = desk.case.after(outcome)
        assert desk.case.state is (asked_in if kind is ReplyCommand else TRANSITIONS[kind.name].target)
        back += kind is ReopenCommand
        if desk.case.state is State.TRIAGE and kind is ObjectCommand:
            desk.case = after(desk.case, sent_on(desk.case, "temizlik", now=desk.now))
    assert desk.case.returned == back
    assert first_break(event.data for event in desk.case.history) is None
    assert fold(desk.case.history) == desk.case


def test_a_command_that_comes_again_is_carried_out_once() -> None:
    cause = UUID(int=7)
    command = WithdrawCommand(request_id=REQUEST_ID, issued_at=NOW)
    case = assigned()
    for _ in range(2):
        outcome = next_event(case, command, sender=APPLICANTS, cause_id=cause, now=NOW, returns=RETURNS)
        case = after(case, outcome)
    assert [e.data["state"] for e in case.history] == ["assigned", "withdrawn"]
