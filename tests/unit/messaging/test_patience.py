import asyncio

from aiokafka import AIOKafkaProducer

from shared.messaging.patience import make_patient

_TURNS = 500


async def answers_while_nobody_is_there(*, patient: bool) -> int:
    """Return how many failed answers aiokafka's sender gets, which asks as soon as it has one."""
    client = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1").client
    if patient:
        make_patient(client)
    answers = 0

    async def ask() -> None:
        nonlocal answers
        while True:
            assert await client.force_metadata_update() is False
            answers += 1

    tasks = [asyncio.create_task(client._md_synchronizer()), asyncio.create_task(ask())]
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers


async def test_while_the_broker_is_away_nobody_asks_for_it_without_a_pause() -> None:
    assert await answers_while_nobody_is_there(patient=False) > 10
    assert await answers_while_nobody_is_there(patient=True) == 0
