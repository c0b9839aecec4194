"""Whatever directorates command in whatever order, a request's history stays whole."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.router.domain.cases import BrokenHistoryError, Case, Sealed, fold
from services.router.domain.lifecycle import (
    UNDECIDED_SUBJECT,
    Refusal,
    command_id,
    command_refused,
    first_event,
    next_event,
    opening_events,
    routed_event,
)
from services.router.domain.transitions import FINAL, TRANSITIONS
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from shared.contracts.chain import canonical, first_break
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    AnswerFile,
    Command,
    CompleteCommand,
    StartCommand,
)
from shared.contracts.decisions import Matter
from shared.contracts.lifecycle import AnswerGiven
from shared.contracts.registry import CONTRACTS
from shared.contracts.vocabulary import Priority, Stage, State
from tests.unit.router.samples import (
    CAUSE,
    HOLDER,
    NOW,
    REQUEST_ID,
    RETURNS,
    assigned,
    decision,
    request,
    triaged,
)

COMMANDS: tuple[type[Command], ...] = (AcceptCommand, StartCommand, AnswerCommand, CompleteCommand)


def command_of(kind: type[Command]) -> Command:
    text = {"text": "Konteyner boşaltıldı."} if kind is AnswerCommand else {}
    return kind(request_id=REQUEST_ID, issued_at=NOW, **text)


def carry_out(case: Case, *kinds: type[Command]) -> Case:
    for kind in kinds:
        outcome = next_event(
            case, command_of(kind), sender=HOLDER, cause_id=uuid4(), now=NOW, returns=RETURNS
        )
        assert isinstance(outcome, Sealed)
        case = case.after(outcome)
    return case


VERDICTS: list[tuple[Verdict, State]] = [
    (Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision()), State.ASSIGNED),
    (Triaged("Emin olunamadı", decision()), State.TRIAGE),
    (Forwarded("İSKİ", "185", decision()), State.FORWARDED),
    (Forwarded("Sulh Ceza Hâkimliği", None, decision()), State.FORWARDED),
    (NotExamined("3071 m.6/b", decision()), State.NOT_EXAMINED),
]


@pytest.mark.parametrize(("verdict", "state"), VERDICTS)
def test_every_verdict_opens_a_history_of_its_own_state(verdict: Verdict, state: State) -> None:
    event = first_event(request(), verdict, cause_id=CAUSE, now=NOW)
    case = fold([event])

    assert case.state is state
    assert case.sequence == 1
    assert case.request == request()
    assert event.data["actor"] == {"kind": "service", "id": "router"}
    assert first_break([event.data]) is None


def test_linked_matters_open_before_the_request_and_carry_their_own_words() -> None:
    chosen = decision().chosen
    matters = (
        Matter(candidate=chosen, priority=Priority.URGENT, start=0, end=3),
        Matter(candidate=chosen, priority=Priority.NORMAL, start=4, end=9, request_id=UUID(int=7)),
    )
    lead = Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision().model_copy(update={"matters": matters}))
    split = Split((lead, Forwarded("İSKİ", "185", decision())), lead.decision)
    linked, own = opening_events(request(description="Çöp, su yok"), split, cause_id=CAUSE, now=NOW)
    assert (linked.request.part_of, linked.request.request_id) == (REQUEST_ID, UUID(int=7))
    assert linked.request.description == ", su yok"[1:6]
    assert (linked.state, own.state) == (State.FORWARDED, State.ASSIGNED)
    assert (linked.summary.part_of, own.summary.part_of) == (REQUEST_ID, None)
    assert (linked.linked, own.linked) == ((), (UUID(int=7),))
    assert linked.last.ce_id != own.last.ce_id


def test_the_same_cause_gives_the_same_bytes() -> None:
    verdict = VERDICTS[0][0]
    one, two = (first_event(request(), verdict, cause_id=CAUSE, now=NOW) for _ in range(2))
    assert one == two
    assert canonical(one.data) == canonical(two.data)


def test_stored_members_survive_json_and_the_contract_byte_for_byte() -> None:
    case = carry_out(assigned(), AcceptCommand, StartCommand, AnswerCommand, CompleteCommand)
    for event in case.history:
        read = json.loads(json.dumps(event.data))
        model = CONTRACTS[event.ce_type].model_validate(read)
        assert canonical(model.model_dump(mode="json", exclude_none=True)) == canonical(event.data)


def test_a_request_in_triage_does_not_show_the_guess() -> None:
    assert triaged().summary.subject == UNDECIDED_SUBJECT
    assert assigned().summary.subject == "Çöp toplama"


def test_the_whole_way_from_assignment_to_the_end() -> None:
    case = carry_out(assigned(), AcceptCommand, StartCommand, AnswerCommand, CompleteCommand)
    assert [event.data["state"] for event in case.history] == [
        "assigned",
        "accepted",
        "in_progress",
        "answered",
        "closed",
    ]
    assert first_break(event.data for event in case.history) is None
    assert case.history[3].data["final"] is True


def test_the_files_that_an_answer_names_go_with_it_in_their_order() -> None:
    files = (AnswerFile(id=UUID(int=1)), AnswerFile(id=UUID(int=2), stage=Stage.AFTER))
    case = carry_out(assigned(), AcceptCommand)
    answer = AnswerCommand(request_id=REQUEST_ID, issued_at=NOW, text="Toplandı.", attachments=files)
    outcome = next_event(case, answer, sender=HOLDER, cause_id=uuid4(), now=NOW, returns=RETURNS)
    assert isinstance(outcome, Sealed)
    assert AnswerGiven.model_validate(outcome.data).attachments == files
    assert outcome.data["attachments"][0] == {"id": str(UUID(int=1))}


def test_an_answer_names_ten_files_at_most() -> None:
    files = [AnswerFile(id=UUID(int=n)) for n in range(11)]
    with pytest.raises(ValidationError, match="at most 10 items"):
        AnswerCommand(request_id=REQUEST_ID, issued_at=NOW, text="Toplandı.", attachments=tuple(files))


def test_work_does_not_start_before_somebody_answers_for_it() -> None:
    outcome = next_event(
        assigned(), command_of(StartCommand), sender=HOLDER, cause_id=uuid4(), now=NOW, returns=RETURNS
    )
    assert outcome == Refusal("illegal_transition", "Önce başvuruyu kabul edin.")


@pytest.mark.parametrize("before", [(), (AcceptCommand,), (AcceptCommand, StartCommand)])
def test_nothing_is_completed_before_it_is_answered(before: tuple[type[Command], ...]) -> None:
    case = carry_out(assigned(), *before)
    outcome = next_event(
        case, command_of(CompleteCommand), sender=HOLDER, cause_id=uuid4(), now=NOW, returns=RETURNS
    )
    assert isinstance(outcome, Refusal)
    assert "önce yanıt verin" in outcome.reason


def test_a_command_delivered_again_gives_the_event_it_gave() -> None:
    case, cause = assigned(), uuid4()
    event = next_event(
        case, command_of(AcceptCommand), sender=HOLDER, cause_id=cause, now=NOW, returns=RETURNS
    )
    assert isinstance(event, Sealed)
    later = carry_out(case.after(event), StartCommand)
    again = next_event(
        later,
        command_of(AcceptCommand),
        sender=HOLDER,
        cause_id=cause,
        now=NOW + timedelta(hours=1),
        returns=RETURNS,
    )
    assert again == event
    assert later.after(event) is later


def test_two_senders_with_one_command_id_are_two_causes() -> None:
    assert command_id("park", CAUSE) != command_id("zabita", CAUSE)


steps = st.lists(
    st.tuples(st.sampled_from(COMMANDS), st.sampled_from([HOLDER, HOLDER, HOLDER, "park", "yok"])),
    max_size=25,
)


@given(steps)
def test_any_sequence_of_commands_leaves_a_whole_history(steps: list[tuple[type[Command], str]]) -> None:
    case = assigned()
    for number, (kind, sender) in enumerate(steps):
        cause = command_id(sender, UUID(int=number))
        outcome = next_event(case, command_of(kind), sender=sender, cause_id=cause, now=NOW, returns=RETURNS)
        if isinstance(outcome, Refusal):
            refused = command_refused(command_of(kind), outcome, sender=sender, cause_id=cause, now=NOW)
            assert refused.reason
            assert refused.command == kind.name
            continue
        assert sender == HOLDER
        assert case.state not in FINAL
        assert case.state in TRANSITIONS[kind.name].sources
        case = case.after(outcome)
        assert case.state is TRANSITIONS[kind.name].target

    assert [event.sequence for event in case.history] == list(range(1, len(case.history) + 1))
    assert first_break(event.data for event in case.history) is None
    assert fold(case.history) == case


@given(st.sampled_from(COMMANDS), st.text(max_size=20).filter(lambda sender: sender != HOLDER))
def test_only_the_holder_commands(kind: type[Command], sender: str) -> None:
    for case in (assigned(), carry_out(assigned(), AcceptCommand), triaged()):
        outcome = next_event(
            case, command_of(kind), sender=sender, cause_id=uuid4(), now=NOW, returns=RETURNS
        )
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_the_holder"


def test_a_history_with_a_hole_is_refused() -> None:
    case = carry_out(assigned(), AcceptCommand, StartCommand)
    with pytest.raises(BrokenHistoryError):
        fold([case.history[0], case.history[2]])
    with pytest.raises(BrokenHistoryError):
        fold(case.history[1:])
    with pytest.raises(BrokenHistoryError):
        fold([])


def test_the_directorate_is_told_of_every_state() -> None:
    case = carry_out(assigned(), AcceptCommand)
    routed = routed_event(case, HOLDER)
    assert (routed.department, routed.state, routed.sequence) == (HOLDER, State.ACCEPTED, 2)
    assert routed.request == request()
    assert routed.routed_at == NOW.replace(microsecond=123000)


def test_a_directorate_is_told_only_of_its_own_part() -> None:
    with pytest.raises(ValueError, match="never had"):
        triaged().known_to(HOLDER)
