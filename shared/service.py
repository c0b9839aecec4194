"""The frame every service runs in: what starts, in which order it stops, and what it says of its health."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from prometheus_client import make_asgi_app

from shared.messaging.consumer import Consumers, until_available
from shared.messaging.lane import Handler, Lane
from shared.messaging.publisher import Publisher
from shared.outcomes import UnavailableError
from shared.settings import ServiceSettings
from shared.storage import Database
from shared.telemetry.logs import configure_logging
from shared.telemetry.metrics import LOOP_FAILURES
from shared.telemetry.tracing import configure_tracing
from shared.web.frame import install_frame
from shared.web.pages import Pages
from shared.web.problem_handlers import Dialects
from shared.web.problem_openapi import ANY_REFUSAL
from shared.web.sign_in.guarding import SignIn

Loop = Callable[[], Awaitable[None]]

_log = structlog.get_logger(__name__)
_HEARTBEAT_S = 1.0
_LATE_HEARTBEAT_S = 20.0
_LAG_EVERY_S = 5.0
_RESTART_PAUSE_S = 2.0
_SWITCH_S = 0.0005
"""The database driver works in threads. With Python's 5 ms each of their turns waits that long behind a busy
event loop, several times a command; on two cores the door takes a quarter more requests with this."""
_YOUNG = 5_000
"""New objects after which Python looks for cycles among them. A request makes several hundred, nearly all
gone with it: at Python's 700 the door spent a twelfth of its time on looking for what was not there."""


