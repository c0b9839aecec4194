import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notifier.dispatcher import Dispatcher
from services.notifier.domain.messages import PlannedMessage
from services.notifier.domain.results import Deferred, Delivered, Refused, Result
from services.notifier.domain.retry import RetryPolicy
from services.notifier.store import PendingMessage
from shared.contracts.vocabulary import Medium
from shared.outcomes import UnavailableError
from tests.unit.notifier.samples import planned

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUICK = RetryPolicy(first=timedelta(milliseconds=5), factor=1, longest=timedelta(milliseconds=5), attempts=3)


def pending(number: int, *, request: int | None = None, minutes_old: int = 0) -> PendingMessage:
    message = planned(id=UUID(int=number), request_id=UUID(int=number if request is None else request))
    return PendingMessage(message, NOW - timedelta(minutes=minutes_old))


class Office:
    """Plays the gateway and the database."""

    def __init__(self) -> None:
        self.answers: dict[int, list[Result | Exception]] = {}
        self.asked: list[int] = []
        self.ended: list[tuple[int, Result, int]] = []
        self.database_outages = 0
        self._one_more = asyncio.Semaphore(0)
        self._seen = 0
        self.hold: asyncio.Event | None = None
        self.held_up: Callable[[PlannedMessage], bool] = lambda _: True

    async def attempt(self, message: PlannedMessage) -> Result:
        self.asked.append(message.id.int)
        if self.hold is not None and self.held_up(message):
            await self.hold.wait()
        answers = self.answers.get(message.id.int) or [Delivered("taken")]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def conclude(self, concerned: PendingMessage, result: Result, attempts: int) -> None:
        if self.database_outages:
            self.database_outages -= 1
            raise UnavailableError("database away")
        self.ended.append((concerned.message.id.int, result, attempts))
        self._one_more.release()

    async def until_ended(self, count: int) -> None:
        async with asyncio.timeout(5):
            for _ in range(count - self._seen):
                await self._one_more.acquire()
        self._seen = count
        # The dispatcher lets go of a message right after it was concluded.
        await asyncio.sleep(0)


@pytest.fixture
def office() -> Office:
    return Office()


@asynccontextmanager
async def dispatching(office: Office, *, workers: int = 2, capacity: int = 100) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(
        medium=Medium.EMAIL,
        attempt=office.attempt,
        conclude=office.conclude,
        policy=QUICK,
        workers=workers,
        capacity=capacity,
        outage_pauses_s=(0.002,),
    )
    running = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_message_is_sent_once_and_ends(office: Office) -> None:
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
        assert not dispatcher.holds(UUID(int=1))
    assert office.ended == [(1, Delivered("taken"), 1)]


async def test_a_message_offered_twice_is_sent_once(office: Office) -> None:
    async with dispatching(office) as dispatcher:
        assert dispatcher.offer(pending(1))
        assert dispatcher.offer(pending(1))
        dispatcher.offer(pending(2))
        await office.until_ended(2)
    assert sorted(office.asked) == [1, 2]


async def test_a_message_put_off_comes_back_until_it_passes(office: Office) -> None:
    office.answers[1] = [Deferred("mailbox full"), Deferred("mailbox full"), Delivered("taken")]
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.ended == [(1, Delivered("taken"), 3)]


async def test_a_message_put_off_too_often_has_failed_with_the_last_reason(office: Office) -> None:
    office.answers[1] = [Deferred("mailbox full")]
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.ended == [(1, Deferred("mailbox full"), 3)]


async def test_a_refusal_is_final_at_once(office: Office) -> None:
    office.answers[1] = [Refused("no such user")]
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.ended == [(1, Refused("no such user"), 1)]


async def test_an_outage_longer_than_all_attempts_loses_nothing_and_counts_no_attempt(office: Office) -> None:
    office.answers[1] = [*[UnavailableError("away")] * 20, Delivered("taken")]
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.ended == [(1, Delivered("taken"), 1)]


async def test_a_message_that_a_gateway_cannot_stomach_lets_the_next_one_pass(office: Office) -> None:
    office.answers[1] = [UnavailableError("hangs")]
    async with dispatching(office, workers=1) as dispatcher:
        dispatcher.offer(pending(1))
        dispatcher.offer(pending(2))
        await office.until_ended(1)
    assert office.ended == [(2, Delivered("taken"), 1)]


async def test_a_fault_of_ours_puts_the_message_off_and_names_no_content(office: Office) -> None:
    office.answers[1] = [ValueError("ayse@ornek.example")]
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.ended == [(1, Deferred("internal error: ValueError"), 3)]


async def test_a_message_delivered_while_the_database_is_away_is_not_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.dispatcher._RECORD_AGAIN_S", 0.002)
    office.database_outages = 3
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await office.until_ended(1)
    assert office.asked == [1]


async def test_messages_of_one_request_go_one_after_the_other(office: Office) -> None:
    office.hold = asyncio.Event()
    async with dispatching(office, workers=4) as dispatcher:
        dispatcher.offer(pending(1, request=9))
        dispatcher.offer(pending(2, request=9))
        await asyncio.sleep(0.02)
        assert office.asked == [1]
        office.hold.set()
        await office.until_ended(2)
    assert office.asked == [1, 2]


async def test_a_message_that_hangs_holds_up_only_its_own_worker(office: Office) -> None:
    office.hold, office.held_up = asyncio.Event(), lambda m: m.id.int == 2
    async with dispatching(office, workers=2) as dispatcher:
        for number in (2, 1, 3, 5):
            dispatcher.offer(pending(number))
        await office.until_ended(3)
        assert [number for number, _, _ in office.ended] == [1, 3, 5]
        office.hold.set()
        await office.until_ended(4)


async def test_what_finds_no_room_is_left_and_still_counted(office: Office) -> None:
    office.hold = asyncio.Event()
    async with dispatching(office, capacity=2) as dispatcher:
        dispatcher.offer(pending(1))
        dispatcher.offer(pending(2))
        assert not dispatcher.offer(pending(3, minutes_old=7))
        assert dispatcher.waiting().count == 3
        assert dispatcher.waiting().oldest == NOW - timedelta(minutes=7)
        office.hold.set()
        await office.until_ended(2)
        assert dispatcher.offer(pending(3, minutes_old=7))
        await office.until_ended(3)
        assert (dispatcher.waiting().count, dispatcher.waiting().oldest) == (0, None)


async def test_a_message_in_the_gateways_hands_is_brought_to_its_end_on_stopping(office: Office) -> None:
    office.hold = asyncio.Event()
    async with dispatching(office) as dispatcher:
        dispatcher.offer(pending(1))
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.05, office.hold.set)
    assert office.ended == [(1, Delivered("taken"), 1)]
