"""``POST /v1/vatandas_baskan/batches``: what a field team gathered while it had no network.

Every item has a key of its own and gets a result of its own, so a batch may be sent again, whole or in part,
as often as the network makes it necessary: what is recorded is recorded once and gets the same receipt.
An item's key is the `Idempotency-Key` it would have if it were sent alone.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from services.intake.acceptance import Acceptance
from services.intake.channels import DOORS, RefusedError
from services.intake.channels.openapi import batch_operation
from services.intake.channels.problems import KEY_PROBLEMS, problem_of
from services.intake.channels.routes import is_json, receipt_body
from services.intake.clients import Doorkeeper
from services.intake.idempotency import read_key
from services.intake.receipts.links import Receipts
from services.intake.turnstile.meter import charge
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.web.problem_catalogue import standard_problem
from shared.web.problems import FieldProblem, Problem, preferred_language

MOST_ITEMS: Final = 200
_AT_ONCE: Final = 16
_CHANNEL: Final = Channel.VATANDAS_BASKAN
_REFUSALS: Final[tuple[type[Exception], ...]] = (ValidationError, RefusedError, *KEY_PROBLEMS)
_RETRY_AFTER_S: Final = "5"

Result = dict[str, Any]


def batch_routes(acceptance: Acceptance, receipts: Receipts, doorkeeper: Doorkeeper) -> APIRouter:
    """Return the route for batches of field teams."""
    router = APIRouter(prefix="/v1", tags=["requests"])

    @router.post(f"/{_CHANNEL}/batches", response_class=Response, **batch_operation(DOORS[_CHANNEL]))
    async def post(request: Request) -> Response:
        client = doorkeeper.admit(request.headers, _CHANNEL)
        if not is_json(request):
            raise standard_problem(415)
        items = _items(await request.body())
        charge(request, len(items))
        lang = preferred_language(request)
        limit = asyncio.Semaphore(_AT_ONCE)

        async def settle(item: object) -> Result:
            async with limit:
                try:
                    return await _settled(item, client, acceptance, receipts)
                except Problem as problem:
                    return {"key": _key_of(item), "status": problem.status, "problem": problem.as_json(lang)}

        results = await asyncio.gather(*(settle(item) for item in items))
        waiting = any(result["status"] == 503 for result in results)  # noqa: PLR2004 - the HTTP status
        body = {"recorded": sum("receipt" in result for result in results), "results": results}
        headers = {"Retry-After": _RETRY_AFTER_S} if waiting else {}
        return Response(to_json(body), 200, headers, media_type="application/json")

    return router


def _items(body: bytes) -> list[object]:
    """Return the batch's items.

    Raises:
        Problem: the body is no JSON, or no list of 1 to `MOST_ITEMS` items.
    """
    try:
        batch = from_json(body)
    except ValueError:
        raise standard_problem(400) from None
    items = batch.get("items") if isinstance(batch, dict) else None
    if isinstance(items, list) and 1 <= len(items) <= MOST_ITEMS:
        return items
    problem = standard_problem(422)
    problem.errors = (
        FieldProblem(
            "/items",
            f"1–{MOST_ITEMS} kayıtlık bir liste gönderin.",
            f"Send a list of 1 to {MOST_ITEMS} items.",
            "items",
        ),
    )
    raise problem


async def _settled(item: object, client: str, acceptance: Acceptance, receipts: Receipts) -> Result:
    """Return what became of one item.

    Raises:
        Problem: it is not taken; nothing of it is stored, or the database is away.
    """
    members: Mapping[str, Any] = item if isinstance(item, dict) else {}
    try:
        key = read_key(_key_of(item))
        request = DOORS[_CHANNEL].model.model_validate_json(to_json(members.get("request")))
        accepted = await acceptance.accept(_CHANNEL, request, client=client, key=key)
    except UnavailableError:
        raise standard_problem(503) from None
    except _REFUSALS as error:
        raise problem_of(error, _CHANNEL) from None
    return {
        "key": key,
        "status": 200 if accepted.replayed else 201,
        "receipt": receipt_body(receipts.of(accepted.record)),
    }


def _key_of(item: object) -> str | None:
    key = item.get("key") if isinstance(item, dict) else None
    return key if isinstance(key, str) else None