@dataclass
class Service:
    """A service's parts, as its composition root puts them together.

    Args:
        name: name of the service, its consumer groups' first word.
        settings: the service's settings.
        database: its own database.
        publisher: its way to the broker.
        lanes: its consumers, each with its handler.
        on_start: run once the database answers, before anything else: indexes, keys, models.
        loops: background work that runs as long as the service; one that fails is started again.
        on_stop: run after consumers and loops have ended.
        needs_broker: False for a door that accepts while the broker is away; its readiness says so.
        also_asked: dependencies of a part of the work, by name. Readiness and the start tell what is wrong
            with them; the service is ready without them, since the rest of its work goes on.
    """

    name: str
    settings: ServiceSettings
    database: Database
    publisher: Publisher
    lanes: Sequence[tuple[Lane, Handler[Any]]] = ()
    on_start: Sequence[Loop] = ()
    loops: Sequence[Loop] = ()
    on_stop: Sequence[Loop] = ()
    needs_broker: bool = True
    also_asked: Mapping[str, Loop] = field(default_factory=dict)
    _consumers: Consumers = field(init=False)
    _turned: float = field(init=False, default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Configure the process, so that everything built after it can use its logs and traces."""
        sys.setswitchinterval(_SWITCH_S)
        configure_logging(self.name, level=self.settings.log_level)
        configure_tracing(self.name, endpoint=self.settings.otlp_endpoint, ratio=self.settings.trace_ratio)
        self._consumers = Consumers(
            self.settings.kafka,
            instance=self.settings.instance,
            publisher=self.publisher,
            lanes=self.lanes,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the service: database first, then loops and HTTP, the broker as soon as it answers.

        Stopping goes the other way: consumers finish and commit what they hold while everything they need is
        still there.
        """
        await self._prepare()
        # What the start has made stays for good; looking through it again and again stops the service for
        # hundreds of milliseconds each time.
        gc.freeze()
        usual = gc.get_threshold()
        gc.set_threshold(_YOUNG, *usual[1:])
        tasks = [
            asyncio.create_task(self._connect(), name=f"{self.name}.connect"),
            asyncio.create_task(self._look_at_others(), name=f"{self.name}.others"),
            asyncio.create_task(self._beat(), name=f"{self.name}.heartbeat"),
            *(asyncio.create_task(self._keep_going(loop), name=loop.__qualname__) for loop in self.loops),
        ]
        try:
            yield
        finally:
            await self._consumers.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for step in self.on_stop:
                await step()
            await self.publisher.stop()
            await self.database.close()
            gc.set_threshold(*usual)
            gc.unfreeze()
            _log.info("stopped")

    async def readiness(self) -> dict[str, str]:
        """Return what each dependency says: "ok" or what is wrong with it."""
        return {
            "database": await _state(self.database.ping),
            "broker": await _state(self.publisher.ping),
            "consumers": "ok" if self._consumers.running or not self.lanes else "not started",
            **{name: await _state(ask) for name, ask in self.also_asked.items()},
        }

    def liveness(self) -> str | None:
        """Return what hangs, or None while the loop turns and every lane moves on."""
        late = time.monotonic() - self._turned
        if late > _LATE_HEARTBEAT_S:
            return f"the event loop has not turned for {late:.0f} s"
        lane = self._consumers.stuck()
        return f"lane {lane} holds a batch and settles nothing" if lane else None

    async def _prepare(self) -> None:
        async def prepare() -> None:
            await self.database.ping()
            for step in self.on_start:
                await step()

        await until_available(prepare, what="database")

    async def _look_at_others(self) -> None:
        for name, ask in self.also_asked.items():
            if (state := await _state(ask)) != "ok":
                _log.error("dependency_unusable", dependency=name, reason=state)

    async def _connect(self) -> None:
        await until_available(self.publisher.start, what="broker")
        await until_available(self._consumers.start, what="consumer groups")
        _log.info("started", lanes=[lane.group for lane, _ in self.lanes])
        while True:
            await asyncio.sleep(_LAG_EVERY_S)
            with suppress(Exception):
                await self._consumers.measure_lag()

    async def _beat(self) -> None:
        while True:
            self._turned = time.monotonic()
            await asyncio.sleep(_HEARTBEAT_S)

    async def _keep_going(self, loop: Loop) -> None:
        while True:
            try:
                await loop()
            except UnavailableError as error:
                _log.warning("loop_waits", loop=loop.__qualname__, reason=str(error))
            except Exception:  # noqa: BLE001 - a loop that ends is work that silently stops
                LOOP_FAILURES.labels(loop.__qualname__).inc()
                _log.exception("loop_failed", loop=loop.__qualname__)
            await asyncio.sleep(_RESTART_PAUSE_S)


def health_routes(service: Service) -> APIRouter:
    """Return ``/healthz`` (is it alive), ``/readyz`` (can it do its work)."""
    router = APIRouter(tags=["health"], include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        hanging = service.liveness()
        return JSONResponse({"status": hanging or "ok"}, status_code=503 if hanging else 200)

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        parts = await service.readiness()
        needed = ("database", "broker", "consumers") if service.needs_broker else ("database",)
        ready = all(parts[name] == "ok" for name in needed)
        return JSONResponse(parts, status_code=200 if ready else 503)

    return router


def create_service_app(
    service: Service,
    *,
    routers: Sequence[APIRouter],
    title: str,
    busiest: APIRouter | None = None,
    pages: Pages | None = None,
    sign_in: SignIn | None = None,
    larger_bodies: Mapping[str, int] | None = None,
    dialects: Dialects | None = None,
    **options: Any,  # noqa: ANN401 - FastAPI's own
) -> FastAPI:
    """Return the service as an ASGI application that starts and stops with it.

    Args:
        service: the parts.
        routers: the service's own routes; they are tried in this order.
        title: title of its OpenAPI document.
        busiest: routes that are tried before all others. They stand in the application itself: a route of an
            included router is looked for twice, which costs a twentieth of what a busy door does. What the
            application says for all its routes, such a router has to say itself.
        pages: its pages; without them every answer is JSON.
        sign_in: how people sign in at its pages, if it has pages for staff.
        larger_bodies: limits in bytes of paths that take files, by patterns of the whole path.
        dialects: paths below which a problem is told in the form of a standard.
        options: passed on to FastAPI.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    # We open our own spans where they tell something; the framework's four cost a quarter of a request.
    app = FastAPI(
        title=title,
        lifespan=lifespan,
        routes=busiest.routes if busiest else None,
        docs_url=None,
        redoc_url=None,
        responses=ANY_REFUSAL,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        **options,
    )
    for router in [*routers, health_routes(service)]:
        app.include_router(router)
    app.mount("/metrics", make_asgi_app())
    if sign_in is not None and pages is not None:
        sign_in.install(app, pages)
    install_frame(app, pages=pages, larger_bodies=larger_bodies, dialects=dialects)
    return app


async def _state(check: Callable[[], Awaitable[None]]) -> str:
    try:
        await check()
    except UnavailableError as error:
        return str(error)
    return "ok"
