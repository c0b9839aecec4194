"""What a store must do, whichever driver and server are behind it: the suite a replacement has to pass."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import Mock

import pytest
from pymongo import monitoring
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from shared.outcomes import UnavailableError
from shared.storage import Backlog, Collection, Database, Document, GroupCommit
from tests.support.waiting import until

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def things(database: Database) -> Collection:
    return database.collection("things")


async def test_inserting_tells_what_is_new_and_keeps_what_was_there(things: Collection) -> None:
    assert await things.insert_new([{"_id": "a", "n": 1}, {"_id": "b", "n": 1}]) == {"a", "b"}
    assert await things.insert_new([{"_id": "b", "n": 2}, {"_id": "c", "n": 2}]) == {"c"}
    assert {d["_id"]: d["n"] for d in await things.find({})} == {"a": 1, "b": 1, "c": 2}
    assert await things.insert_new([]) == frozenset()


async def test_the_first_of_two_with_one_id_wins_within_a_batch(things: Collection) -> None:
    assert await things.insert_new([{"_id": "a", "n": 1}, {"_id": "a", "n": 2}]) == {"a"}
    assert (await things.get("a") or {})["n"] == 1


async def test_reading_by_ids_in_order_and_in_part(things: Collection) -> None:
    await things.insert_new([{"_id": str(n), "n": n, "x": "y"} for n in range(5)])
    assert set(await things.get_many(["1", "3", "9"])) == {"1", "3"}
    assert [d["n"] for d in await things.find({"n": {"$gte": 1}}, sort=(("n", -1),), limit=2)] == [4, 3]
    assert await things.find({"n": 0}, fields=["n"]) == [{"_id": "0", "n": 0}]
    assert [d["n"] async for d in things.stream({}, sort=(("n", 1),))] == [0, 1, 2, 3, 4]
    assert await things.count({"n": {"$lt": 2}}) == 2
    assert await things.get("9") is None


async def test_a_stream_is_fetched_a_thousand_at_a_time(
    mongodb: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []

    class Fetches(CommandListener):
        def started(self, event: CommandStartedEvent) -> None: ...
        def failed(self, event: CommandFailedEvent) -> None: ...
        def succeeded(self, event: CommandSucceededEvent) -> None:
            if event.command_name in {"find", "getMore"}:
                cursor = event.reply["cursor"]
                fetched.append(len(cursor.get("firstBatch", cursor.get("nextBatch"))))

    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._Listeners([Fetches()], [], [], [], []))
    things = Database.connect(mongodb, database_name).collection("things")
    await things.insert_new([{"_id": str(n)} for n in range(2_500)])
    assert len([d async for d in things.stream({})]) == 2_500
    assert fetched == [1_000, 1_000, 500]


async def test_changing_counts_what_matched(things: Collection) -> None:
    await things.insert_new([{"_id": "a", "n": 1}, {"_id": "b", "n": 1}])
    assert await things.update({"_id": "a", "n": 1}, {"$set": {"n": 2}}) == 1
    assert await things.update({"_id": "a", "n": 1}, {"$set": {"n": 3}}) == 0
    assert await things.update({"_id": "z"}, {"$set": {"n": 9}}, upsert=True) == 1
    assert await things.update_by_id({"a": {"$set": {"n": 5}}, "q": {"$set": {"n": 5}}}) == 1
    assert await things.remove({"n": {"$gt": 4}}) == 2
    assert {d["_id"]: d["n"] for d in await things.find({})} == {"b": 1}


async def test_a_counter_counts_each_call_once_however_many_call_at_once(things: Collection) -> None:
    values = await asyncio.gather(*(things.increment("2026", "last", 10) for _ in range(20)))
    assert sorted(values) == list(range(10, 210, 10))


async def test_instants_come_back_aware_and_equal_to_the_millisecond(things: Collection) -> None:
    await things.insert_new([{"_id": "a", "at": NOON}])
    at = (await things.get("a") or {})["at"]
    assert at == NOON
    assert at.tzinfo is not None


async def test_a_unique_index_refuses_a_second_and_can_be_asked_for_twice(things: Collection) -> None:
    for _ in range(2):
        await things.ensure_index([("k", 1)], name="k", unique=True)
    assert await things.insert_new([{"_id": "a", "k": 1}, {"_id": "b", "k": 1}]) == {"a"}


async def test_a_server_that_does_not_answer_is_unavailable_not_an_error() -> None:
    database = Database.connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200", "nobody")
    things = database.collection("things")
    with pytest.raises(UnavailableError):
        await database.ping()
    with pytest.raises(UnavailableError):
        await things.insert_new([{"_id": "a"}])
    with pytest.raises(UnavailableError):
        await things.find({})
    await database.close()


def watched(things: Collection, note: Callable[[Sequence[Document]], None]) -> asyncio.Event:
    """Tell ``note`` of each batch of ``things``; it is written once the returned event is set."""
    insert_new, go_on = things.insert_new, asyncio.Event()

    async def insert(documents: Sequence[Document]) -> frozenset[str]:
        note(documents)
        await go_on.wait()
        return await insert_new(documents)

    things.insert_new = insert  # type: ignore[method-assign]
    return go_on


async def test_group_commit_writes_together_what_arrives_together(things: Collection) -> None:
    batches: list[int] = []
    watched(things, lambda documents: batches.append(len(documents))).set()
    group = GroupCommit(things, max_batch=50)
    results = await asyncio.gather(*(group.insert(partial(dict, _id=str(n % 90), n=n)) for n in range(120)))
    assert sum(results) == 90
    assert results[:90] == [True] * 90, "the first with an id is the one that is new"
    assert await things.count({}) == 90
    assert len(batches) < 10
    assert max(batches) <= 50


async def test_a_busy_door_waits_a_moment_for_others_and_an_idle_one_does_not(things: Collection) -> None:
    batches: list[int] = []
    go_on = watched(things, lambda documents: batches.append(len(documents)))
    # Longer than any pause of a busy machine between the two writes.
    group = GroupCommit(things, gather_s=2)
    first = asyncio.create_task(group.insert(lambda: {"_id": "first"}))
    await until(lambda: batches)
    second = asyncio.create_task(group.insert(lambda: {"_id": "second"}))
    await asyncio.sleep(0.01)
    go_on.set()
    assert await first
    assert batches == [1], "alone it was written at once, and the second waits for others"
    assert await group.insert(lambda: {"_id": "third"})
    assert await second
    assert batches == [1, 2]


async def test_group_commit_gives_an_outage_to_everyone_who_waits_and_goes_on_after_it(
    things: Collection,
) -> None:
    insert_new = things.insert_new
    away = True

    async def sometimes(documents: Sequence[Document]) -> frozenset[str]:
        if away:
            raise UnavailableError("database away")
        return await insert_new(documents)

    things.insert_new = sometimes  # type: ignore[method-assign]
    group = GroupCommit(things)
    outcomes = await asyncio.gather(
        *(group.insert(partial(dict, _id=str(n))) for n in range(3)), return_exceptions=True
    )
    assert [type(o) for o in outcomes] == [UnavailableError] * 3
    away = False
    assert await group.insert(lambda: {"_id": "0"}) is True


async def test_group_commit_makes_the_documents_of_a_batch_in_a_row_when_it_is_written(
    things: Collection,
) -> None:
    made: list[str] = []
    written: list[list[str]] = []
    go_on = watched(things, lambda _: written.append(list(made)))

    def make(id_: str) -> Document:
        made.append(id_)
        return {"_id": id_}

    group = GroupCommit(things)
    inserts = [asyncio.create_task(group.insert(partial(make, "0")))]
    await until(lambda: written)
    inserts += [asyncio.create_task(group.insert(partial(make, str(n)))) for n in range(1, 4)]
    await asyncio.sleep(0.01)
    assert made == ["0"], "the others' documents are not made before their batch is written"
    go_on.set()
    assert await asyncio.gather(*inserts) == [True] * 4
    assert written == [["0"], ["0", "1", "2", "3"]]


async def test_a_document_that_cannot_be_made_keeps_no_other_from_being_written(things: Collection) -> None:
    def refuse() -> Document:
        raise ValueError("not this one")

    group = GroupCommit(things)
    makes = [partial(dict, _id="before"), refuse, partial(dict, _id="behind")]
    before, refused, behind = await asyncio.gather(*map(group.insert, makes), return_exceptions=True)
    assert (before, behind) == (True, True)
    assert isinstance(refused, ValueError)
    assert await things.count({}) == 2
    with pytest.raises(ValueError, match="not this one"):
        await group.insert(refuse)
    assert await group.insert(lambda: {"_id": "later"}), "a batch of none goes by"


@pytest.fixture
async def backlog(database: Database) -> Backlog:
    backlog = Backlog(
        facts=database.collection("facts"),
        done=database.collection("done"),
        ledger=database.collection("ledger"),
        grace=timedelta(seconds=10),
        first_wait=timedelta(seconds=10),
        longest_wait=timedelta(seconds=40),
    )
    await backlog.ensure_indexes()
    return backlog


async def record(database: Database, *ids: str, at: datetime) -> None:
    await database.collection("facts").insert_new([{"_id": i, "recorded_at": at} for i in ids])


async def finish(database: Database, *ids: str) -> None:
    await database.collection("done").insert_new([{"_id": i} for i in ids])


async def found(backlog: Backlog, at: datetime) -> list[str]:
    return [d["_id"] for d in await backlog.unfinished(at)]


async def test_a_fact_without_follow_up_is_found_after_its_grace_time(
    database: Database, backlog: Backlog
) -> None:
    await record(database, "a", "b", at=NOON)
    await record(database, "late", at=NOON + timedelta(seconds=5))
    await finish(database, "a")
    assert await found(backlog, NOON + timedelta(seconds=9)) == []
    assert await found(backlog, NOON + timedelta(seconds=12)) == ["b"]
    assert await found(backlog, NOON + timedelta(seconds=16)) == ["late"]


async def test_a_straggler_comes_up_again_at_growing_intervals_until_it_is_finished(
    database: Database, backlog: Backlog
) -> None:
    await record(database, "a", at=NOON)
    looks = [s for s in range(10, 200) if await found(backlog, NOON + timedelta(seconds=s)) == ["a"]]
    assert looks == [10, 20, 40, 80, 120, 160]
    await finish(database, "a")
    assert await found(backlog, NOON + timedelta(hours=1)) == []
    assert await backlog.size() == 0


async def test_one_that_never_finishes_hides_no_other(database: Database, backlog: Backlog) -> None:
    await record(database, "never", at=NOON)
    assert await found(backlog, NOON + timedelta(seconds=15)) == ["never"]
    for minute in range(1, 5):
        at = NOON + timedelta(minutes=minute)
        await record(database, f"fact-{minute}", at=at)
        assert f"fact-{minute}" in await found(backlog, at + timedelta(seconds=12))


async def test_a_fact_that_was_written_late_by_a_slow_writer_is_still_found(
    database: Database, backlog: Backlog
) -> None:
    assert await found(backlog, NOON) == []
    await record(database, "slow", at=NOON - timedelta(seconds=13))
    assert await found(backlog, NOON + timedelta(seconds=1)) == ["slow"]


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_file_of_many_parts_comes_back_whole_and_is_replaced_and_removed(database: Database) -> None:
    files, parts = database.files("papers"), database.collection("papers.chunks")
    assert await files.get("a") is None
    large = bytes(range(256)) * 10_000
    await files.put("a", large)
    await files.put("b", b"other")
    assert await files.get("a") == large
    assert [len(part["data"]) for part in await parts.find({"files_id": "a"}, sort=(("n", 1),))] == [
        *[255 * 1024] * 9,
        len(large) - 9 * 255 * 1024,
    ]
    await files.put("empty", b"")
    assert await files.get("empty") == b""
    await files.put("a", b"small")
    assert await files.get("a") == b"small"
    await files.remove("a")
    await files.remove("a")
    assert await files.get("a") is None
    assert await files.get("b") == b"other"
    assert await parts.count({}) == 1


async def test_a_file_that_was_written_before_parts_were_smaller_is_read_on(database: Database) -> None:
    text = bytes(range(256)) * 8_192
    half = len(text) // 2
    parts = [{"_id": str(n), "files_id": "old", "n": n, "data": text[n * half :][:half]} for n in range(2)]
    await database.collection("papers.chunks").insert_new(parts)
    whole = {"_id": "old", "length": len(text), "chunkSize": half, "uploadDate": NOON, "filename": "old"}
    await database.collection("papers.files").insert_new([whole])
    assert await database.files("papers").get("old") == text


async def test_a_file_whose_writing_ended_half_way_is_none(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, parts = database.files("papers"), database.collection("papers.chunks")
    with monkeypatch.context() as patched:
        patched.setattr("shared.storage.gridfs.system_clock", Mock(side_effect=OSError("for the test")))
        with pytest.raises(OSError, match="for the test"):
            await files.put("a", bytes(300_000))
    assert await parts.count({}) == 2
    assert await files.get("a") is None
    await files.remove("a")
    assert await parts.count({}) == 0


async def test_what_was_left_of_a_file_stands_in_nobodys_way(database: Database) -> None:
    files, parts = database.files("papers"), database.collection("papers.chunks")
    await files.put("a", b"first")
    await database.collection("papers.files").remove({"_id": "a"})
    await files.put("a", b"second")
    assert await files.get("a") == b"second"
    assert await parts.count({}) == 1
