import asyncio
from collections.abc import Sequence

from services.router.domain.verdicts import NotExamined, Verdict
from services.router.follow_ups import verdicts_on
from shared.contracts.requests import RequestReceived
from tests.unit.router.samples import decision, request


async def test_all_else_gets_its_turn_while_a_large_batch_is_decided() -> None:
    told: list[str | int] = []

    def decide(requests: Sequence[RequestReceived]) -> list[Verdict]:
        told.append(len(requests))
        return []

    async def all_else() -> None:
        while True:
            told.append("else")
            await asyncio.sleep(0)

    others = asyncio.create_task(all_else())
    await verdicts_on([request()] * 20, decide)
    others.cancel()
    assert told == [8, "else", 8, "else", 4, "else"]


async def test_verdicts_come_in_the_order_of_the_requests() -> None:
    def decide(requests: Sequence[RequestReceived]) -> list[Verdict]:
        return [NotExamined(r.receipt_number, decision()) for r in requests]

    asked = [request().model_copy(update={"receipt_number": str(n)}) for n in range(19)]
    verdicts = await verdicts_on(asked, decide)
    assert [v.article for v in verdicts if isinstance(v, NotExamined)] == [str(n) for n in range(19)]
