"""Whatever directorates command in whatever order, a request's history stays whole."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.cases import BrokenHistoryError, Case, Sealed, fold
from services.router.domain.languages import Languages
from services.router.domain.lifecycle import (
    UNDECIDED_SUBJECT,
    Refusal,
    assign_by_hand,
    command_id,
    command_refused,
    first_event,
    next_event,
    opening_events,
    routed_event,
)
from services.router.domain.matters import Body, Category, Destination, Fallback, Knowledge
from services.router.domain.thresholds import Thresholds
from services.router.domain.transitions import FINAL, TRANSITIONS
from services.router.domain.verdicts import Assigned, Forwarded, NotExamined, Split, Triaged, Verdict
from services.router.knowledge.loader import load_knowledge
from shared.contracts.chain import canonical, first_break
from shared.contracts.commands import AcceptCommand, AnswerCommand, Command, CompleteCommand, StartCommand
from shared.contracts.decisions import Candidate, Decision, Matter
from shared.contracts.registry import CONTRACTS
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime, State

NOW = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
CAUSE = UUID("11111111-1111-4111-8111-111111111111")
REQUEST_ID = UUID("22222222-2222-4222-8222-222222222222")
HOLDER = "temizlik"
COMMANDS: tuple[type[Command], ...] = (AcceptCommand, StartCommand, AnswerCommand, CompleteCommand)

SHIPPED = load_knowledge()
KNOWLEDGE = Knowledge(
    version="test",
    valid_from=NOW.date(),
    bodies=(
        Body(id="temizlik", name="Temizlik İşleri Müdürlüğü", kind="department"),
        Body(id="iski", name="İSKİ", kind="authority", phone="185"),
        Body(id="none", name="İncelenemez", kind="nobody", article="3071 m.6/b"),
    ),
    categories=(
        Category(
            code="TEM-TOP",
            title="Çöp toplama",
            destinations=(Destination(body="temizlik", priority=Priority.URGENT, legal_basis="5393 m.14/a"),),
        ),
    ),
    examples=(),
    dangers=(),
    languages=Languages(languages=(), turkish=()),
    arteries=(),
    metropolis="iski",
    thresholds=Thresholds(assign=0.5, ask_back=0.5, split=0.5, calm=0),
    costs=SHIPPED.costs,
    handling=SHIPPED.handling,
    questions=SHIPPED.questions,
    rules=(),
    fallback=Fallback(code="TEM-TOP", body="temizlik"),
)


def request(**changes: object) -> RequestReceived:
    return RequestReceived(
        request_id=REQUEST_ID,
        receipt_number="BB-2026-0000001-K",
        channel=Channel.WEB,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        description="Üç gündür çöp alınmıyor",
        place=Place(lat=41.03, lon=28.97, neighbourhood="Cihangir"),
        applicant=ApplicantReach(named=True, media=(Medium.EMAIL,)),
        received_at=NOW.replace(microsecond=0),
    ).model_copy(update=changes)


def decision(priority: Priority = Priority.URGENT) -> Decision:
    return Decision(
        chosen=Candidate(
            category_code="TEM-TOP",
            category_title="Çöp toplama",
            body="Temizlik İşleri Müdürlüğü",
            department=HOLDER,
            confidence=0.7312,
        ),
        priority=priority,
        threshold=0.5,
        rule="competent-directorate",
        knowledge_version="test",
        model_version="test",
        inputs={"channel": "web"},
    )


def assigned() -> Case:
    verdict = Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision())
    return fold([first_event(request(), verdict, cause_id=CAUSE, now=NOW)])


def triaged(priority: Priority = Priority.NORMAL) -> Case:
    verdict = Triaged("Emin olunamadı", decision(priority))
    return fold([first_event(request(), verdict, cause_id=CAUSE, now=NOW)])


def command_of(kind: type[Command]) -> Command:
    text = {"text": "Konteyner boşaltıldı."} if kind is AnswerCommand else {}
    return kind(request_id=REQUEST_ID, issued_at=NOW, **text)


def carry_out(case: Case, *kinds: type[Command]) -> Case:
    for kind in kinds:
        outcome = next_event(case, command_of(kind), sender=HOLDER, cause_id=uuid4(), now=NOW)
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


def test_work_does_not_start_before_somebody_answers_for_it() -> None:
    outcome = next_event(assigned(), command_of(StartCommand), sender=HOLDER, cause_id=uuid4(), now=NOW)
    assert outcome == Refusal("illegal_transition", "Önce başvuruyu kabul edin.")


@pytest.mark.parametrize("before", [(), (AcceptCommand,), (AcceptCommand, StartCommand)])
def test_nothing_is_completed_before_it_is_answered(before: tuple[type[Command], ...]) -> None:
    case = carry_out(assigned(), *before)
    outcome = next_event(case, command_of(CompleteCommand), sender=HOLDER, cause_id=uuid4(), now=NOW)
    assert isinstance(outcome, Refusal)
    assert "önce yanıt verin" in outcome.reason


def test_a_command_delivered_again_gives_the_event_it_gave() -> None:
    case, cause = assigned(), uuid4()
    event = next_event(case, command_of(AcceptCommand), sender=HOLDER, cause_id=cause, now=NOW)
    assert isinstance(event, Sealed)
    later = carry_out(case.after(event), StartCommand)
    again = next_event(
        later, command_of(AcceptCommand), sender=HOLDER, cause_id=cause, now=NOW + timedelta(hours=1)
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
        outcome = next_event(case, command_of(kind), sender=sender, cause_id=cause, now=NOW)
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
        outcome = next_event(case, command_of(kind), sender=sender, cause_id=uuid4(), now=NOW)
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


def by_hand(case: Case, body: str, *, code: str = "TEM-TOP", reason: str = "Yer belli") -> Sealed | Refusal:
    return assign_by_hand(
        case, KNOWLEDGE, body=body, code=code, staff="p-17", reason=reason, cause_id=uuid4(), now=NOW
    )


@pytest.mark.parametrize(
    ("body", "state"),
    [("temizlik", State.ASSIGNED), ("iski", State.FORWARDED), ("none", State.NOT_EXAMINED)],
)
def test_a_person_sends_a_request_on_from_triage(body: str, state: State) -> None:
    event = by_hand(triaged(), body)
    assert isinstance(event, Sealed)
    case = triaged().after(event)
    assert case.state is state
    assert case.decision.decided_by == "p-17"
    assert case.summary.subject == "Çöp toplama"
    assert case.summary.priority is Priority.URGENT
    assert first_break(e.data for e in case.history) is None


def test_danger_seen_in_triage_stays_an_emergency() -> None:
    event = by_hand(triaged(Priority.EMERGENCY), "temizlik")
    assert isinstance(event, Sealed)
    assert event.data["summary"]["priority"] == "emergency"


def test_the_reason_a_person_gives_keeps_no_phone_number() -> None:
    event = by_hand(triaged(), "temizlik", reason="0532 123 45 67 ile görüştüm")
    assert isinstance(event, Sealed)
    assert event.data["decision"]["inputs"]["reason"] == "[telefon gizlendi] ile görüştüm"


def test_by_hand_only_from_triage_and_only_to_what_is_known() -> None:
    for outcome, code in (
        (by_hand(assigned(), "temizlik"), "not_in_triage"),
        (by_hand(triaged(), "yok"), "unknown_destination"),
        (by_hand(triaged(), "iski", code="YOK-YOK"), "unknown_destination"),
    ):
        assert isinstance(outcome, Refusal)
        assert outcome.code == code


def test_the_directorate_is_told_of_every_state() -> None:
    case = carry_out(assigned(), AcceptCommand)
    routed = routed_event(case)
    assert (routed.department, routed.state, routed.sequence) == (HOLDER, State.ACCEPTED, 2)
    assert routed.request == request()
    assert routed.routed_at == NOW.replace(microsecond=123000)


def test_nobody_is_told_of_what_nobody_holds() -> None:
    with pytest.raises(ValueError, match="no directorate"):
        routed_event(triaged())
