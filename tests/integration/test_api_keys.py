"""API keys on a real database: made and revoked on the command line, asked for at the door."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from deploy.cli import app as istek
from services.intake.clients import register
from services.intake.clients.api_keys import hash_of
from services.intake.clients.store import GrantStore
from shared.clock import ISTANBUL, system_clock
from shared.storage import Database
from tests.support.intake import at_work, intake_on
from tests.support.waiting import until

BODY = {"description": "Çöp konteyneri taşıyor", "operator": "cm-014"}
MakeApp = Callable[[str], FastAPI]


@pytest.fixture
def make_app(mongodb: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    monkeypatch.setattr(register, "REFRESH_S", 0.05)

    def make(keys: str) -> FastAPI:
        return intake_on(monkeypatch, mongodb, database_name, tmp_path, ISTEK_INTAKE_KEYS=keys)

    return make


@pytest.fixture
async def door(make_app: MakeApp) -> AsyncIterator[httpx.AsyncClient]:
    async with at_work(make_app("required")) as client:
        yield client


@pytest.fixture
async def store(mongodb: str, database_name: str) -> AsyncIterator[GrantStore]:
    database = Database.connect(mongodb, database_name)
    yield GrantStore(database)
    await database.close()


async def keys(*arguments: str) -> Result:
    # In a thread, since the command line runs a loop of its own.
    return await asyncio.to_thread(CliRunner().invoke, istek, ["keys", *arguments])


async def create(client: str, *options: str) -> str:
    made = await keys("create", client, *options)
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


async def post(
    door: httpx.AsyncClient, api_key: str | None, *, channel: str = "call", key: str | None = None
) -> httpx.Response:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    if api_key is not None:
        headers["Authorization"] = f"Bearer {api_key}"
    return await door.post(f"/v1/{channel}/requests", json=BODY, headers=headers)


async def status_becomes(door: httpx.AsyncClient, api_key: str, status: int) -> None:
    async def is_it() -> bool:
        return (await post(door, api_key)).status_code == status

    await until(is_it)


async def test_a_key_opens_its_channel_until_it_is_revoked(door: httpx.AsyncClient) -> None:
    refused = await post(door, None)
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"

    key = await create("cagri-merkezi", "--channel", "call")
    await status_becomes(door, key, 201)
    assert (await post(door, key, channel="web")).status_code == 403

    assert (await keys("revoke", hash_of(key)[:12])).exit_code == 0
    await status_becomes(door, key, 401)


async def test_two_clients_may_use_the_same_idempotency_key(door: httpx.AsyncClient) -> None:
    one = await create("cagri-merkezi", "--channel", "call")
    changed = await create("cagri-merkezi", "--channel", "call", "--expires", "2099-12-31")
    other = await create("cagri-yedek", "--channel", "call")
    for key in (one, changed, other):
        await status_becomes(door, key, 201)
    same = uuid.uuid4().hex
    first, again, foreign = [await post(door, key, key=same) for key in (one, changed, other)]
    assert first.json() == again.json()
    assert foreign.json()["request_id"] != first.json()["request_id"]


async def test_a_batch_needs_the_key_of_its_channel(door: httpx.AsyncClient) -> None:
    batch = {"items": [{"key": "saha-1", "request": BODY}]}
    assert (await door.post("/v1/vatandas_baskan/batches", json=batch)).status_code == 401


async def test_the_list_tells_the_last_day_of_use_but_no_key(
    door: httpx.AsyncClient, store: GrantStore
) -> None:
    key = await create("cagri-merkezi", "--channel", "call", "--channel", "web")
    begun = system_clock().astimezone(ISTANBUL).date()
    await status_becomes(door, key, 201)

    async def used_on() -> date | None:
        return (await store.all())[0].last_used_on

    assert begun <= await until(used_on) <= system_clock().astimezone(ISTANBUL).date()
    (grant,) = await store.all()
    listed = (await keys("list")).stdout
    assert grant.key_id in listed
    assert key not in listed


async def test_a_key_may_be_for_directorates_alone(door: httpx.AsyncClient, store: GrantStore) -> None:
    key = await create("ebys", "--department", "temizlik", "--department", "fen")
    (grant,) = await store.all()
    assert (grant.channels, grant.departments) == (frozenset(), frozenset({"temizlik", "fen"}))
    listed = (await keys("list")).stdout
    assert all(slug in listed for slug in grant.departments)
    await status_becomes(door, key, 403)
    assert (await keys("create", "ebys")).exit_code == 2
    assert (await keys("create", "ebys", "--department", "uzay")).exit_code == 2


async def test_mistakes_on_the_command_line_make_no_key(door: httpx.AsyncClient, store: GrantStore) -> None:
    assert (await keys("create", "eski", "--channel", "web", "--expires", "2020-01-01")).exit_code == 2
    assert (await keys("create", "api", "--channel", "web")).exit_code == 2
    assert (await keys("revoke", "0123456789ab")).exit_code == 2
    assert await store.all() == []


async def test_where_keys_are_optional_a_request_without_one_is_taken(make_app: MakeApp) -> None:
    async with at_work(make_app("optional")) as client:
        assert (await post(client, None)).status_code == 201
        assert (await post(client, "istek_wrong")).status_code == 401
