"""The router's handlers over a real database; the broker's side is a publisher that remembers."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI

from services.router.consumers import CommandsHandler, RequestsHandler, TakenError
from services.router.deciding import Decider
from services.router.desk.acts import Act, Acts
from services.router.desk.api import desk_routes
from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case
from services.router.domain.lifecycle import Refusal, opening_events
from services.router.follow_ups import FollowUps
from services.router.learning.routes import learning_routes
from services.router.returns import load_returns
from services.router.store import RouterStore
from shared.contracts import topics
from shared.contracts.base import Contract
from shared.contracts.chain import first_break
from shared.contracts.cloudevents import CloudEvent, Record, to_record
from shared.contracts.commands import (
    AcceptCommand,
    AnswerCommand,
    Command,
    CompleteCommand,
    ObjectCommand,
    ReplyCommand,
    StartCommand,
)
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime, State
from shared.messaging import RawRecord
from shared.outcomes import PoisonError, UnavailableError
from shared.storage import Database
from tests.support.waiting import until

NOW = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
CLEAR = "Sokağımızdaki çöp konteyneri taşmış, etrafa çöp saçılmış"
UNCLEAR = "Hmm, öyle işte"


class Remembering:
    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.away = False
        self.refused = 0

    async def send_all(self, records: Sequence[Record]) -> None:
        if self.away:
            self.refused += 1
            raise UnavailableError("broker away")
        self.sent.extend(records)

    def on(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(r.value or b"null") for r in self.sent if r.topic == topic]


class Router:
    """Both handlers and the desk over one store."""

    def __init__(self, database: Database) -> None:
        self.publisher: Any = Remembering()
        self.store = RouterStore(database)
        self.decider = decider = Decider.load(None, threshold=0.3)
        self.requests = RequestsHandler(self.store, self.publisher, decider, lambda: NOW)
        self.commands = CommandsHandler(self.store, self.publisher, decider, lambda: NOW, load_returns())
        self.knowledge = decider.knowledge
        self.acts = Acts(self.store, self.publisher, self.knowledge, lambda: NOW)

    async def receive(self, *records: RawRecord) -> None:
        prepared = await self.requests.prepare(records)
        for record in records:
            await self.requests.handle(record, prepared)

    async def obey(self, *records: RawRecord) -> None:
        prepared = await self.commands.prepare(records)
        for record in records:
            await self.commands.handle(record, prepared)

    async def case(self, request_id: UUID) -> Case:
        return (await self.store.cases([request_id]))[request_id]


@pytest.fixture
async def router(mongodb: str, database_name: str) -> AsyncIterator[Router]:
    database = Database.connect(mongodb, database_name)
    router = Router(database)
    await router.store.ensure_indexes()
    yield router
    await database.close()


def a_request(description: str = CLEAR) -> RequestReceived:
    return RequestReceived(
        request_id=uuid4(),
        receipt_number="BB-2026-0000001-J",
        channel=Channel.WEB,
        kind=Kind.REQUEST,
        regime=Regime.PETITION_3071,
        description=description,
        place=Place(neighbourhood="Cihangir"),
        applicant=ApplicantReach(named=True, media=(Medium.SMS,)),
        received_at=NOW,
    )


def record(topic: str, data: Contract, subject: UUID, event_id: UUID | None = None) -> RawRecord:
    sent = to_record(topic, CloudEvent(event_id or uuid4(), "/test", NOW, subject, data))
    offset = uuid4().int >> 80
    return ConsumerRecord(topic, 0, offset, 0, 0, sent.key, sent.value, None, 0, 0, sent.headers)


def request_record(request: RequestReceived) -> RawRecord:
    return record(topics.REQUESTS, request, request.request_id, UUID(int=request.request_id.int ^ 1))


def command_record(command: Command, sender: str = "temizlik", event_id: UUID | None = None) -> RawRecord:
    return record(topics.commands_topic(sender), command, command.request_id, event_id)


async def test_a_request_gets_one_first_event_and_its_directorate_gets_it_whole(router: Router) -> None:
    request = a_request()
    await router.receive(request_record(request))
    (lifecycle,) = router.publisher.on(topics.LIFECYCLE)
    (routed,) = router.publisher.on(topics.routed_topic("temizlik"))
    assert (lifecycle["sequence"], lifecycle["state"]) == (1, "assigned")
    assert first_break([lifecycle]) is None
    assert RequestReceived.model_validate(routed["request"]) == request


async def test_an_opening_is_found_once_however_often_somebody_set_out_to_write_it(router: Router) -> None:
    requests = [a_request(), a_request()]
    verdicts = Decider.load(None)(requests)
    opened = [
        case
        for request, verdict in zip(requests, verdicts, strict=True)
        for case in opening_events(request, verdict, cause_id=uuid4(), now=NOW)
    ]
    first, second = (case.last for case in opened)
    await router.store.announce(requests, NOW)
    assert await router.store.append([first], NOW) == {first.ce_id}
    later = NOW + timedelta(seconds=1)
    await router.store.announce(requests, later)
    assert await router.store.append([first, second], later) == {second.ce_id}
    assert [e.ce_id async for e in router.store.openings(NOW)] == [first.ce_id, second.ce_id]
    assert [e.ce_id async for e in router.store.openings(later)] == [second.ce_id]
    assert [c.last.ce_id async for c in router.store.last_cases(9)] == [second.ce_id, first.ce_id]
    assert [c.last.ce_id async for c in router.store.last_cases(1)] == [second.ce_id]
    assert await router.store.count_sent_directly(NOW) == 2
    (other,) = (case for case in await router.store.alike(opened[0], NOW) if case.last != first)
    assert other.last == second


TWO_MATTERS = "Köşedeki çöp konteyneri taşmış. Ayrıca sokağımızın asfaltında kocaman bir çukur açıldı."


async def test_two_matters_go_to_two_directorates_as_linked_requests(router: Router) -> None:
    request = a_request(TWO_MATTERS)
    await router.receive(request_record(request))
    linked, own = router.publisher.on(topics.LIFECYCLE)
    assert own["request_id"] == str(request.request_id)
    assert linked["summary"]["part_of"] == str(request.request_id)
    # What presses more stays with the request itself.
    (works,) = router.publisher.on(topics.routed_topic("fen"))
    (cleaning,) = router.publisher.on(topics.routed_topic("temizlik"))
    assert (works["request"]["request_id"], works["request"]["description"]) == (
        str(request.request_id),
        TWO_MATTERS,
    )
    assert cleaning["request"]["part_of"] == str(request.request_id)
    assert cleaning["request"]["description"] == "Köşedeki çöp konteyneri taşmış"
    assert [i async for i, _ in router.store.states()] == [str(request.request_id)]


async def test_linked_requests_are_opened_and_told_again_however_far_the_first_time_came(
    router: Router,
) -> None:
    """A stop between the two writes leaves the linked one recorded; a repeat finds all of it."""
    request = a_request(TWO_MATTERS)
    arriving = request_record(request)
    (verdict,) = Decider.load(None, threshold=0.3)([request])
    linked, _ = opening_events(request, verdict, cause_id=UUID(int=request.request_id.int ^ 1), now=NOW)
    await router.store.append([linked.last], NOW)
    await router.receive(arriving)
    first = [r.value for r in router.publisher.sent]
    assert len(first) == 4
    await router.receive(arriving)
    assert [r.value for r in router.publisher.sent] == first * 2


async def test_a_request_that_comes_again_is_published_again_byte_for_byte_and_decided_once(
    router: Router,
) -> None:
    arriving = request_record(a_request())
    await router.receive(arriving)
    first = [(r.topic, r.value, dict(r.headers)["ce_id"]) for r in router.publisher.sent]
    await router.receive(arriving, arriving)
    again = [(r.topic, r.value, dict(r.headers)["ce_id"]) for r in router.publisher.sent]
    assert again == first * 3


async def test_an_old_event_that_is_published_again_does_not_take_the_directorate_back_in_time(
    router: Router,
) -> None:
    request = a_request()
    arriving = request_record(request)
    await router.receive(arriving)
    await router.obey(command_record(AcceptCommand(request_id=request.request_id, issued_at=NOW)))
    await router.receive(arriving)
    assert [r["sequence"] for r in router.publisher.on(topics.routed_topic("temizlik"))] == [1, 2, 2]


async def test_commands_of_one_batch_are_carried_out_in_order_up_to_the_close(router: Router) -> None:
    request = a_request()
    await router.receive(request_record(request))
    common: dict[str, Any] = {"request_id": request.request_id, "issued_at": NOW}
    await router.obey(
        command_record(AcceptCommand(**common)),
        command_record(CompleteCommand(**common)),
        command_record(StartCommand(**common)),
        command_record(AnswerCommand(**common, text="Konteyner boşaltıldı.")),
        command_record(CompleteCommand(**common)),
    )
    history = router.publisher.on(topics.LIFECYCLE)
    assert [e["state"] for e in history] == ["assigned", "accepted", "in_progress", "answered", "closed"]
    assert first_break(history) is None
    (refusal,) = router.publisher.on(topics.REFUSALS)
    assert (refusal["command"], refusal["code"]) == ("complete", "illegal_transition")


async def test_a_command_that_comes_again_does_nothing_new_even_when_it_was_refused(router: Router) -> None:
    request = a_request()
    await router.receive(request_record(request))
    common: dict[str, Any] = {"request_id": request.request_id, "issued_at": NOW}
    early = command_record(CompleteCommand(**common))
    accept = command_record(AcceptCommand(**common))
    await router.obey(early, accept)
    await router.obey(early, accept)
    assert (await router.case(request.request_id)).sequence == 2
    refusals = [r for r in router.publisher.sent if r.topic == topics.REFUSALS]
    assert len({dict(r.headers)["ce_id"] for r in refusals}) == 1


@pytest.mark.parametrize(
    ("sender", "known", "code"), [("fen", True, "not_the_holder"), ("temizlik", False, "unknown_request")]
)
async def test_a_command_for_what_one_does_not_hold_is_refused(
    router: Router, sender: str, known: bool, code: str
) -> None:
    request = a_request()
    if known:
        await router.receive(request_record(request))
    command = AcceptCommand(request_id=request.request_id, issued_at=NOW)
    await router.obey(command_record(command, sender=sender))
    (refusal,) = router.publisher.on(topics.REFUSALS)
    assert (refusal["code"], refusal["sender"]) == (code, sender)


async def test_of_two_writers_one_finds_the_number_taken_and_its_second_look_decides_again(
    router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two replicas read the same history; both append number 2; the slower one looks again and is refused."""
    request = a_request()
    await router.receive(request_record(request))
    common: dict[str, Any] = {"request_id": request.request_id, "issued_at": NOW}
    one, two = command_record(AcceptCommand(**common)), command_record(AcceptCommand(**common))
    both_read = asyncio.Barrier(2)
    cases = router.store.cases

    async def read_together(request_ids: Iterable[UUID]) -> dict[UUID, Case]:
        found = await cases(request_ids)
        await both_read.wait()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(router.store, "cases", read_together)
        prepared = await asyncio.gather(router.commands.prepare([one]), router.commands.prepare([two]))
    outcomes = [next(iter(p.values())) for p in prepared]
    assert [isinstance(o, TakenError) for o in outcomes].count(True) == 1
    await router.obey(one, two)
    assert (await router.case(request.request_id)).sequence == 2
    assert len(router.publisher.on(topics.REFUSALS)) == 1


