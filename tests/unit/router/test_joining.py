"""Who asks to be added to a known request: when that is offered, and what comes of it."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.router.domain.alike import rank_alike
from services.router.domain.asking_back import (
    asked_by_hand,
    decided_on_reply,
    question_asked,
    question_to_ask,
)
from services.router.domain.cases import Case, Sealed
from services.router.domain.joining import joinable, joined, on_joining, seen
from services.router.domain.lifecycle import command_id, next_event, opening_events
from services.router.domain.split_by_hand import Part, split_by_hand, split_off
from services.router.domain.verdicts import Assigned, Forwarded, Split, Triaged, Verdict
from shared.contracts.chain import first_break
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    AskCommand,
    Command,
    ObjectCommand,
    ReopenCommand,
    ReplyCommand,
    WithdrawCommand,
)
from shared.contracts.decisions import Change, Decision, Joining, LegalReading, Matter, Question
from shared.contracts.requests import Place, RequestReceived
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import Priority, Regime, State
from tests.support.desk import decision, received, sent, waiting
from tests.unit.router.samples import NOW, RETURNS, SHIPPED, after, sent_on

BINS = SHIPPED.candidate("TEM-KNT", "temizlik", 0.6)
TEXT = "Çöp konteyneri taşıyor, kokuyor"
HERE = Place(lat=41.0325, lon=28.9836)
METRE = 1 / 111_195
KNOWN_ID = UUID(int=7)
QUESTION = Question(id="x", ask="applicant", tr="Hangisi?", en="Which one?")


def away(metres: float, **more: object) -> Place:
    return Place(lat=41.0325 + metres * METRE, lon=28.9836).model_copy(update=more)


def asking(**changes: object) -> RequestReceived:
    return received(2, TEXT, NOW, place=HERE, joins=KNOWN_ID).model_copy(update=changes)


def bins(**changes: object) -> Decision:
    return decision([BINS], **changes)


def known(decided: Decision | None = None, **changes: object) -> Case:
    request = received(1, TEXT, NOW, place=away(20), request_id=KNOWN_ID)
    return sent(request.model_copy(update=changes), decided or bins(rule="competent-directorate"))


def then(case: Case, *commands: Command) -> Case:
    """The case after what its directorate, or its applicant, commands."""
    for command in commands:
        mine = isinstance(command, ObjectCommand | ReopenCommand | ReplyCommand | WithdrawCommand)
        sender = APPLICANTS if mine else "temizlik"
        cause = command_id(sender, uuid4())
        event = next_event(case, command, sender=sender, cause_id=cause, now=NOW, returns=RETURNS)
        assert isinstance(event, Sealed), event
        case = case.after(event)
    return case


ACCEPT = AcceptCommand(request_id=KNOWN_ID, issued_at=NOW)
ANSWER = AnswerCommand(request_id=KNOWN_ID, issued_at=NOW, text="Boşaltıldı.")

SURE = Assigned("temizlik", BINS.body, bins(rule="competent-directorate", rules=("one-owner",)))
UNSURE = Triaged(
    "Sistem konudan yeterince emin değil.",
    bins(
        question=QUESTION,
        changes=(
            Change(what="confidence", text="Güven en az %90 olsaydı kendiliğinden giderdi."),
            Change(what="place", text="Ana arter olsaydı: başka birim."),
        ),
    ),
)


def outcome(verdict: Verdict, other: Case | None, **changes: object) -> Verdict:
    return on_joining(asking(**changes), verdict, {KNOWN_ID: other} if other else {})


def record(verdict: Verdict) -> Joining:
    joining = verdict.decision.joining
    assert joining is not None
    return joining


# --- what comes of it --------------------------------------------------------------------------------------


def test_nobody_is_added_who_did_not_ask() -> None:
    assert outcome(SURE, known(), joins=None) == SURE
    assert outcome(UNSURE, known(), joins=None) == UNSURE


def test_who_goes_there_anyway_is_added_and_goes_there() -> None:
    added = outcome(SURE, known())
    assert isinstance(added, Assigned)
    assert (added.department, added.decision.rule) == ("temizlik", "competent-directorate")
    assert added.decision.rules == ("one-owner", "same-work")
    assert record(added) == Joining(
        request_id=KNOWN_ID,
        joined=True,
        department="temizlik",
        category_code="TEM-KNT",
        state="assigned",
        distance_m=20.0,
        likeness=0.96,
    )


def test_a_doubt_about_whose_it_is_is_settled_and_nothing_is_asked() -> None:
    added = outcome(UNSURE, known())
    assert isinstance(added, Assigned)
    assert (added.department, added.department_name) == ("temizlik", "Temizlik İşleri Müdürlüğü")
    assert (added.decision.rule, added.decision.rules) == ("same-work", ("same-work",))
    assert added.decision.question is None
    assert [change.what for change in added.decision.changes] == ["place"]
    assert added.decision.chosen == UNSURE.decision.chosen
    assert added.decision.priority is UNSURE.decision.priority


@pytest.mark.parametrize(
    "rule",
    [
        "foreign-language",
        "nothing-said",
        "nothing-alike",
        "unclear",
        "one-word",
        "danger-elsewhere",
        "emergency-unconfirmed",
        "place-unknown",
        "several-subjects",
    ],
)
def test_every_other_doubt_is_left_to_a_person(rule: str) -> None:
    doubtful = replace(UNSURE, decision=bins(rule=rule))
    left = outcome(doubtful, known())
    assert isinstance(left, Triaged)
    assert (left.decision.rule, record(left).joined, record(left).against) == (rule, False, None)
    assert "same-work" not in left.decision.rules


LAMP = SHIPPED.candidate("FEN-YOL", "fen", 0.95)
WATER = SHIPPED.candidate("KNL-KPK", "iski", 0.95)
OWN: list[Verdict] = [
    Assigned("fen", LAMP.body, decision([LAMP])),
    Triaged("?", decision([LAMP])),
    Assigned("temizlik", BINS.body, decision([SHIPPED.candidate("TEM-TOP", "temizlik", 0.95)])),
    Forwarded(WATER.body, "185", decision([WATER])),
    Assigned("temizlik", BINS.body, bins(priority=Priority.EMERGENCY)),
    Triaged("?", bins(priority=Priority.EMERGENCY)),
    Assigned("temizlik", BINS.body, bins(seen_only_by="temizlik")),
    Triaged("?", bins(seen_only_by="temizlik")),
    Triaged("?", bins(legal=LegalReading(regime=Regime.INFORMATION_4982, basis="4982 m.6"))),
]


@pytest.mark.parametrize("own", OWN)
def test_the_routers_own_decision_stands_and_says_that_nobody_was_added(own: Verdict) -> None:
    found = outcome(own, known())
    assert replace(found, decision=found.decision.model_copy(update={"joining": None})) == own
    assert (record(found).joined, record(found).against) == (False, None)


def test_of_several_matters_none_is_added() -> None:
    matters = tuple(
        Matter(candidate=c, priority=Priority.NORMAL, start=0, end=3, request_id=linked)
        for c, linked in ((BINS, None), (LAMP, UUID(int=9)))
    )
    parts = (
        Assigned("temizlik", BINS.body, bins(matters=matters)),
        Assigned("fen", LAMP.body, decision([LAMP])),
    )
    split = Split(parts, parts[0].decision)
    found = outcome(split, known())
    assert isinstance(found, Split)
    assert record(found).joined is False
    assert (found.lead.decision, found.parts[1]) == (found.decision, parts[1])
    child, own = opening_events(asking(), found, cause_id=uuid4(), now=NOW)
    assert (child.request.joins, child.joined, own.joined) == (None, None, None)
    assert own.decision.joining == record(found)


# --- the known request -------------------------------------------------------------------------------------


OTHER_STATES = [
    (known(), State.ASSIGNED),
    (then(known(), ACCEPT), State.ACCEPTED),
    (
        then(known(), ACCEPT, AskCommand(request_id=KNOWN_ID, issued_at=NOW, text="Hangi köşe?")),
        State.AWAITING_APPLICANT,
    ),
    (then(known(), ACCEPT, ANSWER, ReopenCommand(request_id=KNOWN_ID, issued_at=NOW)), State.REOPENED),
]


@pytest.mark.parametrize(("other", "state"), OTHER_STATES, ids=[state for _, state in OTHER_STATES])
def test_what_is_open_with_a_directorate_can_be_joined(other: Case, state: State) -> None:
    assert other.state is state
    found = record(outcome(UNSURE, other))
    assert (found.joined, found.state, found.against) == (True, state.value, None)


def at_the_desk() -> Case:
    return waiting(received(1, TEXT, NOW, place=away(20), request_id=KNOWN_ID), bins())


def asked_at_the_desk() -> Case:
    case = at_the_desk()
    event = asked_by_hand(case, QUESTION, staff="p-17", cause_id=uuid4(), now=NOW)
    return after(case, event)


def added_itself() -> Case:
    first = known(request_id=UUID(int=8), receipt_number="BB-2026-0000008-M")
    request = received(1, TEXT, NOW, place=away(20), request_id=KNOWN_ID, joins=UUID(int=8))
    verdict = on_joining(request, SURE, {UUID(int=8): first})
    (case,) = opening_events(request, verdict, cause_id=uuid4(), now=NOW)
    assert case.joined == UUID(int=8)
    return case


MATTERS = (Matter(candidate=BINS, priority=Priority.NORMAL, start=0, end=3),)
INFORMATION = LegalReading(regime=Regime.INFORMATION_4982, basis="4982 m.6")
AGAINST: list[tuple[str, Case | None]] = [
    ("unknown", None),
    ("not-open", at_the_desk()),
    ("not-open", asked_at_the_desk()),
    ("not-open", then(known(), ACCEPT, ANSWER)),
    ("not-open", then(known(), WithdrawCommand(request_id=KNOWN_ID, issued_at=NOW))),
    ("added-itself", added_itself()),
    ("other-law", known(regime=Regime.INFORMATION_4982)),
    ("other-law", known(bins(legal=INFORMATION))),
    ("several-matters", known(bins(matters=MATTERS))),
    ("several-matters", known(part_of=UUID(int=9))),
    ("privacy-wall", known(bins(seen_only_by="temizlik"))),
    ("danger", known(bins(priority=Priority.EMERGENCY))),
    ("not-here", known(place=away(101))),
    ("not-here", known(place=away(900))),
    ("not-here", known(place=away(20, accuracy_m=101.0))),
    ("not-here", known(place=Place(neighbourhood="Cihangir"))),
    ("not-alike", known(description="Konteyner kırık, tekerleği kopmuş ve yolda duruyor")),
]


@pytest.mark.parametrize(("against", "other"), AGAINST)
def test_what_speaks_against_the_known_request_is_said(against: str, other: Case | None) -> None:
    for verdict in (UNSURE, SURE):
        found = outcome(verdict, other)
        assert (record(found).joined, record(found).against) == (False, against)
        assert replace(found, decision=found.decision.model_copy(update={"joining": None})) == verdict


def test_who_could_not_be_added_is_not_added_by_going_to_the_same_directorate() -> None:
    far = known(place=away(101))
    (case,) = opening_events(asking(), outcome(SURE, far), cause_id=uuid4(), now=NOW)
    assert (case.holder, case.joined) == (far.holder, None)


def test_the_last_metre_and_an_exact_enough_point_still_count() -> None:
    edge = known(place=away(99.9, accuracy_m=100.0))
    assert record(outcome(UNSURE, edge, place=HERE.model_copy(update={"accuracy_m": 100.0}))).joined
    assert record(outcome(UNSURE, known(), place=away(0, accuracy_m=100.5))).against == "not-here"


def test_an_application_under_another_law_is_added_to_nothing() -> None:
    assert record(outcome(UNSURE, known(), regime=Regime.DATA_SUBJECT_6698)).against == "other-law"


# --- what is offered ---------------------------------------------------------------------------------------


def offered(verdict: Verdict, *others: Case, **changes: object) -> UUID | None:
    request = asking(joins=None, **changes)
    case = opening_events(request, verdict, cause_id=uuid4(), now=NOW)[-1]
    found = joinable(request, verdict, rank_alike(case, others, len(others)))
    return found.case.request.request_id if found else None


def test_the_likeliest_that_can_be_joined_is_offered() -> None:
    nearer = known(place=away(1), request_id=UUID(int=5), receipt_number="BB-2026-0000005-M")
    assert offered(SURE, known(), nearer) == UUID(int=5)
    assert offered(UNSURE, known(), then(nearer, ACCEPT, ANSWER)) == KNOWN_ID


@pytest.mark.parametrize(("against", "other"), AGAINST[1:])
def test_what_could_not_be_joined_is_not_offered(against: str, other: Case) -> None:
    assert against
    assert offered(SURE, other) is None


def test_who_could_not_be_added_is_offered_nothing() -> None:
    assert [offered(own, known()) for own in OWN] == [None] * len(OWN)


# --- afterwards --------------------------------------------------------------------------------------------


def test_the_same_is_decided_again_from_what_was_recorded() -> None:
    for verdict in (SURE, UNSURE, *OWN):
        for _, other in AGAINST:
            found = seen(asking(), other)
            assert joined(verdict, found) == outcome(verdict, other)
            again = record(joined(verdict, found)).model_copy(update={"joined": False})
            assert joined(verdict, again) == outcome(verdict, other)
    assert joined(UNSURE, record(outcome(UNSURE, known())).model_copy(update={"joined": False})) == outcome(
        UNSURE, known()
    )


def test_nothing_of_the_other_applicant_is_recorded() -> None:
    told = record(outcome(UNSURE, known(description=f"{TEXT} Ali"))).model_dump_json()
    for personal in ("Ali", "taşıyor", "BB-2026", "41.03"):
        assert personal not in told


def test_who_was_added_is_added_for_as_long_as_the_same_directorate_has_it() -> None:
    request = asking()
    (case,) = opening_events(request, outcome(UNSURE, known()), cause_id=uuid4(), now=NOW)
    assert case.joined == KNOWN_ID
    objected = then(case, ObjectCommand(request_id=request.request_id, issued_at=NOW))
    assert (objected.state, objected.joined) == (State.TRIAGE, None)
    back = after(objected, sent_on(objected, "temizlik", code="TEM-KNT", knowledge=SHIPPED))
    elsewhere = after(objected, sent_on(objected, "fen", code="FEN-YOL", knowledge=SHIPPED))
    assert (back.joined, elsewhere.joined) == (KNOWN_ID, None)


def test_what_a_person_splits_is_added_to_nothing_any_more() -> None:
    request = asking()
    (case,) = opening_events(request, outcome(UNSURE, known()), cause_id=uuid4(), now=NOW)
    objected = then(case, ObjectCommand(request_id=request.request_id, issued_at=NOW))
    cut = TEXT.index(",")
    parts = (Part(0, cut, "temizlik", "TEM-KNT"), Part(cut + 2, len(TEXT), "temizlik", "TEM-TOP"))
    event = split_by_hand(
        objected, SHIPPED, parts=parts, staff="E.D.", reason="İki konu", cause_id=uuid4(), now=NOW
    )
    whole = after(objected, event)
    (child,) = split_off(whole, whole.last, SHIPPED)
    assert (whole.holder, child.holder) == ("temizlik", "temizlik")
    assert (whole.joined, child.joined) == (None, None)


# --- once the applicant has replied ------------------------------------------------------------------------


def replied(*, by_hand: bool = False, **changes: object) -> Case:
    """A report that nobody understood, so that it was added to nothing, and what was asked and replied."""
    request = asking(**{"description": "Orası taşıyor", **changes})
    unclear = Triaged("Konu anlaşılmadı.", bins(rule="nothing-said", question=QUESTION))
    first = on_joining(request, unclear, {KNOWN_ID: known()})
    (case,) = opening_events(request, first, cause_id=uuid4(), now=NOW)
    assert (case.state, case.joined) == (State.TRIAGE, None)
    if by_hand:
        event = asked_by_hand(case, QUESTION, staff="E.D.", cause_id=uuid4(), now=NOW)
    else:
        question = question_to_ask(case)
        assert question
        event = question_asked(case, question, NOW)
    return then(after(case, event), ReplyCommand(request_id=request.request_id, issued_at=NOW, text=TEXT))


@pytest.mark.parametrize(("verdict", "rule"), [(UNSURE, "same-work"), (SURE, "competent-directorate")])
def test_the_wish_is_weighed_again_once_the_reply_makes_clear_what_it_is_about(
    verdict: Verdict, rule: str
) -> None:
    case = replied()
    event = decided_on_reply(case, verdict, {KNOWN_ID: known()}, NOW)
    assert event == decided_on_reply(case, verdict, {KNOWN_ID: known()}, NOW)
    case = case.after(event)
    assert (case.state, case.holder, case.joined) == (State.ASSIGNED, "temizlik", KNOWN_ID)
    assert (case.decision.rule, case.decision.rules[-1]) == (rule, "same-work")
    assert first_break(e.data for e in case.history) is None


def test_what_was_answered_while_the_reply_was_waited_for_is_not_joined() -> None:
    case = replied()
    case = case.after(decided_on_reply(case, UNSURE, {KNOWN_ID: then(known(), ACCEPT, ANSWER)}, NOW))
    assert (case.state, case.joined) == (State.TRIAGE, None)
    assert case.decision.joining
    assert case.decision.joining.against == "not-open"


@pytest.mark.parametrize("verdict", [UNSURE, SURE])
def test_where_a_person_asked_the_wish_settles_nothing_but_is_shown(verdict: Verdict) -> None:
    case = replied(by_hand=True)
    case = case.after(decided_on_reply(case, verdict, {KNOWN_ID: known()}, NOW))
    assert (case.state, case.joined) == (State.TRIAGE, None)
    assert case.decision.rule == verdict.decision.rule
    found = case.decision.joining
    assert found
    assert (found.joined, found.against, found.department) == (False, None, "temizlik")


@pytest.mark.parametrize("by_hand", [False, True])
def test_who_asked_to_join_nothing_is_added_to_nothing_by_a_reply(*, by_hand: bool) -> None:
    case = replied(joins=None, by_hand=by_hand)
    case = case.after(decided_on_reply(case, SURE, {KNOWN_ID: known()}, NOW))
    assert case.decision.joining is None


def test_who_asked_to_join_nothing_has_nothing_to_be_seen() -> None:
    with pytest.raises(ValueError, match="did not ask"):
        seen(asking(joins=None), known())
