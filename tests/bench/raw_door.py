"""The least a door can do and still keep its word: validate, write durably in groups, send, answer."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel

from shared.storage import Database, GroupCommit

TOPIC = "bench.requests"


class Place(BaseModel):
    """As large as ours."""

    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    neighbourhood: str | None = None
    address: str | None = None


class Applicant(BaseModel):
    """As large as ours."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    national_id: str | None = None
    passport: str | None = None
    nationality: str | None = None


class Body(BaseModel):
    """As large as ours."""

    description: str
    place: Place
    applicant: Applicant
    kind: str = "request"
    language: str = "tr"
    observed_at: datetime | None = None
    attachments: tuple[UUID, ...] = ()
    stated_category: str | None = None
    media_url: str | None = None
    joins: UUID | None = None
    call_back: bool = False


def create_app() -> FastAPI:
    """Return the bare door."""
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(os.environ["ISTEK_MONGODB"])
    requests = Database(client["bench_door"]).collection("requests")
    commit = GroupCommit(requests, gather_s=float(os.environ["BENCH_GATHER_S"]))
    producers: list[AIOKafkaProducer] = []
    kept = "x" * int(os.environ["BENCH_KEPT_BYTES"])
    sent = b"x" * int(os.environ["BENCH_SENT_BYTES"])

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        producer = AIOKafkaProducer(
            bootstrap_servers=os.environ["ISTEK_KAFKA"], acks="all", enable_idempotence=True, linger_ms=5
        )
        await producer.start()
        producers.append(producer)
        yield
        await producer.stop()

    app = FastAPI(lifespan=lifespan)

    @app.post("/", status_code=201)
    async def take(body: Body) -> dict[str, str]:
        request_id = str(uuid4())
        event = body.model_dump_json()
        await commit.insert(lambda: {"_id": request_id, "event": event, "rest": kept})
        await producers[0].send(TOPIC, event.encode() + sent, key=request_id.encode())
        return {"request_id": request_id}

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {}

    return app
