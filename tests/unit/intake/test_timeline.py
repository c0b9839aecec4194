from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake.pages.texts import TEXTS
from services.intake.records import RequestRecord, TimelineEntry
from services.intake.tracking.consumer import TimelineHandler
from services.intake.tracking.dates import ClocksOverHttp
from services.intake.tracking.lookup import Lookup
from services.intake.tracking.story import tell
from shared.contracts.cloudevents import CloudEvent, to_record
from shared.contracts.registry import LIFECYCLE
from shared.contracts.vocabulary import Channel, Regime, State
from shared.outcomes import PoisonError
from tests.support.lifecycle import no_answer_files

REQUEST = UUID("5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3a")
RECEIVED = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
RECORD = RequestRecord(REQUEST, "BB-2026-0012345-L", Channel.WEB, "f", RECEIVED, RECEIVED, False, "{}")
DECISION = {
    "chosen": {"category_code": "T", "category_title": "Çöp", "body": "Temizlik", "confidence": 0.9},
    "priority": "normal",
    "threshold": 0.5,
    "rule": "r",
    "knowledge_version": "1",
    "model_version": "1",
    "inputs": {},
}
MORE: dict[str, dict[str, Any]] = {
    "request.assigned": {
        "state": "assigned",
        "department": "temizlik",
        "department_name": "Temizlik İşleri",
        "decision": DECISION,
    },
    "request.triaged": {"state": "triage", "reason": "r", "decision": DECISION},
    "request.forwarded": {"state": "forwarded", "authority": "İSKİ", "phone": "185", "decision": DECISION},
    "request.not_examined": {"state": "not_examined", "article": "3071 m. 6", "decision": DECISION},
    "request.accepted": {"state": "accepted", "department": "temizlik"},
    "work.started": {"state": "in_progress", "department": "temizlik"},
    "answer.given": {
        "state": "answered",
        "department": "temizlik",
        "department_name": "Temizlik İşleri",
        "text": "Aldık.",
        "final": True,
    },
    "request.closed": {"state": "closed", "department": "temizlik"},
    "question.asked": {
        "state": "awaiting_applicant",
        "question": {"id": "where", "ask": "applicant", "tr": "Burası neresi?", "en": "Where is it?"},
    },
    "reply.received": {"state": "triage", "text": "Cihangir’de"},
    "reply.passed_on": {"state": "accepted", "department": "temizlik", "text": "Beş numara"},
    "request.withdrawn": {"state": "withdrawn"},
    "request.confirmed": {"state": "closed", "department": "temizlik"},
    "request.reopened": {
        "state": "reopened",
        "department": "temizlik",
        "why": "Yine taştı.",
        "times": 1,
        "for_supervisor": False,
    },
}


def event(name: str, sequence: int, **changes: object) -> Any:  # noqa: ANN401
    (model,) = [m for m in LIFECYCLE if name in m.ce_type]
    return model.model_validate(
        {
            "request_id": REQUEST,
            "sequence": sequence,
            "occurred_at": RECEIVED + timedelta(minutes=sequence),
            "actor": {"kind": "service", "id": "router"},
            "cause_id": REQUEST,
            "summary": {
                "receipt_number": RECORD.receipt_number,
                "channel": "web",
                "kind": "request",
                "regime": "petition_3071",
                "priority": "normal",
                "subject": "Çöp konteyneri taşıyor",
                "applicant": {"named": False, "media": ["tracking_page"]},
                "received_at": RECEIVED,
            },
            "previous_hash": "0" * 64,
            "hash": "0" * 64,
            **MORE[name],
            **changes,
        }
    )


def entry(name: str, sequence: int, **changes: object) -> TimelineEntry:
    data = event(name, sequence, **changes)
    return TimelineEntry(REQUEST, sequence, data.ce_type, data.model_dump_json())


def test_a_story_names_what_made_the_way_longer() -> None:
    other = {"department": "fen", "department_name": "Fen İşleri"}
    story = tell(
        RECORD,
        [
            entry("request.assigned", 1),
            entry("request.triaged", 2),
            entry("request.assigned", 3),
            entry("request.triaged", 4),
            entry("request.assigned", 5, **other),
            entry("answer.given", 6),
            entry("request.reopened", 7),
        ],
    )
    assert [(m.key, m.who) for m in story.detours] == [("assigned", "Fen İşleri"), ("reopened", "")]
    assert tell(RECORD, [entry("request.assigned", 1), entry("work.started", 2)]).detours == ()


def test_a_story_names_the_law_of_a_final_answer_only() -> None:
    begun = [entry("request.assigned", 1), entry("work.started", 2)]
    assert tell(RECORD, begun).answered_under is None
    assert tell(RECORD, [*begun, entry("answer.given", 3, final=False)]).answered_under is None
    assert tell(RECORD, [*begun, entry("answer.given", 3)]).answered_under is Regime.PETITION_3071


def test_a_story_tells_whether_it_stands_behind_a_privacy_wall() -> None:
    assert not tell(RECORD, [entry("request.assigned", 1)]).walled
    walled = entry("request.assigned", 1, decision=DECISION | {"seen_only_by": "temizlik"})
    assert tell(RECORD, [walled]).walled


