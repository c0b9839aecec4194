"""Takes the books from the services that hold them."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import httpx
import structlog

from services.sla_monitor.metrics import BOOKS_MISSING, BOOKS_UNKNOWN
from shared.books import Books, Standing, balance
from shared.clock import Clock
from shared.loops import again_and_again
from shared.outcomes import UnavailableError
from shared.web.service_auth.asking import ServiceTokens

PATH = "/internal/v1/books"

_TIMEOUT_S = 30.0
_LOOKS = 3
_log = structlog.get_logger(__name__)


async def take_books(
    client: httpx.AsyncClient,
    tokens: ServiceTokens,
    *,
    intake_url: str,
    router_url: str,
    settle_s: float = 2.0,
) -> Books:
    """Return the books over both services.

    Requests are on their way while the books are taken. The side that is behind is therefore read again,
    after a pause, before anything is called missing or unknown.

    Args:
        client: HTTP client to ask with.
        tokens: prove who asks.
        intake_url: base address of intake.
        router_url: base address of the router.
        settle_s: seconds to give a request that is on its way.

    Raises:
        UnavailableError: a service does not answer, or not with books.
    """
    intake = partial(_read, client, tokens.at("intake"), intake_url)
    router = partial(_read, client, tokens.at("router"), router_url)
    accepted = [request_id for request_id, _ in await intake()]
    standing = await router()
    books = balance(accepted, standing)
    for _ in range(_LOOKS):
        if books.balanced:
            break
        await asyncio.sleep(settle_s)
        if books.missing:
            standing = await router()
            books = balance(accepted, standing)
        if books.unknown:
            sought = set(books.unknown)
            accepted += [request_id for request_id, _ in await intake() if request_id in sought]
            books = balance(accepted, standing)
    return books


@dataclass(frozen=True, slots=True)
class BooksTaken:
    """The books as last taken: ``books`` is None where they could not be, and ``why`` then says so."""

    at: datetime
    books: Books | None
    why: str | None = None


class BooksKeeper:
    """Takes the books again and again and keeps the last ones for the console and the metrics.

    Args:
        client: HTTP client to ask with.
        tokens: prove who asks.
        intake_url: base address of intake.
        router_url: base address of the router.
        clock: the present instant.
        every_s: pause between two takings.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        tokens: ServiceTokens,
        *,
        intake_url: str,
        router_url: str,
        clock: Clock,
        every_s: float,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._intake_url = intake_url
        self._router_url = router_url
        self._clock = clock
        self._every_s = every_s
        self.last: BooksTaken | None = None

    async def run(self) -> None:
        """Take the books for ever."""
        await again_and_again(self.take, every_s=self._every_s)

    async def take(self) -> None:
        """Take the books once; that a service is away is a result as well."""
        try:
            books = await take_books(
                self._client, self._tokens, intake_url=self._intake_url, router_url=self._router_url
            )
        except UnavailableError as error:
            self.last = BooksTaken(self._clock(), None, str(error))
            return
        self.last = BooksTaken(self._clock(), books)
        BOOKS_MISSING.set(len(books.missing))
        BOOKS_UNKNOWN.set(len(books.unknown))
        if not books.balanced:
            _log.warning("books_unbalanced", missing=len(books.missing), unknown=len(books.unknown))


async def _read(client: httpx.AsyncClient, auth: httpx.Auth, base_url: str) -> list[Standing]:
    url = base_url.rstrip("/") + PATH
    try:
        async with client.stream("GET", url, auth=auth, timeout=_TIMEOUT_S) as response:
            response.raise_for_status()
            rows = [json.loads(line) async for line in response.aiter_lines() if line.strip()]
        return [(row["request_id"], row["state"]) for row in rows]
    except httpx.HTTPError as error:
        raise UnavailableError(f"{url} does not answer: {type(error).__name__}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnavailableError(f"{url} does not answer with books: {type(error).__name__}") from error
