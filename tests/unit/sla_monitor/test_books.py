import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from services.sla_monitor.books import BooksKeeper, take_books
from shared.books import balance
from shared.outcomes import UnavailableError
from shared.web.service_auth.asking import ServiceTokens
from tests.unit.sla_monitor.samples import NOON

ids = st.sets(st.uuids().map(str), max_size=20)
TOKENS = ServiceTokens("sla_monitor", OKPKey.generate_key("Ed25519"))
Answer = Callable[[], httpx.Response]


def book(*rows: tuple[str, str]) -> httpx.Response:
    return httpx.Response(
        200, text="".join(json.dumps({"request_id": i, "state": s}) + "\n" for i, s in rows)
    )


def services(intake: Iterator[httpx.Response], router: Iterator[httpx.Response]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/internal/v1/books"
        return next(intake if request.url.host == "intake" else router)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def test_balanced_books_count_by_state() -> None:
    books = balance(["a", "b", "c"], [("a", "assigned"), ("b", "triage"), ("c", "assigned")])
    assert books.balanced
    assert (books.accepted, dict(books.by_state)) == (3, {"assigned": 2, "triage": 1})


def test_what_stands_nowhere_is_named_and_counted_as_received() -> None:
    books = balance(["b", "a", "c"], [("c", "closed")])
    assert not books.balanced
    assert books.missing == ("a", "b")
    assert books.by_state == {"closed": 1, "received": 2}


def test_what_was_never_accepted_is_named_and_counted_nowhere() -> None:
    books = balance(["a"], [("a", "closed"), ("x", "assigned")])
    assert books.unknown == ("x",)
    assert books.by_state == {"closed": 1}


def test_the_last_standing_counts() -> None:
    assert balance(["a"], [("a", "assigned"), ("a", "closed")]).by_state == {"closed": 1}


@given(ids, ids)
def test_every_accepted_request_is_in_the_sum_of_states(accepted: set[str], known: set[str]) -> None:
    books = balance(accepted, [(i, "assigned") for i in known])
    assert sum(books.by_state.values()) == books.accepted == len(accepted)
    assert set(books.missing) == accepted - known
    assert set(books.unknown) == known - accepted


async def test_a_request_on_its_way_is_given_time() -> None:
    client = services(iter([book(("a", "received"))]), iter([book(), book(("a", "assigned"))]))
    books = await take_books(
        client, TOKENS, intake_url="http://intake", router_url="http://router", settle_s=0
    )
    assert books.balanced


async def test_a_request_accepted_meanwhile_is_looked_up() -> None:
    client = services(
        iter([book(("a", "received")), book(("a", "received"), ("b", "received"))]),
        iter([book(("a", "assigned"), ("b", "assigned"))]),
    )
    books = await take_books(
        client, TOKENS, intake_url="http://intake", router_url="http://router", settle_s=0
    )
    assert (books.balanced, books.accepted) == (True, 2)


async def test_a_lost_request_stays_missing() -> None:
    client = services(iter([book(("a", "received"))]), iter([book()] * 4))
    books = await take_books(
        client, TOKENS, intake_url="http://intake", router_url="http://router", settle_s=0
    )
    assert books.missing == ("a",)


@pytest.mark.parametrize(
    "answer", [httpx.Response(503), httpx.Response(200, text="<html>"), httpx.Response(200, text="[1]")]
)
async def test_a_service_without_books_is_an_outage_and_no_missing_request(answer: httpx.Response) -> None:
    client = services(iter([book(("a", "received"))]), iter([answer]))
    with pytest.raises(UnavailableError):
        await take_books(client, TOKENS, intake_url="http://intake", router_url="http://router", settle_s=0)


async def test_the_keeper_says_that_books_could_not_be_taken() -> None:
    client = services(iter([httpx.Response(503)]), iter([]))
    keeper = BooksKeeper(
        client, TOKENS, intake_url="http://intake", router_url="http://router", clock=lambda: NOON, every_s=1
    )
    await keeper.take()
    assert keeper.last is not None
    assert (keeper.last.at, keeper.last.books) == (NOON, None)
