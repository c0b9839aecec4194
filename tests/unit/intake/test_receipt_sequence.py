import asyncio

import pytest

from services.intake.receipts.numbers import parse_number
from services.intake.receipts.sequence import ReceiptNumbers
from shared.outcomes import UnavailableError


class Counter:
    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.calls = 0
        self.away = False

    async def reserve(self, year: int, count: int) -> int:
        self.calls += 1
        if self.away:
            raise UnavailableError("database away")
        last = self.last[year] = self.last.get(year, 0) + count
        await asyncio.sleep(0)
        return last


def sequence(number: str) -> int:
    return int(parse_number(number).split("-")[2])


async def test_many_at_once_get_a_number_each_and_few_blocks_are_reserved() -> None:
    counter = Counter()
    numbers = ReceiptNumbers(counter.reserve, block=10)
    taken = await asyncio.gather(*(numbers.take(2026) for _ in range(95)))
    assert sorted(map(sequence, taken)) == list(range(1, 96))
    assert counter.calls == 10


async def test_two_processes_never_share_a_number() -> None:
    counter = Counter()
    one, other = ReceiptNumbers(counter.reserve, 3), ReceiptNumbers(counter.reserve, 3)
    taken = [await numbers.take(2026) for _ in range(5) for numbers in (one, other)]
    assert len(set(taken)) == 10


async def test_a_number_given_back_is_the_next_one() -> None:
    numbers = ReceiptNumbers(Counter().reserve, block=10)
    first = await numbers.take(2026)
    numbers.give_back(2026, first)
    assert await numbers.take(2026) == first


async def test_a_new_year_counts_from_one_and_takes_nothing_back_from_the_old() -> None:
    numbers = ReceiptNumbers(Counter().reserve, block=10)
    old = await numbers.take(2026)
    new = await numbers.take(2027)
    numbers.give_back(2026, old)
    assert new.startswith("BB-2027-0000001-")
    assert (await numbers.take(2027)).startswith("BB-2027-0000002-")


async def test_the_next_block_is_reserved_before_the_last_number_is_taken() -> None:
    counter = Counter()
    numbers = ReceiptNumbers(counter.reserve, block=8)
    taken = [await numbers.take(2026) for _ in range(6)]
    for _ in range(5):
        await asyncio.sleep(0)
    counter.away = True
    taken += [await numbers.take(2026) for _ in range(10)]
    assert list(map(sequence, taken)) == list(range(1, 17))


async def test_only_who_finds_no_number_left_hears_that_the_database_is_away() -> None:
    counter = Counter()
    numbers = ReceiptNumbers(counter.reserve, block=8)
    await numbers.take(2026)
    counter.away = True
    taken = [await numbers.take(2026) for _ in range(7)]
    with pytest.raises(UnavailableError):
        await numbers.take(2026)
    counter.away = False
    taken.append(await numbers.take(2026))
    assert list(map(sequence, taken)) == list(range(2, 10))


async def test_what_was_reserved_for_the_old_year_is_never_given_out_in_the_new_one() -> None:
    numbers = ReceiptNumbers(Counter().reserve, block=4)
    old = [await numbers.take(2026) for _ in range(3)]
    new = [await numbers.take(2027) for _ in range(6)]
    assert list(map(sequence, old)) == [1, 2, 3]
    assert list(map(sequence, new)) == [1, 2, 3, 4, 5, 6]