async def test_unreadable_records_are_poison_and_do_not_touch_their_neighbours(router: Router) -> None:
    good = request_record(a_request())
    bad = ConsumerRecord(topics.REQUESTS, 0, 1, 0, 0, b"k", b"{", None, 0, 0, good.headers)
    stranger = command_record(AcceptCommand(request_id=uuid4(), issued_at=NOW), sender="yok-boyle-bir-yer")
    prepared = await router.requests.prepare([bad, good])
    await router.requests.handle(good, prepared)
    with pytest.raises(PoisonError, match="RequestReceived"):
        await router.requests.handle(bad, prepared)
    refused = await router.commands.prepare([stranger])
    with pytest.raises(PoisonError, match="no directorate"):
        await router.commands.handle(stranger, refused)
    assert len(router.publisher.on(topics.LIFECYCLE)) == 1


async def test_what_the_router_is_not_sure_of_waits_for_a_person_who_sends_it_on(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    (waiting,) = await router.store.triage(10)
    assert waiting.request == request
    outcome = await assign(router, request.request_id)
    assert isinstance(outcome, Case)
    assert (outcome.state, outcome.holder) == (State.ASSIGNED, "park")
    assert await router.store.triage(10) == []
    again = await assign(router, request.request_id)
    assert isinstance(again, Case)
    assert again.sequence == 3, "after the question; the same act is done once"
    assert isinstance(await assign(router, request.request_id, act="another"), Refusal)
    assert await assign(router, uuid4()) is None


async def test_what_a_person_did_while_the_broker_was_away_is_published_afterwards(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    router.publisher.away = True
    await assign(router, request.request_id)
    await until(lambda: router.publisher.refused)
    assert router.publisher.on(topics.routed_topic("park")) == []
    router.publisher.away = False
    later = Acts(router.store, router.publisher, Decider.load(None, threshold=0.3).knowledge, _later)
    forever = asyncio.create_task(later.publish_forgotten())
    (routed,) = await until(lambda: router.publisher.on(topics.routed_topic("park")))
    forever.cancel()
    assert routed["request"]["request_id"] == str(request.request_id)


async def test_books_and_chain_tell_where_every_request_is(router: Router) -> None:
    requests = [a_request() for _ in range(3)]
    await router.receive(*(request_record(r) for r in requests))
    done = requests[0].request_id
    await router.obey(command_record(AcceptCommand(request_id=done, issued_at=NOW)))
    states = {i: s async for i, s in router.store.states()}
    assert states == {str(r.request_id): "assigned" for r in requests} | {str(done): "accepted"}
    assert len([v async for v in router.store.chain()]) == 4


async def test_an_objection_takes_a_request_back_to_triage_where_a_person_decides(router: Router) -> None:
    request = a_request()
    await router.receive(request_record(request))
    objection = command_record(
        ObjectCommand(request_id=request.request_id, issued_at=NOW), sender=topics.APPLICANTS
    )
    await router.obey(objection)
    (waiting,) = await router.store.triage(10)
    assert (waiting.request, waiting.holder) == (request, None)
    assert router.publisher.on(topics.routed_topic("temizlik"))[-1]["state"] == "triage"
    outcome = await assign(router, request.request_id)
    assert isinstance(outcome, Case)
    assert outcome.holder == "park"
    assert await router.store.triage(10) == []

    await router.obey(objection)
    assert (await router.case(request.request_id)).sequence == 3, "the same objection is carried out once"
    again = ObjectCommand(request_id=request.request_id, issued_at=NOW)
    await router.obey(command_record(again, sender=topics.APPLICANTS))
    (refusal,) = router.publisher.on(topics.REFUSALS)
    assert (refusal["code"], refusal["sender"]) == ("decided_by_a_person", "applicants")
    assert first_break(router.publisher.on(topics.LIFECYCLE)[:2]) is None


def reply_record(request: RequestReceived, text: str) -> RawRecord:
    reply = ReplyCommand(request_id=request.request_id, issued_at=NOW, text=text)
    return command_record(reply, sender=topics.APPLICANTS, event_id=UUID(int=request.request_id.int ^ 2))


async def test_the_applicant_is_asked_and_the_reply_sends_the_request_on(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    first, question = router.publisher.on(topics.LIFECYCLE)
    assert (first["state"], question["state"]) == ("triage", "awaiting_applicant")
    assert question["question"]["id"] == "what"
    (waiting,) = await router.store.triage(10)
    assert waiting.state is State.AWAITING_APPLICANT

    await router.obey(reply_record(request, CLEAR))
    _, _, reply, sent = router.publisher.on(topics.LIFECYCLE)
    assert (reply["text"], reply["state"]) == (CLEAR, "triage")
    assert (sent["department"], sent["decision"]["inputs"]["asked"]) == ("temizlik", "what")
    assert first_break([first, question, reply, sent]) is None
    routed = router.publisher.on(topics.routed_topic("temizlik"))[-1]
    assert (routed["request"]["description"], routed["reply"]) == (UNCLEAR, CLEAR)
    assert await router.store.triage(10) == []


async def test_what_follows_is_published_again_and_done_once(router: Router) -> None:
    request = a_request(UNCLEAR)
    for _ in range(2):
        await router.receive(request_record(request))
    for _ in range(2):
        await router.obey(reply_record(request, CLEAR))
    told = router.publisher.on(topics.LIFECYCLE)
    assert [event["sequence"] for event in told] == [1, 2, 1, 2, 3, 4, 3, 4]
    assert len({json.dumps(event) for event in told}) == 4


async def test_a_reply_that_says_no_more_leaves_the_request_to_a_person_who_sees_it(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    since = (await router.case(request.request_id)).history[0].data["occurred_at"]
    await router.obey(reply_record(request, "İşte öyle"))
    assert [e["state"] for e in router.publisher.on(topics.LIFECYCLE)][-2:] == ["triage", "triage"]
    async with desk(router) as client:
        (shown,) = (await client.get("/v1/triage")).json()["items"]
    assert (shown["reply"], shown["asked"], shown["since"]) == ("İşte öyle", False, since)
    assert shown["reason"]
    outcome = await assign(router, request.request_id)
    assert isinstance(outcome, Case)
    assert outcome.holder == "park"


async def test_a_crash_between_an_event_and_what_follows_leaves_nothing_undone(router: Router) -> None:
    request = a_request(UNCLEAR)
    with pytest.MonkeyPatch.context() as crashing:
        crashing.setattr(FollowUps, "record", AsyncMock(side_effect=UnavailableError("database away")))
        with pytest.raises(UnavailableError):
            await router.receive(request_record(request))
    assert (await router.case(request.request_id)).sequence == 1
    await router.receive(request_record(request))
    with pytest.MonkeyPatch.context() as crashing:
        crashing.setattr(FollowUps, "record", AsyncMock(side_effect=UnavailableError("database away")))
        with pytest.raises(UnavailableError):
            await router.obey(reply_record(request, CLEAR))
    assert (await router.case(request.request_id)).sequence == 3
    await router.obey(reply_record(request, CLEAR))
    assert (await router.case(request.request_id)).state is State.ASSIGNED
    assert [e["sequence"] for e in router.publisher.on(topics.LIFECYCLE)] == [1, 2, 3, 4]


async def test_a_person_who_was_faster_than_the_reply_is_not_overruled(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    await assign(router, request.request_id)
    await router.obey(reply_record(request, CLEAR))
    (refusal,) = router.publisher.on(topics.REFUSALS)
    assert (refusal["code"], refusal["command"]) == ("illegal_transition", "reply")
    assert (await router.case(request.request_id)).holder == "park"


async def test_a_person_between_reply_and_decision_is_not_overruled(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    follow_ups = FollowUps(router.store, router.decider, lambda: NOW)
    reply = reply_record(request, CLEAR)
    with pytest.MonkeyPatch.context() as crashing:
        crashing.setattr(FollowUps, "record", AsyncMock(side_effect=UnavailableError("database away")))
        with pytest.raises(UnavailableError):
            await router.obey(reply)
    before = await router.case(request.request_id)
    await assign(router, request.request_id)
    found = await follow_ups.record({request.request_id: before})
    assert found[request.request_id].holder == "park"
    await router.obey(reply)
    assert (await router.case(request.request_id)).sequence == 4


async def test_a_request_is_not_done_before_it_stands_on_the_work_list(
    router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = request_record(a_request(UNCLEAR))
    with monkeypatch.context() as ill:
        ill.setattr(RouterStore, "enter_triage", AsyncMock(side_effect=UnavailableError("database away")))
        with pytest.raises(UnavailableError):
            await router.receive(record)
    assert await router.store.triage(10) == []
    await router.receive(record)
    assert len(await router.store.triage(10)) == 1


async def test_an_old_entry_of_the_work_list_shows_nothing(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    first = await router.case(request.request_id)
    await assign(router, request.request_id)
    await router.store.enter_triage([first])
    assert await router.store.triage(10) == []


@pytest.mark.parametrize("sender", ["temizlik", topics.APPLICANTS])
async def test_nobody_sends_the_commands_of_others(router: Router, sender: str) -> None:
    request = a_request()
    await router.receive(request_record(request))
    kind = AcceptCommand if sender == topics.APPLICANTS else ObjectCommand
    await router.obey(command_record(kind(request_id=request.request_id, issued_at=NOW), sender=sender))
    (refusal,) = router.publisher.on(topics.REFUSALS)
    assert refusal["code"] == "not_yours_to_command"


async def test_the_desk_wants_a_reason_from_the_list(router: Router) -> None:
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    assignment = {"body": "park", "category_code": "PRK-BKM", "staff": "E.D.", "reason": "Sordum"}
    async with desk(router) as client:
        place = f"/v1/triage/{request.request_id}/assignment"
        headers = {"Idempotency-Key": "act-1"}
        for wrong in ({}, {"reason_code": "because"}):
            assert (await client.post(place, json=assignment | wrong, headers=headers)).status_code == 422
        right = assignment | {"reason_code": "wrong-category"}
        answer = await client.post(place, json=right, headers=headers)
        assert answer.status_code == 201, answer.text
        assert answer.json()["decision"]["inputs"]["reason_code"] == "wrong-category"


async def test_what_people_corrected_is_read_from_the_histories(router: Router) -> None:
    confirmed, corrected, _ = requests = [a_request(UNCLEAR), a_request(), a_request()]
    await router.receive(*(request_record(r) for r in requests))
    objection = ObjectCommand(request_id=corrected.request_id, issued_at=NOW)
    await router.obey(command_record(objection, sender=topics.APPLICANTS))
    for request in (confirmed, corrected):
        await assign(router, request.request_id, act=f"act-{request.request_id}")
    async with desk(router) as client:
        first, second = await lines(client, "/internal/v1/corrections")
        made = await lines(client, "/internal/v1/decisions", since="2026-11-01T00:00:00Z")
        later = await lines(client, "/internal/v1/decisions", since="2026-12-01T00:00:00Z")
        last = await lines(client, "/internal/v1/decisions/last", count="2")
    assert (first["request_id"], first["said"]["sent"]) == (str(confirmed.request_id), False)
    assert (second["text"], second["said"]["sent"]) == (CLEAR, True)
    assert second["said"]["candidate"]["department"] == "temizlik"
    assert second["said"]["rule"] == "competent-directorate"
    assert (second["chosen"]["department"], second["reason_code"]) == ("park", "wrong-category")
    assert (len(made), later) == (3, [])
    assert len(last) == 2
    assert "BB-2026" not in json.dumps(last)


async def test_an_act_that_never_came_to_be_corrects_nothing(router: Router) -> None:
    """Announced, and then another writer took the number: the announcement alone is no decision."""
    request = a_request(UNCLEAR)
    await router.receive(request_record(request))
    await assign(router, request.request_id)
    (found,) = [event async for _, event in router.store.acts()]
    await router.store.announce_act(replace(found, ce_id=uuid4()), NOW)
    assert [event async for _, event in router.store.acts()] == [found]


async def assign(router: Router, request_id: UUID, act: str = "act-1") -> Case | Refusal | None:
    return await router.acts.assign(
        Act(request_id, "E.D.", act),
        body="park",
        code="PRK-BKM",
        reason_code=ReasonCode.WRONG_CATEGORY,
        reason="Telefonla sordum",
    )


@asynccontextmanager
async def desk(router: Router) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(desk_routes(router.store, router.acts, router.knowledge))
    app.include_router(learning_routes(router.store, router.knowledge))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://router") as client:
        yield client


async def lines(client: httpx.AsyncClient, place: str, **query: str) -> list[dict[str, Any]]:
    answer = (await client.get(place, params=query)).raise_for_status()
    return [json.loads(line) for line in answer.text.splitlines()]


def _later() -> datetime:
    return datetime(2026, 11, 23, 11, 35, tzinfo=UTC)
