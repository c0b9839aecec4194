"""How a lane settles a batch: the part of delivery that needs no broker."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.cloudevents import Record
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.lane import Lane, RawRecord
from shared.messaging.runner import BatchRunner
from shared.outcomes import PoisonError, UnavailableError

LANE = Lane(service="router", group="router", topics=("t",), backoff=0.0, outage_pause=0.0, breaker=3)


class Parked:
    """A publisher that remembers what it was given."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    async def send(self, record: Record) -> None:
        self.records.append(record)

    def reasons(self) -> list[str]:
        return [(dict(r.headers)["dlq_reason"] or b"").decode() for r in self.records]


class Handler:
    """Fails as the script says, by value; remembers the order of what it finished."""

    def __init__(
        self, script: dict[bytes, list[Exception]] | None = None, prepare_fails: bool = False
    ) -> None:
        self.script = script or {}
        self.prepare_fails = prepare_fails
        self.batches: list[int] = []
        self.done: list[bytes] = []

    async def prepare(self, records: Sequence[RawRecord]) -> str:
        self.batches.append(len(records))
        if self.prepare_fails and len(records) > 1:
            raise ValueError("one record spoils it")
        return "prepared"

    async def handle(self, record: RawRecord, prepared: str) -> None:
        assert prepared == "prepared"
        await asyncio.sleep(0)
        if faults := self.script.get(record.value):
            raise faults.pop(0)
        self.done.append(record.value)


class Waiting(Handler):
    """Prepares nothing before it was asked to prepare three times."""

    async def prepare(self, records: Sequence[RawRecord]) -> str:
        prepared = await super().prepare(records)
        while len(self.batches) < 3:
            await asyncio.sleep(0)
        return prepared


def record(offset: int, value: bytes, key: bytes | None = b"k", partition: int = 0) -> RawRecord:
    return ConsumerRecord("t", partition, offset, 0, 0, key, value, None, 0, 0, ())


def runner(handler: Handler, lane: Lane = LANE) -> tuple[BatchRunner[str], Parked]:
    parked = Parked()
    return BatchRunner(lane, handler, DeadLetters(lane, parked)), parked  # type: ignore[arg-type]


async def test_a_passing_fault_is_tried_again_with_a_fresh_preparation() -> None:
    handler = Handler({b"flaky": [OSError(), OSError()]})
    batch, parked = runner(handler)
    await batch.run([record(0, b"flaky"), record(1, b"good")])
    assert handler.done == [b"flaky", b"good"]
    assert handler.batches == [2, 1, 1]
    assert parked.records == []


async def test_poison_is_parked_at_once_and_its_neighbours_go_on() -> None:
    handler = Handler({b"bad": [PoisonError("data does not fit")]})
    batch, parked = runner(handler)
    await batch.run([record(0, b"a"), record(1, b"bad"), record(2, b"c")])
    assert handler.done == [b"a", b"c"]
    assert parked.reasons() == ["data does not fit"]
    assert dict(parked.records[0].headers)["dlq_source"] == b"t/0/1"
    assert parked.records[0].topic == "dlq.router.t"


async def test_a_record_that_keeps_failing_is_parked_without_the_text_of_its_error() -> None:
    secret = "ayse@example.org"
    handler = Handler({b"bad": [ValueError(secret) for _ in range(LANE.attempts)]})
    batch, parked = runner(handler)
    await batch.run([record(0, b"bad")])
    assert parked.reasons()[0].startswith("ValueError at Handler.handle")
    assert secret not in parked.reasons()[0]
    assert dict(parked.records[0].headers)["dlq_attempts"] == b"4"


async def test_an_outage_parks_nothing_and_brings_the_batch_again() -> None:
    handler = Handler({b"b": [UnavailableError("database away")]})
    batch, parked = runner(handler)
    records = [record(0, b"a"), record(1, b"b"), record(2, b"c")]
    with pytest.raises(UnavailableError):
        await batch.run(records)
    assert parked.records == []
    assert handler.done == [b"a"], "nothing of the key may pass the record that waits"
    await batch.run(records)
    assert handler.done == [b"a", b"a", b"b", b"c"]


async def test_a_record_that_spoils_the_preparation_of_its_batch_is_parked_alone() -> None:
    handler = Handler({b"bad": [PoisonError("no")]}, prepare_fails=True)
    batch, parked = runner(handler)
    await batch.run([record(0, b"a"), record(1, b"bad"), record(2, b"c")])
    assert handler.done == [b"a", b"c"]
    assert len(parked.records) == 1


async def test_too_many_in_a_row_stop_the_line_until_one_succeeds() -> None:
    values = [str(n).encode() for n in range(5)]
    handler = Handler({v: [PoisonError("bad deploy") for _ in range(9)] for v in values})
    batch, parked = runner(handler)
    records = [record(n, v) for n, v in enumerate(values)]
    for _ in range(3):
        with pytest.raises(UnavailableError, match="3 records in a row"):
            await batch.run(records)
    assert len(parked.records) == 3, "the same three, each once"
    handler.script.clear()
    await batch.run(records)
    assert handler.done == values


async def test_a_large_batch_is_prepared_in_shares_that_wait_side_by_side() -> None:
    handler = Waiting()
    batch, _ = runner(handler, replace(LANE, share=2))
    async with asyncio.timeout(5):
        await batch.run([record(n, b"", key=str(n // 3).encode()) for n in range(7)])
    assert handler.batches == [3, 3, 1], "the records of a key are prepared together"


async def test_a_tombstone_without_key_can_be_parked() -> None:
    handler = Handler({None: [PoisonError("tombstone")]})  # type: ignore[dict-item]
    batch, parked = runner(handler)
    await batch.run([replace(record(0, b""), key=None, value=None)])
    assert (parked.records[0].key, parked.records[0].value) == (None, b"")
    assert dict(parked.records[0].headers)["dlq_null"] == b"1"


FAULTS: list[Callable[[], Exception]] = [
    lambda: PoisonError("poison"),
    lambda: OSError("passing"),
    lambda: UnavailableError("away"),
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 1), st.lists(st.sampled_from(FAULTS), max_size=5)),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 20),
)
def test_any_batch_with_any_faults_ends_with_every_record_settled_once_and_in_order(
    plan: list[tuple[int, int, list[Callable[[], Exception]]]], share: int
) -> None:
    lane = replace(LANE, breaker=10_000, share=share)
    handler = Handler({str(n).encode(): [f() for f in faults] for n, (_, _, faults) in enumerate(plan)})
    batch, parked = runner(handler, lane)
    records = [
        record(n, str(n).encode(), key=str(key).encode(), partition=partition)
        for n, (key, partition, _) in enumerate(plan)
    ]

    async def until_settled() -> None:
        for _ in range(200):
            try:
                await batch.run(records)
            except UnavailableError:
                continue
            return
        raise AssertionError("the batch never settled")

    asyncio.run(until_settled())
    parked_values = [r.value for r in parked.records]
    first_done = list(dict.fromkeys(handler.done))
    assert len(parked_values) == len(set(parked_values)), "a record is parked once"
    assert set(parked_values) | set(first_done) == {r.value for r in records}, "no record is dropped"
    for key, partition in {(r.key, r.partition) for r in records}:
        own = [r.value for r in records if (r.key, r.partition) == (key, partition)]
        order = [v for v in first_done if v in own and v not in parked_values]
        assert order == [v for v in own if v in order], "order within a key"
