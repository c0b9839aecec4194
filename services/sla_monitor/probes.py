"""Whether the other services are ready, as they say themselves."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from shared.clock import Clock
from shared.loops import again_and_again

_TIMEOUT_S = 4.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What one service said last.

    Attributes:
        name: the service.
        ready: whether it can do its work.
        since: since when that is so, as far as this process knows.
        answer_s: how long its answer took, None if there was none.
        wrong: which of its dependencies are not well, by name; empty without an answer.
    """

    name: str
    ready: bool
    since: datetime
    answer_s: float | None
    wrong: tuple[str, ...] = ()


class Prober:
    """Asks the services again and again and keeps their last answers.

    Args:
        client: HTTP client to ask with.
        services: base address by name, in the order of display.
        clock: the present instant.
        every_s: pause between two rounds.
    """

    def __init__(
        self, client: httpx.AsyncClient, services: Mapping[str, str], *, clock: Clock, every_s: float
    ) -> None:
        self._client = client
        self._services = services
        self._clock = clock
        self._every_s = every_s
        self._last: dict[str, Probe] = {}

    @property
    def last(self) -> Sequence[Probe]:
        """The last answers, in order; services not asked yet are left out."""
        return [self._last[name] for name in self._services if name in self._last]

    async def run(self) -> None:
        """Ask for ever."""
        await again_and_again(self.ask, every_s=self._every_s)

    async def ask(self) -> None:
        """Ask every service once."""
        answers = await asyncio.gather(*(self._probe(*service) for service in self._services.items()))
        for probe in answers:
            self._last[probe.name] = probe

    async def _probe(self, name: str, base_url: str) -> Probe:
        started = time.monotonic()
        wrong: tuple[str, ...] = ()
        try:
            response = await self._client.get(base_url.rstrip("/") + "/readyz", timeout=_TIMEOUT_S)
            took: float | None = time.monotonic() - started
            ready = response.is_success
            if not ready:
                wrong = tuple(part for part, state in response.json().items() if state != "ok")
        except (httpx.HTTPError, ValueError, AttributeError):
            took, ready = None, False
        before = self._last.get(name)
        same = before is not None and before.ready == ready
        return Probe(name, ready, before.since if before and same else self._clock(), took, wrong)