@dataclass
class Message:
    value: bytes | None
    headers: Any


async def nobody(_: Iterable[UUID]) -> frozenset[UUID]:
    """Return that nobody is to be forgotten."""
    return frozenset()


class Memory:
    def __init__(self) -> None:
        self.entries: list[TimelineEntry] = []
        self.asked: list[str] = []

    async def add_to_timeline(self, entries: list[TimelineEntry]) -> None:
        self.entries += entries

    async def request_by_number(self, number: str) -> RequestRecord | None:
        self.asked.append(number)
        return RECORD if number == RECORD.receipt_number else None


def test_a_request_nobody_answered_for_yet_was_received() -> None:
    story = tell(RECORD, [])
    assert story.state is State.RECEIVED
    assert [m.key for m in story.moments] == ["received_web"]
    assert story.answers == ()


def test_a_story_runs_backwards_and_keeps_the_holder() -> None:
    story = tell(RECORD, [entry("request.assigned", 1), entry("work.started", 2), entry("answer.given", 3)])
    assert [m.key for m in story.moments] == ["answered", "started", "assigned", "received_web"]
    assert story.state is State.ANSWERED
    assert story.facts == {"holder": "Temizlik İşleri"}
    assert story.subject == "Çöp konteyneri taşıyor"
    assert [answer.words for answer in story.answers] == ["Aldık."]


def test_an_interim_answer_is_told_apart() -> None:
    story = tell(RECORD, [entry("answer.given", 1, final=False)])
    assert [answer.key for answer in story.answers] == ["interim"]


def test_a_question_is_open_until_something_else_happens() -> None:
    asked = [entry("request.triaged", 1), entry("question.asked", 2)]
    question = tell(RECORD, asked).question
    assert question is not None
    assert question.token == "2"
    assert question.words == {"tr": "Burası neresi?", "en": "Where is it?"}
    story = tell(RECORD, [*asked, entry("reply.received", 3)])
    assert story.question is None
    assert [(m.key, m.words) for m in story.moments[:2]] == [("replied", "Cihangir’de"), ("asked", "")]
    assert tell(RECORD, [*asked, entry("request.assigned", 3)]).question is None


def test_a_question_about_a_linked_matter_is_asked_under_that_matter() -> None:
    matter = UUID(int=5)
    summary = event("question.asked", 2).summary.model_copy(update={"part_of": REQUEST, "subject": "Çukur"})
    asked = event("question.asked", 2, request_id=matter, summary=summary)
    line = TimelineEntry(REQUEST, 2, asked.ce_type, asked.model_dump_json(exclude_none=True), matter=matter)
    question = tell(RECORD, [entry("request.assigned", 1), line]).question
    assert question is not None
    assert (question.request_id, question.about, question.token) == (matter, "Çukur", f"2/{matter}")


def test_several_matters_are_told_side_by_side() -> None:
    matter = UUID(int=5)
    own = [entry("request.assigned", 1), entry("answer.given", 2)]
    linked = replace(entry("request.forwarded", 1), matter=matter)
    story = tell(RECORD, [*own, linked])
    assert len(story.matters) == 2
    assert story.state is State.ANSWERED
    assert [m.key for m in story.moments if m.about] == ["answered", "forwarded", "assigned"]
    assert tell(RECORD, own).matters == ()


JOINED = {"request_id": "5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3b", "joined": True, "department": "temizlik"}


def decided(**joining: object) -> dict[str, Any]:
    return {"decision": {**DECISION, "joining": {**JOINED, **joining}}}


def test_who_asked_to_be_added_reads_whether_that_came_true() -> None:
    assert tell(RECORD, [entry("request.assigned", 1)]).joined is None
    assert tell(RECORD, [entry("request.assigned", 1, **decided())]).joined is True
    refused = decided(joined=False, against="not-open")
    assert tell(RECORD, [entry("request.triaged", 1, **refused)]).joined is False
    assert (
        tell(RECORD, [entry("request.triaged", 1, **refused), entry("request.assigned", 2)]).joined is False
    )


def test_while_the_router_waits_for_a_reply_nobody_is_told_that_they_could_not_be_added() -> None:
    refused = entry("request.triaged", 1, **decided(joined=False))
    asked, reply = entry("question.asked", 2), entry("reply.received", 3)
    assert tell(RECORD, [refused, asked]).joined is None
    assert tell(RECORD, [refused, asked, reply]).joined is None
    assert tell(RECORD, [refused, asked, reply, entry("request.assigned", 4, **decided())]).joined is True
    still = decided(joined=False, against="not-open")
    assert tell(RECORD, [refused, asked, reply, entry("request.triaged", 4, **still)]).joined is False
    by_hand = entry("question.asked", 2, actor={"kind": "staff", "id": "E.D."})
    assert tell(RECORD, [refused, by_hand]).joined is False
    before = entry("request.triaged", 4)
    assert tell(RECORD, [refused, asked, reply, before]).joined is False, (
        "decided before it was weighed again"
    )


