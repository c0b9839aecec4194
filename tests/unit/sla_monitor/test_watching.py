"""What the console looks at besides the clocks: other services, and a board that is not made too often."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import pytest

from services.sla_monitor.console.snapshot import BoardKeeper
from services.sla_monitor.documents import clock_document
from services.sla_monitor.probes import Prober
from services.sla_monitor.store import ClockStore
from shared.outcomes import UnavailableError
from tests.unit.sla_monitor.samples import NOON, clock


class Store:
    """A store of one open clock that can be away and that takes its time."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False

    async def stream_open(self) -> AsyncIterator[Mapping[str, Any]]:
        self.asked += 1
        if self.away:
            raise UnavailableError("database away")
        yield clock_document(clock())


class Watch:
    """Seconds that pass when told, and each time somebody looks if ``per_look`` says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.per_look = 0.0

    def __call__(self) -> float:
        self.seconds += self.per_look
        return self.seconds


def keeper(store: Store, watch: Watch) -> BoardKeeper:
    return BoardKeeper(
        cast(ClockStore, store), clock=lambda: NOON + timedelta(seconds=watch.seconds), ticks=watch
    )


async def test_a_board_serves_all_who_look_within_seconds() -> None:
    store, watch = Store(), Watch()
    boards = keeper(store, watch)
    first = await boards.current()
    watch.seconds += 2
    assert await boards.current() is first
    watch.seconds += 2
    assert await boards.current() is not first
    assert store.asked == 2


async def test_a_board_that_is_slow_to_make_is_made_less_often() -> None:
    store, watch = Store(), Watch()
    boards = keeper(store, watch)
    watch.per_look = 2.0
    await boards.current()
    watch.per_look = 0.0
    watch.seconds += 10
    await boards.current()
    assert store.asked == 1


async def test_while_the_database_is_away_the_last_board_stays_with_its_time() -> None:
    store, watch = Store(), Watch()
    boards = keeper(store, watch)
    first = await boards.current()
    store.away = True
    watch.seconds += 60
    assert (await boards.current()).at == first.at == NOON


async def test_without_a_last_board_the_outage_is_told() -> None:
    store = Store()
    store.away = True
    with pytest.raises(UnavailableError):
        await keeper(store, Watch()).current()


async def test_a_service_is_ready_since_it_became_so() -> None:
    answers = {"a": httpx.Response(200, json={"database": "ok"})}
    now = NOON

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host not in answers:
            raise httpx.ConnectError("refused")
        return answers[request.url.host]

    def clock_now() -> datetime:
        return now

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    prober = Prober(client, {"one": "http://a", "two": "http://b"}, clock=clock_now, every_s=1)
    await prober.ask()
    now += timedelta(minutes=1)
    answers["a"] = httpx.Response(503, json={"database": "away", "broker": "ok"})
    await prober.ask()
    one, two = prober.last
    assert (one.ready, one.since, one.wrong) == (False, now, ("database",))
    assert (two.ready, two.since, two.answer_s) == (False, NOON, None)
