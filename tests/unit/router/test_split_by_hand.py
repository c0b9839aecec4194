"""A person splits a request: the same linked sub-requests that the router's own split makes."""

from uuid import uuid4

import pytest

from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.lifecycle import Refusal
from services.router.domain.split_by_hand import Part, split_by_hand, split_off
from shared.contracts.chain import first_break
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Priority, State
from tests.support.desk import decision, read, received, waiting
from tests.unit.router.samples import NOW, SHIPPED, after, sent_on

TEXT = "Köşedeki çöp taştı, fareler çıkıyor. Kopuk kablodan kıvılcım saçılıyor. Teşekkürler."
CUT = TEXT.index("Kopuk")
BINS, CABLE = Part(0, CUT - 2, "temizlik", "TEM-KNT"), Part(CUT, len(TEXT), "fen", "FEN-IST")
CANDIDATES = [SHIPPED.candidate("TEM-KNT", "temizlik", 0.6), SHIPPED.candidate("FEN-IST", "fen", 0.3)]


def at_the_desk(priority: Priority = Priority.NORMAL, **changes: object) -> Case:
    found = read(TEXT, subject=("çöp",), danger=("kıvılcım",))
    decided = decision(
        CANDIDATES, priority=priority, readings=found, inputs={"channel": "web", "call": "112", "danger": "x"}
    )
    return waiting(received(1, TEXT, NOW, **changes), decided)


def split(case: Case, *parts: Part) -> Sealed | Refusal:
    return split_by_hand(
        case, SHIPPED, parts=parts, staff="E.D.", reason="İki ayrı konu", cause_id=uuid4(), now=NOW
    )


def in_two(before: Case | None = None) -> Case:
    before = before or at_the_desk()
    return after(before, split(before, BINS, CABLE))


def opened(case: Case) -> dict[str, RequestReceived]:
    return {str(c.request.request_id): c.request for c in split_off(case, case.last, SHIPPED)}


def test_each_matter_goes_its_own_way_with_its_own_words_and_the_receipt_stands_for_all() -> None:
    case = in_two()
    (child,) = split_off(case, case.last, SHIPPED)
    assert (case.state, case.holder) in {(State.ASSIGNED, "temizlik"), (State.ASSIGNED, "fen")}
    assert {case.holder, child.holder} == {"temizlik", "fen"}
    assert case.linked == (child.request.request_id,)
    assert child.request.part_of == case.request.request_id
    assert child.request.receipt_number == case.request.receipt_number
    assert child.request.received_at == case.request.received_at, "its clock starts where the request's did"
    assert child.request.description in {"Köşedeki çöp taştı, fareler çıkıyor", TEXT[CUT:]}
    assert child.last.data["actor"] == {"kind": "staff", "id": "E.D."}
    assert child.decision.decided_by == case.decision.decided_by == "E.D."
    for whole in (case, child):
        assert first_break(e.data for e in whole.history) is None
        assert fold(whole.history) == whole


def test_danger_stays_with_the_matter_in_whose_words_it_was_read() -> None:
    before = at_the_desk(Priority.EMERGENCY)
    case = in_two(before)
    (child,) = split_off(case, case.last, SHIPPED)
    assert (case.holder, case.summary.priority) == ("fen", Priority.EMERGENCY)
    assert child.summary.priority is not Priority.EMERGENCY
    assert "call" in case.decision.inputs
    assert not {"call", "danger"} & child.decision.inputs.keys()


def test_danger_that_no_words_tell_of_stays_with_the_first_matter() -> None:
    before = at_the_desk(Priority.EMERGENCY)
    silent = before.decision.model_copy(update={"readings": ()})
    before = waiting(before.request, silent)
    case = in_two(before)
    assert (case.holder, case.summary.priority) == ("temizlik", Priority.EMERGENCY)


def test_readings_of_a_matter_count_from_its_own_words() -> None:
    case = in_two()
    (child,) = split_off(case, case.last, SHIPPED)
    words = {child.request.description[r.start : r.end] for r in child.decision.readings}
    assert words <= {"çöp", "kıvılcım"}
    assert words


def test_asking_again_gives_the_same_and_other_events_open_nothing() -> None:
    case = in_two()
    assert opened(case) == opened(case) != {}
    assert split_off(case, case.history[0], SHIPPED) == ()
    before = at_the_desk()
    alone = after(before, sent_on(before, "fen", code="FEN-IST", knowledge=SHIPPED))
    assert split_off(alone, alone.last, SHIPPED) == ()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((BINS,), "not_several"),
        ((BINS, CABLE, BINS, CABLE, BINS), "not_several"),
        ((CABLE, BINS), "not_in_the_text"),
        ((BINS, Part(CUT, len(TEXT) + 1, "fen", "FEN-IST")), "not_in_the_text"),
        ((BINS, Part(CUT - 1, CUT, "fen", "FEN-IST")), "not_in_the_text"),
        ((BINS, Part(CUT, len(TEXT), "yok", "FEN-IST")), "unknown_destination"),
    ],
)
def test_what_cannot_be_split_so_is_refused(parts: tuple[Part, ...], code: str) -> None:
    outcome = split(at_the_desk(), *parts)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_a_request_is_split_once_at_the_desk_and_a_matter_never() -> None:
    done = in_two()
    matter = at_the_desk(part_of=uuid4())
    for case, code in ((done, "not_in_triage"), (matter, "split_before")):
        outcome = split(case, BINS, CABLE)
        assert isinstance(outcome, Refusal)
        assert outcome.code == code


def test_the_same_act_splits_once() -> None:
    case, cause = at_the_desk(), uuid4()

    def once(at: Case) -> Sealed | Refusal:
        return split_by_hand(
            at, SHIPPED, parts=(BINS, CABLE), staff="E.D.", reason="x", cause_id=cause, now=NOW
        )

    event = once(case)
    assert once(after(case, event)) == event
