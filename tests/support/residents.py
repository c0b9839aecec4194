"""People at the five doors: a seeded crowd that tries again with the same key until it holds a receipt."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

_SENTENCES = (
    "Sokağımızdaki çöp konteyneri taşmış, etrafa çöp saçılmış",
    "Üç gündür sokağımızdan çöp alınmıyor",
    "Kaldırımda masa sandalye yüzünden yürünmüyor",
    "Parktaki ağaç devrilmek üzere",
    "Yolda büyük bir çukur var, araçlar zarar görüyor",
    "Sokak köpekleri çoğaldı, çocuklar korkuyor",
    "Sokakta gaz kokusu var",
    "Bir şey soracaktım ama nasıl desem",
)
_NEIGHBOURHOODS = ("Cihangir", "Piyalepaşa", "Sütlüce", "Kulaksız", "Hacıahmet")
_OWN: dict[str, dict[str, Any]] = {
    "web": {},
    "call": {"operator": "OP7"},
    "mobile": {"gps": {"lat": 41.031, "lon": 28.979, "accuracy_m": 10}},
    "vatandas_baskan": {"team": "VB-2"},
    "reception": {"petition_number": "2026/77"},
}
_TRY_AGAIN = {409, 429, 500, 502, 503}


_SIDE_BY_SIDE = 32


@dataclass
class Crowd:
    """Sends requests and keeps the ledger of what was accepted.

    Attributes:
        accepted: receipt number by request id, of every 201.
        reachable: ids of accepted requests whose applicant left an address.
        tries: how often something was sent.
        refused: why somebody had to come again, and how often: a status or the name of an error.
    """

    door: str
    seed: int
    accepted: dict[str, str] = field(default_factory=dict)
    reachable: set[str] = field(default_factory=set)
    tries: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    async def come(self, count: int, per_second: float, *, patience_s: float = 120) -> None:
        """Let ``count`` people come, and return when each holds a receipt."""
        dice = random.Random(self.seed)
        limits = httpx.Limits(max_connections=_SIDE_BY_SIDE)
        # The client's own queue costs more the longer it is.
        room = asyncio.Semaphore(_SIDE_BY_SIDE)
        due = time.monotonic()
        async with (
            asyncio.timeout(count / per_second + patience_s),
            httpx.AsyncClient(base_url=self.door, timeout=30, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            for number in range(count):
                await room.acquire()
                coming = group.create_task(self._one(client, dice.random(), number))
                coming.add_done_callback(lambda _: room.release())
                # By the clock, not pause by pause: who is late does not make all others later.
                due += dice.expovariate(per_second)
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _one(self, client: httpx.AsyncClient, chance: float, number: int) -> None:
        dice = random.Random(chance)
        channel = dice.choice(sorted(_OWN))
        applicant = dice.choice(
            (
                {"name": "Deniz Ak", "email": f"deniz{number}@example.org"},
                {"phone": f"0532{number:07d}"},
                {},
            )
        )
        body = {
            "description": dice.choice(_SENTENCES),
            "place": {"neighbourhood": dice.choice(_NEIGHBOURHOODS)},
            "applicant": applicant,
        } | _OWN[channel]
        key = {"Idempotency-Key": f"resident-{self.seed}-{number}"}
        while True:
            self.tries += 1
            try:
                answer = await client.post(f"/v1/{channel}/requests", json=body, headers=key)
            except httpx.HTTPError as error:
                self.refused[type(error).__name__] += 1
                await asyncio.sleep(0.3)
                continue
            if answer.status_code in _TRY_AGAIN:
                self.refused[str(answer.status_code)] += 1
                await asyncio.sleep(0.3)
                continue
            assert answer.status_code == httpx.codes.CREATED, answer.text
            receipt = answer.json()
            self.accepted[receipt["request_id"]] = receipt["receipt_number"]
            if applicant:
                self.reachable.add(receipt["request_id"])
            return
