"""What a person made of a router's decision is read from the history alone."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case, Sealed, sealed
from services.router.domain.corrections import Correction, correction_of
from services.router.domain.lifecycle import next_event
from services.router.domain.verdicts import Forwarded, Triaged
from shared.contracts.commands import ObjectCommand
from shared.contracts.lifecycle import RequestAssigned
from shared.contracts.topics import APPLICANTS
from shared.contracts.vocabulary import Priority
from tests.unit.router.samples import (
    NOW,
    REQUEST_ID,
    RETURNS,
    SHIPPED,
    after,
    decision,
    opened,
    sent_on,
    triaged,
)

LATER = NOW + timedelta(hours=3)


def correction(case: Case) -> Correction:
    found = correction_of(case, case.last)
    assert found is not None
    return found


def objected() -> Case:
    case = opened(Forwarded("İSKİ", "185", decision()))
    command = ObjectCommand(request_id=REQUEST_ID, issued_at=NOW)
    return after(
        case, next_event(case, command, sender=APPLICANTS, cause_id=UUID(int=9), now=NOW, returns=RETURNS)
    )


def test_a_correction_holds_what_the_router_said_and_what_the_person_said() -> None:
    case = after(triaged(), sent_on(triaged(), "iski", code="SU-KSN", now=LATER))
    found = correction(case)
    assert (found.said.candidate, found.said.sent) == (decision().chosen, False)
    assert (found.said.rule, found.said.model_version) == ("competent-directorate", "test")
    assert (found.chosen.category_code, found.chosen.body) == ("SU-KSN", "İSKİ")
    assert (found.text, found.staff) == (case.request.description, "p-17")
    assert (found.reason_code, found.reason) == (ReasonCode.OTHER, "Yer belli")
    assert found.at - found.said.at == timedelta(hours=3)
    assert found.overridden
    assert Correction.model_validate_json(found.model_dump_json()) == found


def test_after_an_objection_it_is_the_router_that_is_corrected() -> None:
    case = after(objected(), sent_on(objected(), "temizlik", reason_code=ReasonCode.AS_PROPOSED))
    found = correction(case)
    assert (found.said.rule, found.said.sent) == ("competent-directorate", True)
    assert not found.overridden


@pytest.mark.parametrize(
    ("reason_code", "overridden"),
    [
        (ReasonCode.AS_PROPOSED, False),
        (ReasonCode.OTHER, False),
        (ReasonCode.MISSED_DANGER, True),
        (ReasonCode.FALSE_DANGER, True),
        (ReasonCode.SEVERAL_MATTERS, True),
    ],
)
def test_the_right_desk_is_not_all_there_is_to_get_right(reason_code: ReasonCode, overridden: bool) -> None:
    case = after(triaged(), sent_on(triaged(), "temizlik", reason_code=reason_code))
    assert correction(case).overridden is overridden
    danger = reason_code is ReasonCode.MISSED_DANGER
    assert correction(case).priority is (Priority.EMERGENCY if danger else Priority.URGENT)


def test_words_behind_a_privacy_wall_stay_there() -> None:
    code = next(c for c in SHIPPED.categories if SHIPPED.handling.wall_of(c.code))
    event = sent_on(triaged(), code.destinations[0].body, code=code.code, knowledge=SHIPPED)
    assert correction(after(triaged(), event)).text is None


def test_what_no_person_decided_corrects_nothing() -> None:
    for case in (triaged(), objected()):
        assert [correction_of(case, event) for event in case.history] == [None] * len(case.history)


def test_a_decision_of_before_there_were_codes_counts_as_other() -> None:
    event = sent_on(triaged(), "temizlik")
    assert isinstance(event, Sealed)
    data = dict(event.data)
    data["decision"] = data["decision"] | {"inputs": {"reason": "Yer belli"}}
    old = sealed(RequestAssigned.model_validate(data))
    assert correction(triaged().after(old)).reason_code is ReasonCode.OTHER


def test_triage_is_no_decision_of_the_routers_to_send() -> None:
    case = opened(Triaged("Emin olunamadı", decision()))
    assert not correction(after(case, sent_on(case, "temizlik"))).said.sent
