import asyncio

from services.intake.receipts.numbers import parse_number
from services.intake.receipts.sequence import ReceiptNumbers


class Counter:
    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.calls = 0

    async def reserve(self, year: int, count: int) -> int:
        self.calls += 1
        self.last[year] = self.last.get(year, 0) + count
        await asyncio.sleep(0)
        return self.last[year]


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
