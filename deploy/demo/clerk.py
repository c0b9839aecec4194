"""The person at the triage desk, who follows the router's suggestion after a moment's thought."""

import asyncio
from collections.abc import Container

import httpx

_THINKS_S = 1.5
_STAFF = "demo-masa-1"


async def decide(router: httpx.AsyncClient, mine: Container[str]) -> None:
    """Send on what waits in triage, until cancelled.

    Args:
        router: client of the router.
        mine: ids of the demonstration's own requests; what others brought stays with other people.
    """
    destinations = (await router.get("/v1/destinations")).raise_for_status().json()
    body_by_name = {destination["name"]: destination["body"] for destination in destinations}
    while True:
        await asyncio.sleep(_THINKS_S)
        waiting = (await router.get("/v1/triage", params={"limit": 200})).raise_for_status().json()["items"]
        for case in waiting:
            request_id, suggestion = case["request"]["request_id"], case["decision"]["chosen"]
            if request_id in mine:
                assignment = {
                    "body": body_by_name[suggestion["body"]],
                    "category_code": suggestion["category_code"],
                    "staff": _STAFF,
                    "reason_code": "as-proposed",
                    "reason": "Öneri yerinde.",
                }
                sent = await router.post(
                    f"/v1/triage/{request_id}/assignment",
                    json=assignment,
                    headers={"Idempotency-Key": f"demo-{request_id}"},
                )
                sent.raise_for_status()
