"""``istek demo``: a morning's requests in a minute, through the same doors and topics that everybody uses."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from rich.console import Console
from rich.live import Live

from deploy.demo import board, clerk, residents
from deploy.demo.directorates import SILENT, Directorates
from deploy.demo.story import Story, Tale
from deploy.embedded.errors import StackError
from deploy.embedded.preflight import is_locked
from deploy.embedded.programs import answers_ready
from deploy.embedded.settings import PROJECT, StackSettings, http_url
from deploy.embedded.targets import other_targets
from services.sla_monitor.books import take_books
from services.sla_monitor.policies.loader import SHORT
from shared.books import Books
from shared.contracts import topics
from shared.settings import ServiceSettings
from shared.web.service_auth.asking import tokens_of
from shared.web.service_auth.gate import COMMAND_LINE

_HEARD = (topics.LIFECYCLE, topics.OUTCOMES, topics.ESCALATIONS)
_AT_MOST_S = 75.0
_START_S = 240.0
_READY_S = 30.0


def run_demo(settings: StackSettings, out: Console) -> Books:
    """Show the system at work and return its books afterwards.

    A stack that runs on the data folder is used as it is, but for the monitor's targets, which are short
    while this runs. Otherwise one is started, and left running so that there is something to look at.

    Raises:
        StackError: the stack does not start or does not answer.
    """
    started = not is_locked(settings)
    if started:
        _start_stack(settings, out)
    _wait_for_services(settings)
    with _short_targets(settings):
        try:
            books = asyncio.run(_Demo(settings, out).play())
        except httpx.HTTPError as error:
            raise StackError(f"the demonstration broke off: {error!r}") from error
    _print_where_to_look(settings, out)
    if started:
        out.print("\nThe stack goes on running for you to look around. `make stop` ends it.")
    return books


def _start_stack(settings: StackSettings, out: Console) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    log = settings.data / "demo.log"
    out.print(f"No stack runs on {settings.data}: starting one (its output is in {log})")
    with log.open("wb") as output:
        starter = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=PROJECT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_S
    while not _services_ready(settings):
        if starter.poll() is not None:
            raise StackError(f"the stack did not start:\n{log.read_text(encoding='utf-8').strip()}")
        if time.monotonic() > deadline:
            raise StackError(f"the stack is not ready after {_START_S:.0f} s; see {log}")
        time.sleep(0.3)


@contextmanager
def _short_targets(settings: StackSettings) -> Iterator[None]:
    with other_targets(settings, SHORT):
        _wait_for_services(settings)
        yield
    _wait_for_services(settings)


def _wait_for_services(settings: StackSettings) -> None:
    deadline = time.monotonic() + _READY_S
    while not _services_ready(settings):
        if time.monotonic() > deadline:
            raise StackError("a service does not answer; `istek status` says which one")
        time.sleep(0.2)


def _services_ready(settings: StackSettings) -> bool:
    ports = (settings.intake_port, settings.router_port, settings.notifier_port, settings.sla_port)
    return all(answers_ready(http_url(port)) for port in ports)


class _Demo:
    def __init__(self, settings: StackSettings, out: Console) -> None:
        self._settings = settings
        self._out = out
        self._story = Story()

    async def play(self) -> Books:
        """Let people come, and everybody act, until all is settled or the time is over."""
        directorates = Directorates(self._settings.kafka_address)
        people = residents.visits()
        async with (
            _client(self._settings.intake_port) as door,
            _client(self._settings.router_port) as router,
            _listening(self._settings.kafka_address) as topics_heard,
        ):
            background = [
                asyncio.create_task(directorates.work()),
                asyncio.create_task(clerk.decide(router, self._story.tales)),
            ]
            try:
                await directorates.listening.wait()
                self._out.print(
                    f"{len(people)} people come to five doors. "
                    f"The directorates {', '.join(sorted(SILENT))} will not react."
                )
                with self._shown() as changed:
                    background += [
                        asyncio.create_task(self._listen(topics_heard, changed)),
                        asyncio.create_task(residents.come(door, people, self._story.came)),
                    ]
                    await self._until_settled(len(people), background)
                if self._out.is_terminal:
                    self._out.print(board.table(self._story.tales.values()))
                self._out.print(board.sums(self._story), soft_wrap=True)
            finally:
                for task in background:
                    task.cancel()
                await asyncio.gather(*background, return_exceptions=True)
            return await take_books(
                door,
                tokens_of(ServiceSettings(data=self._settings.data), COMMAND_LINE),
                intake_url=str(door.base_url).rstrip("/"),
                router_url=str(router.base_url).rstrip("/"),
            )

    async def _listen(self, consumer: AIOKafkaConsumer, changed: Callable[[ConsumerRecord], None]) -> None:
        async for record in consumer:
            changed(record)

    async def _until_settled(self, people: int, background: list[asyncio.Task[None]]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_AT_MOST_S):
                while len(self._story.tales) < people or not self._story.finished:
                    for task in background:
                        if task.done():
                            task.result()
                    await asyncio.sleep(0.2)

    @contextmanager
    def _shown(self) -> Iterator[Callable[[ConsumerRecord], None]]:
        """Show the story while it happens; what is yielded takes in a record."""
        if self._out.is_terminal:
            with Live(console=self._out, refresh_per_second=4, transient=True) as shown:

                def take_in(record: ConsumerRecord) -> None:
                    self._take_in(record)
                    shown.update(board.live(self._story, self._out.height))

                yield take_in
        else:

            def take_in_and_say(record: ConsumerRecord) -> None:
                tale = self._take_in(record)
                if tale and record.topic != topics.OUTCOMES:
                    self._out.print(board.line(tale), markup=False, soft_wrap=True)

            yield take_in_and_say

    def _take_in(self, record: ConsumerRecord) -> Tale | None:
        headers = dict(record.headers)
        return self._story.heard(headers["ce_type"].decode(), json.loads(record.value))


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=http_url(port), timeout=20, trust_env=False) as client:
        yield client


@asynccontextmanager
async def _listening(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer of what happens from now on."""
    consumer = AIOKafkaConsumer(*_HEARD, bootstrap_servers=bootstrap, auto_offset_reset="latest")
    await consumer.start()
    try:
        for place in consumer.assignment():
            await consumer.position(place)
        yield consumer
    finally:
        await consumer.stop()


def _print_where_to_look(settings: StackSettings, out: Console) -> None:
    out.print("\nNow look at")
    for url, what in (
        (http_url(settings.sla_port), "the operations board: what is late, what is due next"),
        (http_url(settings.viewer_port), "what the applicants were sent; mails lead to the tracking page"),
        (http_url(settings.intake_port), "the form, to be the next one who comes"),
        (http_url(settings.router_port), "the triage desk: what waits for a person, and why"),
    ):
        out.print(f"  {url:<34} {what}", soft_wrap=True)