def test_who_was_added_and_then_sent_elsewhere_is_by_oneself_again() -> None:
    opened = [entry("request.assigned", 1, **decided()), entry("request.triaged", 2, **decided())]
    assert tell(RECORD, opened).joined is None
    back = entry("request.assigned", 3, **decided())
    away = entry("request.assigned", 3, department="fen", **decided())
    assert [tell(RECORD, [*opened, latest]).joined for latest in (back, away)] == [True, None]


def test_an_outside_authority_is_named_with_its_phone() -> None:
    story = tell(RECORD, [entry("request.forwarded", 1)])
    assert story.facts == {"authority": "İSKİ", "of_authority": "İSKİ’nin"}
    assert story.moments[0].words == "185"


def test_a_directorate_this_version_does_not_know_breaks_no_page() -> None:
    assert tell(RECORD, [entry("work.started", 1, department="yeni")]).moments[0].who == ""


@pytest.mark.parametrize("name", list(MORE))
def test_every_lifecycle_event_has_its_words(name: str) -> None:
    assert len(MORE) == len(LIFECYCLE)
    story = tell(RECORD, [entry(name, 1)])
    facts = {"holder": "", "authority": "", "of_authority": "", "article": "", **story.facts}
    for texts in TEXTS.values():
        assert texts[f"moment_{story.moments[0].key}"]
        assert texts[f"state_{story.state}"].format(**facts)


async def test_a_batch_is_written_down_at_once() -> None:
    memory = Memory()
    data = [event("request.assigned", 1), event("work.started", 2)]
    records = [to_record("t", CloudEvent(REQUEST, "s", RECEIVED, REQUEST, one)) for one in data]
    handler = TimelineHandler(memory, nobody, no_answer_files)  # type: ignore[arg-type]
    assert await handler.prepare([Message(r.value, r.headers) for r in records]) == 2  # type: ignore[misc]
    assert [(e.sequence, e.type) for e in memory.entries] == [(1, data[0].ce_type), (2, data[1].ce_type)]
    assert tell(RECORD, memory.entries).state is State.IN_PROGRESS


@pytest.mark.parametrize("value", [None, b"{", b"{}"])
async def test_what_is_no_lifecycle_event_is_parked(value: bytes | None) -> None:
    record = to_record("t", CloudEvent(REQUEST, "s", RECEIVED, REQUEST, event("work.started", 1)))
    with pytest.raises(PoisonError):
        await TimelineHandler(Memory(), nobody, no_answer_files).prepare(  # type: ignore[arg-type]
            [Message(value, record.headers)]  # type: ignore[list-item]
        )


class Codes:
    def proves(self, typed: str, request_id: UUID) -> bool:
        self.asked_for = request_id
        return typed == "7K4P-9M2X" and request_id == REQUEST


@pytest.mark.parametrize(
    ("number", "code", "found"),
    [
        ("bb 2026 0012345 l", "7K4P-9M2X", True),
        ("BB-2026-0012345-L", "AAAA-AAAA", False),
        ("BB-2026-0012346-A", "7K4P-9M2X", False),
        ("nonsense", "7K4P-9M2X", False),
    ],
)
async def test_only_number_and_code_together_find_a_request(number: str, code: str, found: bool) -> None:
    memory, codes = Memory(), Codes()
    record = await Lookup(memory, codes).find(number, code)  # type: ignore[arg-type]
    assert (record is RECORD) == found
    # Whatever is wrong, the database is asked once and one code is checked.
    assert len(memory.asked) == 1
    assert codes.asked_for is not None


def answering(handler: Any) -> ClocksOverHttp:  # noqa: ANN401
    return ClocksOverHttp(httpx.AsyncClient(base_url="http://sla", transport=httpx.MockTransport(handler)))


async def test_dates_come_with_how_each_was_reached() -> None:
    told = {
        "legal": {"due_at": "2026-12-23T20:59:59Z", "steps": [{"at": "2026-11-24", "text": "1. gün."}]},
        "internal": {
            "due_at": "2026-11-25T14:00:00Z",
            "steps": [{"at": "2026-11-23T00:00:00+03:00", "text": "Alındı."}],
        },
        "stopped_at": None,
        "late_working_days": 2,
        "ladder": [],
    }
    dates = await answering(lambda _: httpx.Response(200, json=told)).dates(REQUEST)
    assert dates is not None
    assert dates.last_day == datetime(2026, 12, 23, 20, 59, 59, tzinfo=UTC)
    (day,), (moment,) = dates.last_day_steps, dates.target_steps
    assert (day.at, day.text) == (date(2026, 11, 24), "1. gün.")
    assert (moment.at, moment.text) == (datetime(2026, 11, 22, 21, 0, tzinfo=UTC), "Alındı.")
    assert dates.stopped_at is None
    assert dates.late_working_days == 2


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, content=b"{}"), httpx.Response(503)]
)
async def test_a_page_does_without_dates_that_nobody_tells(answer: httpx.Response) -> None:
    assert await answering(lambda _: answer).dates(REQUEST) is None


async def test_a_page_does_without_clocks_that_are_away() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("away")

    assert await answering(away).dates(REQUEST) is None
